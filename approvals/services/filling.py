"""The application form: keeping answers while it is filled in, and settling them when it is handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals import application_form, form_values
from approvals.application_form import Answer, Sheet, fingerprint
from approvals.catalogue.model import field_from_content
from approvals.form_values import Value
from approvals.models import Application, Case
from approvals.services.drafting import answer_questions, lock_draft
from common.display import local_moment
from common.errors import InvalidInput, Stale
from common.time import now


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at when typing: the fields, their fingerprint then, the opened page's own id."""

    fields: tuple[str, ...]
    version: str
    page: str = ""


def field_key(name: str) -> str:
    """Where a refusal of submission or correction names a field of the form."""
    return f"field-{name}"


@transaction.atomic
def save_answers_of_form(
    *, actor: Actor, application: Application, answers: Mapping[str, Any], seen: Seen | None = None
) -> Application:
    """Keep answers of a draft ({field: value}); gaps are fine, None or "" takes one back, wrong values are refused.

    A field that the catalogue asks as a question too is answered for the project, once for all
    applications. Raises InvalidInput by field, Stale when another page saved other values meanwhile,
    TransitionNotAllowed once submitted, NotAllowed.
    """
    locked = lock_draft(actor, application)
    form = application_form.sheet(locked, offer=False)
    values = _read(form, answers)
    if seen is not None and _overtaken(locked, seen) and _differ(locked, values):
        moment = local_moment(locked.answers_saved_at)
        raise Stale(_("This page was saved on another device at %(time)s.") % {"time": moment})
    asked = {name: form.by_name[name] for name in values}
    questions = {
        answer.line.field.source.removeprefix("fact."): values[name]
        for name, answer in asked.items()
        if answer.line.field.source.startswith("fact.")
    }
    if questions:
        locked.project = answer_questions(actor=actor, project=locked.project, answers=questions)
    kept = {**locked.answers, **{name: v for name, v in values.items() if not is_question(asked[name])}}
    locked.answers = {name: value for name, value in kept.items() if value is not None}
    locked.answers_saved_at = now()
    locked.answers_saved_from = seen.page if seen else ""
    locked.save(update_fields=["answers", "answers_saved_at", "answers_saved_from"])
    return locked


def is_question(answer: Answer) -> bool:
    """Whether the answer belongs to the project, as one of the catalogue's questions."""
    return answer.line.field.source.startswith("fact.")


def _read(form: Sheet, answers: Mapping[str, Any]) -> dict[str, Value | None]:
    """Values as they are kept; raises InvalidInput by field."""
    known = form.by_name
    values: dict[str, Value | None] = {}
    wrong: dict[str, list[Any]] = {}
    for name, raw in answers.items():
        answer = known.get(name)
        if answer is None:
            wrong[name] = [_("There is no such field.")]
            continue
        try:
            value = form_values.read(answer.line.field, raw)
        except ValidationError as error:
            wrong[name] = list(error.messages)
            continue
        if not answer.fixed or is_question(answer):
            values[name] = value
        elif value != answer.value:
            wrong[name] = [_("This is taken from the declaration; change it there.")]
    if wrong:
        raise InvalidInput(wrong)
    return values


def _overtaken(application: Application, seen: Seen) -> bool:
    """Whether other values stand there now, saved by another page than the one that asks."""
    if not seen.version or seen.version == fingerprint(application, seen.fields):
        return False
    return not (seen.page and seen.page == application.answers_saved_from)


def _differ(application: Application, values: Mapping[str, Value | None]) -> bool:
    return any(application.answers.get(name) != value for name, value in values.items())


def settle_answers(application: Application, rows: Iterable[Any]) -> Sheet:
    """The form of a locked draft, complete: every answer that counts goes onto the row, which the caller saves.

    Raises InvalidInput at ``field-<name>`` for each gap.
    """
    form = application_form.sheet(application, rows, offer=False)
    gaps = {field_key(answer.name): gap_text(answer) for answer in form.missing}
    if gaps:
        raise InvalidInput(gaps)
    application.answers = {**application.answers, **form.values}
    return form


def gap_text(answer: Answer) -> Any:
    """What is said of a field that is still empty."""
    return _("Fill in: %(label)s") % {"label": answer.label}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after a correction, as the ledger keeps it."""

    field: str
    label: str
    old: Value | None
    new: Value | None

    def as_data(self) -> dict[str, Any]:
        return {"field": self.field, "label": self.label, "old": self.old, "new": self.new}


def correct_answers(
    case: Case, listed: Mapping[str, str], answers: Mapping[str, Any], confirmed: Collection[str]
) -> list[Change]:
    """Put the marked fields of a case right, on its application; ``listed`` are names with their labels.

    Each must be changed or confirmed as it is. Call it with application and case locked. Raises
    InvalidInput at ``field-<name>``.
    """
    application = case.application
    fields = {one["name"]: one for one in case.version.content.get("form", ())}
    changes: list[Change] = []
    wrong: dict[str, list[Any]] = {}
    for name, label in listed.items():
        old = application.answers.get(name)
        line = field_from_content(fields[name])
        try:
            new = form_values.read(line, answers[name]) if name in answers else old
        except ValidationError as error:
            wrong[field_key(name)] = list(error.messages)
            continue
        if new != old and (new is not None or not line.required):
            changes.append(Change(name, label, old, new))
        elif name not in confirmed:
            wrong[field_key(name)] = [_("Change “%(name)s”, or confirm that it is right.") % {"name": label}]
    if wrong:
        raise InvalidInput(wrong)
    if changes:
        kept = {**application.answers, **{change.field: change.new for change in changes}}
        application.answers = {name: value for name, value in kept.items() if value is not None}
        application.save(update_fields=["answers"])
    return changes
