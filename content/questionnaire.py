"""One question a page: answers in the address, so that a page can be kept, shared and gone back to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import facts as catalogue_facts
from approvals.catalogue.model import Fact
from common.bilingual import pick
from content.asking import DIVISION, Answers, Questionnaire
from content.starts import Start
from projects.industries import sections

DONT_KNOW = "-"
YES_NO = {"yes": True, "no": False}


def read_answer(questions: Questionnaire, fact: Fact, raw: str) -> Any:
    """The value of one answer as it stands in an address; raises ValueError for one that does not fit."""
    if fact.type == "boolean":
        return YES_NO[raw] if raw in YES_NO else _refuse(raw)
    if fact.type == "number":
        number = Decimal(raw) if raw.replace(".", "", 1).isascii() and raw.replace(".", "", 1).isdigit() else None
        if number is None or len(raw) > 16:
            return _refuse(raw)
        return int(number) if number == number.to_integral_value() else float(number)
    if fact.name == DIVISION:
        return raw if raw in questions.sections else _refuse(raw)
    return raw if raw in {code for code, _name, _name_en in questions.choices_of(fact)} else _refuse(raw)


def _refuse(raw: str) -> Any:
    raise ValueError(raw)


def read_answers(start: Start, params: Mapping[str, Any]) -> Answers:
    """What an address says; what does not fit counts as not answered."""
    questions = start.questionnaire
    facts: dict[str, Any] = {}
    declined: set[str] = set()
    for name in questions.order:
        raw = str(params.get(name, "")).strip()
        if raw == DONT_KNOW:
            declined.add(name)
        elif raw:
            try:
                facts[name] = read_answer(questions, catalogue_facts.definitions()[name], raw)
            except ValueError:
                continue
    return Answers(facts, frozenset(declined))


def as_param(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def pairs(answers: Answers) -> list[tuple[str, str]]:
    """Answers as they stand in an address."""
    return [
        *((name, as_param(value)) for name, value in answers.facts.items()),
        *((name, DONT_KNOW) for name in sorted(answers.declined)),
    ]


def address(start: Start, answers: Answers, page: str = "which_start", fact: str = "") -> str:
    """A page of the questionnaire with these answers: ``which_start``, ``which_question``, ``which_answers`` …"""
    query = urlencode(pairs(answers))
    args = [start.code, fact] if fact else [start.code]
    return reverse(f"content:{page}", args=args) + (f"?{query}" if query else "")


def show_answer(fact: Fact, answers: Answers) -> str:
    """An answer in words."""
    if fact.name not in answers.facts:
        return _("I don't know")
    value = answers.facts[fact.name]
    if fact.type == "boolean":
        return _("Yes") if value else _("No")
    if fact.type == "number":
        return f"{value:,} {pick(fact.unit, fact.unit_en)}".strip()
    return dict(_choices(fact, fact.choices)).get(value, str(value))


def _choices(fact: Fact, among: Any) -> Iterator[tuple[str, str]]:
    if fact.name == DIVISION:
        for part in sections():
            yield from ((item.code, f"{item.code} {item.label}") for item in part.divisions)
        return
    yield from ((code, pick(name, name_en)) for code, name, name_en in among)


class QuestionForm(forms.Form):
    """One question. Not knowing is an answer too: a choice of its own, and with figures an empty field."""

    def __init__(self, questions: Questionnaire, fact: Fact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.fact = questions, fact
        self.fields[fact.name] = self._field()

    def _field(self) -> forms.Field:
        fact = self.fact
        label, hint = catalogue_facts.label(fact.name), pick(fact.help, fact.help_en)
        if fact.type == "number":
            attrs = {"data-unit": pick(fact.unit, fact.unit_en), "step": "any", "min": "0", "inputmode": "decimal"}
            return forms.DecimalField(
                label=label, help_text=hint, min_value=0, max_digits=14, decimal_places=4,
                widget=forms.NumberInput(attrs=attrs),
                error_messages={"required": gettext_lazy("Enter a figure, or say that you don't know.")},
            )  # fmt: skip
        unknown = (DONT_KNOW, _("I don't know"))
        if fact.name == DIVISION:
            groups = [
                (part.label, [(one.code, f"{one.code} {one.label}") for one in part.divisions]) for part in sections()
            ]
            choices: list[Any] = [("", _("Choose …")), unknown, *groups]
            widget: Any = forms.Select
        else:
            known = [("yes", _("Yes")), ("no", _("No"))] if fact.type == "boolean" else list(self._open_choices())
            choices, widget = [*known, unknown], forms.RadioSelect
        return forms.ChoiceField(
            label=label, help_text=hint, choices=choices, widget=widget,
            error_messages={"required": gettext_lazy("Choose one of the answers.")},
        )  # fmt: skip

    def _open_choices(self) -> Iterator[tuple[str, str]]:
        return _choices(self.fact, self.questions.choices_of(self.fact))

    def answer(self) -> tuple[bool, Any]:
        """Whether it is known, and the value."""
        value = self.cleaned_data[self.fact.name]
        if value == DONT_KNOW:
            return False, None
        return True, read_answer(
            self.questions, self.fact, as_param(float(value)) if self.fact.type == "number" else value
        )


def with_answer(answers: Answers, name: str, known: bool, value: Any) -> Answers:
    """The answers with this one in place of what was said before."""
    facts = {key: one for key, one in answers.facts.items() if key != name}
    declined = answers.declined - {name}
    return Answers({**facts, name: value}, declined) if known else Answers(facts, declined | {name})
