"""One application form from the forms of all chosen matters: each field once, known things filled in. Reads only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import form_values
from approvals.catalogue.model import FormField, field_from_content
from approvals.form_values import Value
from approvals.models import Application, ApplicationMatter
from approvals.models.application import FORM_PAPER
from enterprises.models import Enterprise
from projects import industries
from projects.models import Project

APPLICANT, PROJECT, MATTER = "applicant", "project", "matter"
# Of a version's large content only this much is needed to ask and to submit.
ASKED = {"form": F("version__content__form"), "papers": F("version__content__materials")}
# The registry's own facts; whoever applies is that firm.
REGISTERED = frozenset({"enterprise.name", "enterprise.credit_code"})
NATIONAL_CODE = "project.national_code"


@dataclass(frozen=True, slots=True)
class Asking:
    """The form of one chosen matter."""

    code: str
    label: str
    form: tuple[FormField, ...]
    # Whether the matter wants the form as a paper too.
    wants_paper: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the union with the matters that ask for it."""

    field: FormField
    required: bool
    asked_by: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.field.name


def union(askings: Iterable[Asking]) -> list[Line]:
    """Each field once, in order of first mention; required as soon as one matter requires it."""
    lines: dict[str, Line] = {}
    for asking in askings:
        for one in asking.form:
            known = lines.get(one.name)
            if known is None:
                lines[one.name] = Line(one, one.required, (asking.code,))
            else:
                required = known.required or one.required
                lines[one.name] = Line(known.field, required, (*known.asked_by, asking.code))
    return list(lines.values())


def askings_of(rows: Iterable[Any]) -> list[Asking]:
    """From rows of ``application.chosen`` that carry ``ASKED``."""
    return [
        Asking(
            row.matter.code,
            row.matter.label,
            tuple(field_from_content(item) for item in row.form or ()),
            any(paper["code"] == FORM_PAPER for paper in row.papers or ()),
        )
        for row in rows
    ]


def chosen_rows(application: Application) -> list[ApplicationMatter]:
    """The chosen matters with what they ask for; one query."""
    return list(application.chosen.select_related("matter").annotate(**ASKED))


def resolve(source: str, project: Project, enterprise: Enterprise) -> Value | None:
    """What the hall knows under ``project.<field>``, ``enterprise.<field>`` or ``fact.<name>``; None for nothing."""
    kind, name = source.split(".", 1)
    holders = {"project": project, "enterprise": enterprise}
    value = project.answers.get(name) if kind == "fact" else getattr(holders[kind], name)
    if value in (None, ""):
        return None
    if source == "project.industry":
        return _industry(str(value))
    if isinstance(value, Decimal):
        return form_values.plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _industry(code: str) -> str:
    """The division's Chinese name, which is what papers carry."""
    division = industries.division(code)
    return division.name if division else code


def is_fixed(source: str, known: Value | None) -> bool:
    """Whether the value can't be changed on the form: a fact of the declaration or of the registry."""
    if source == NATIONAL_CODE or source in REGISTERED:
        return True
    return known is not None and source.startswith(("project.", "fact."))


@dataclass(frozen=True, slots=True)
class Answer:
    """A line with the value that counts, and where that comes from."""

    line: Line
    value: Value | None
    # "", "project", "enterprise" or "fact": what the hall knows; "earlier": offered from an earlier application.
    origin: str = ""
    fixed: bool = False
    # Number of the application that the offered value stands in.
    earlier: str = ""

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def label(self) -> str:
        return form_values.label(self.line.field)

    @property
    def text(self) -> str:
        """As people read it; what is merely offered is no answer yet."""
        return "" if self.origin == "earlier" else form_values.show(self.line.field, self.value)

    @property
    def given(self) -> bool:
        return self.value is not None and self.origin != "earlier"

    @property
    def missing(self) -> bool:
        return self.line.required and not self.given


@dataclass(frozen=True, slots=True)
class Page:
    """One topic, one page: ``applicant``, ``project`` or the code of a matter."""

    slug: str
    title: str
    answers: tuple[Answer, ...]

    @property
    def state(self) -> str:
        """``todo``, ``partial`` or ``done``, as the task list of the components has it."""
        open_ones = [answer for answer in self.answers if answer.missing]
        waiting = [answer for answer in self.answers if answer.origin == "earlier"]
        if not open_ones and not waiting:
            return "done"
        filled = any(answer.given and not answer.origin for answer in self.answers)
        return "partial" if filled else "todo"

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of those that are filled in here."""
        return tuple(answer.name for answer in self.answers if not answer.fixed)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form of an application."""

    application: Application
    askings: tuple[Asking, ...]
    answers: tuple[Answer, ...] = field(default=())

    @property
    def by_name(self) -> dict[str, Answer]:
        return {answer.name: answer for answer in self.answers}

    @property
    def missing(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.missing]

    @property
    def values(self) -> dict[str, Value]:
        """Every answer that counts, what the hall knows among them."""
        return {answer.name: answer.value for answer in self.answers if answer.given and answer.value is not None}

    def pages(self) -> list[Page]:
        """Those that have something to ask, in order."""
        matters = {asking.code: asking.label for asking in self.askings}
        titles = {APPLICANT: _("About the applicant"), PROJECT: _("About the project"), **matters}
        groups: dict[str, list[Answer]] = {slug: [] for slug in titles}
        for answer in self.answers:
            groups[page_of(answer.line)].append(answer)
        return [Page(slug, titles[slug], tuple(found)) for slug, found in groups.items() if found]

    def place_of(self, answer: Answer) -> str:
        """Address of the control where this answer is given."""
        slug = page_of(answer.line)
        return f"{reverse('approvals:form_page', args=[self.application.pk, slug])}#id_{answer.name}"


def page_of(line: Line) -> str:
    """Slug of the page on which a line stands; what several matters ask stands with the first of them."""
    return line.field.topic if line.field.topic in (APPLICANT, PROJECT) else line.asked_by[0]


def sheet(application: Application, rows: Iterable[Any] | None = None, *, offer: bool = True) -> Sheet:
    """The form as it stands; needs project and enterprise on the row, two or three queries.

    With ``offer`` what an earlier application said is offered where nothing is known.
    """
    askings = tuple(askings_of(chosen_rows(application) if rows is None else rows))
    lines = union(askings)
    offers = earlier_answers(application, lines) if offer else {}
    answers = [_answer(application, line) for line in lines]
    return Sheet(application, askings, tuple(_offered(answer, offers) for answer in answers))


def _answer(application: Application, line: Line) -> Answer:
    source = line.field.source
    known = resolve(source, application.project, application.enterprise) if source else None
    fixed = bool(source) and is_fixed(source, known)
    kept = application.answers.get(line.name)
    if fixed or (kept is None and known is not None):
        return Answer(line, known, source.split(".", 1)[0], fixed)
    return Answer(line, kept)


def _offered(answer: Answer, offers: Mapping[str, tuple[Value, str]]) -> Answer:
    if answer.value is not None or answer.fixed or answer.name not in offers:
        return answer
    value, number = offers[answer.name]
    return replace(answer, value=value, origin="earlier", earlier=number)


def earlier_answers(application: Application, lines: Iterable[Line]) -> dict[str, tuple[Value, str]]:
    """By field: what the last applications said, and in which.

    Of the same project everything, of another project of the firm what concerns the applicant.
    """
    rows = Application.objects.filter(
        enterprise=application.enterprise_id, status=Application.Status.SUBMITTED
    ).exclude(pk=application.pk)
    newest = rows.order_by("-submitted_at").values_list("number", "answers")
    same = list(newest.filter(project=application.project_id)[:1])
    other = list(newest.exclude(project=application.project_id)[:1])
    found: dict[str, tuple[Value, str]] = {}
    for line in lines:
        places = [*same, *other] if line.field.topic == APPLICANT else same
        for number, answers in places:
            if line.name in answers and line.name not in found:
                found[line.name] = (answers[line.name], str(number))
    return found


def fingerprint(application: Application, names: Collection[str]) -> str:
    """What these fields hold now, in few characters: a page drawn from other values is stale."""
    kept = {name: application.answers.get(name) for name in sorted(names)}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def sample_answers(lines: Iterable[Line]) -> dict[str, Value]:
    """The catalogue's sample values, as they would be kept: for sample forms and sample halls."""
    found: dict[str, Value] = {}
    for line in lines:
        value = form_values.read(line.field, line.field.sample)
        if value is not None:
            found[line.name] = value
    return found


def answers_for(form: Sequence[FormField], answers: Mapping[str, Value]) -> dict[str, Value]:
    """Of all answers those that one matter asks."""
    return {one.name: answers[one.name] for one in form if one.name in answers}
