"""Writing projects: drafts page by page, the declaration, the code that comes later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.display import local_moment
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from enterprises.models import Enterprise
from enterprises.selectors import ANY
from enterprises.services import confirm_actor
from ledger.services import record
from projects import national_code, rules
from projects.models import Project, Stage
from projects.sections import FIELDS, Section, fingerprint
from projects.transitions import PROJECT


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person looked at when typing: the section, its fingerprint then, the opened page's own id."""

    section: Section
    version: str
    page: str = ""


@transaction.atomic
def start_project(*, actor: Actor, enterprise: Enterprise, values: Mapping[str, Any] | None = None) -> Project:
    """Open a draft for a firm; ``values`` are cleaned field values, any of which may be missing.

    What the hall knows of the firm is filled in. Raises NotAllowed, InvalidInput by field.
    """
    confirm_actor(actor, enterprise)
    if actor.user is None:
        raise NotAllowed
    moment = now()
    project = Project(
        enterprise=enterprise,
        created_by=actor.user,
        created_at=moment,
        saved_at=moment,
        industry=enterprise.industry,
        capital=Project.Capital.FOREIGN if enterprise.is_foreign else "",
    )
    _fill(project, values or {})
    project.save()
    record(actor=actor, subject=project, act="project.started", data={"enterprise": enterprise.credit_code})
    return project


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    project: Project,
    values: Mapping[str, Any],
    seen: Seen | None = None,
) -> Project:
    """Keep cleaned field values of a draft; gaps are fine, wrong values are not.

    ``seen`` tells from which values the page was drawn. Raises Stale when another page saved
    other values there meanwhile, InvalidInput by field, TransitionNotAllowed once the project is
    declared, NotAllowed.
    """
    locked = _lock_draft(actor, project)
    if seen is not None and _overtaken(locked, seen) and _differ(locked, values):
        raise Stale(_("This page was saved on another device at %(time)s.") % {"time": local_moment(locked.saved_at)})
    _fill(locked, values)
    locked.saved_at = now()
    locked.saved_from = seen.page if seen else ""
    locked.save(update_fields=[*values, "saved_at", "saved_from"])
    return locked


@transaction.atomic
def declare_project(*, actor: Actor, project: Project) -> Project:
    """Make a complete draft a declared project. Raises InvalidInput naming every gap by field.

    Declaring what is declared already changes nothing (a double click).
    """
    confirm_actor(actor, project.enterprise)
    locked = _lock(project)
    if locked.status == Project.Status.DECLARED:
        return locked
    status = PROJECT.next(Project.Status(locked.status), "declare")
    wrong = rules.problems(locked)
    if wrong:
        raise InvalidInput(wrong)
    locked.status = status
    locked.declared_at = locked.saved_at = now()
    locked.save(update_fields=["status", "declared_at", "saved_at"])
    record(
        actor=actor,
        subject=locked,
        act="project.declared",
        at=locked.declared_at,
        data={
            "name": locked.name,
            "national_code": locked.national_code,
            "total_investment": str(locked.total_investment),
        },
    )
    return locked


@transaction.atomic
def correct_national_code(*, actor: Actor, project: Project, code: str) -> Project:
    """Add the code that the national platform has issued, or put a mistyped one right; on record.

    Raises InvalidInput at "national_code" for a wrong form or a code that another project bears.
    """
    confirm_actor(actor, project.enterprise, ANY)
    locked = _lock(project)
    if locked.status == Project.Status.WITHDRAWN:
        raise TransitionNotAllowed(_("The project has been withdrawn."))
    before = locked.national_code
    _fill(locked, {"national_code": code})
    if not locked.national_code:
        raise InvalidInput({"national_code": _("Enter the national project code.")})
    if locked.national_code == before:
        return locked
    locked.saved_at = now()
    locked.save(update_fields=["national_code", "saved_at"])
    record(
        actor=actor,
        subject=locked,
        act="project.code_corrected",
        data={"before": before, "after": locked.national_code},
    )
    return locked


@transaction.atomic
def save_answers(*, actor: Actor, project: Project, answers: Mapping[str, Any]) -> Project:
    """Keep answers to the catalogue's questions; None takes an answer back. Facts are the caller's to know."""
    confirm_actor(actor, project.enterprise, ANY)
    locked = _lock(project)
    kept = {**locked.answers, **answers}
    locked.answers = {name: value for name, value in kept.items() if value is not None}
    if locked.answers != project.answers:
        locked.save(update_fields=["answers"])
        record(actor=actor, subject=locked, act="project.answered", data=dict(answers))
    return locked


@transaction.atomic
def discard_draft(*, actor: Actor, project: Project) -> Project:
    """Put a draft away: it leaves the lists, frees its code and stays on record as withdrawn."""
    locked = _lock_draft(actor, project)
    locked.status = PROJECT.next(Project.Status(locked.status), "discard")
    locked.national_code = ""
    locked.saved_at = now()
    locked.save(update_fields=["status", "national_code", "saved_at"])
    record(actor=actor, subject=locked, act="project.discarded")
    return locked


@transaction.atomic
def set_stage(*, project: Project, stage: Stage) -> Project:
    """Move a project to the stage that its cases have reached; the hall itself is on record for it."""
    locked = _lock(project)
    if locked.stage != stage:
        before, locked.stage = locked.stage, stage
        locked.save(update_fields=["stage"])
        record(
            actor=Actor.system(), subject=locked, act="project.stage_reached",
            data={"from": before, "to": str(stage)},
        )  # fmt: skip
    return locked


def _lock(project: Project) -> Project:
    return Project.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=project.pk)


def _lock_draft(actor: Actor, project: Project) -> Project:
    confirm_actor(actor, project.enterprise, ANY)
    locked = _lock(project)
    if locked.status != Project.Status.DRAFT:
        raise TransitionNotAllowed(_("The project is declared already; it can no longer be edited as a draft."))
    return locked


def _overtaken(project: Project, seen: Seen) -> bool:
    """Whether other values stand there now, saved by another page than the one that asks."""
    if not seen.version or seen.version == fingerprint(project, seen.section):
        return False
    return not (seen.page and seen.page == project.saved_from)


def _differ(project: Project, values: Mapping[str, Any]) -> bool:
    return any(getattr(project, field) != value for field, value in values.items())


def _fill(project: Project, values: Mapping[str, Any]) -> None:
    """Set field values on the row in memory; raises InvalidInput by field and then nothing is saved."""
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise InvalidInput({field: _("There is no such field.") for field in unknown})
    for field, value in values.items():
        setattr(project, field, national_code.tidy(value or "") if field == "national_code" else value)
    wrong = _wrong_values(project, values) or _wrong_together(project, values)
    if wrong:
        raise InvalidInput(wrong)


def _wrong_values(project: Project, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What the single fields refuse: type, length, range."""
    try:
        project.clean_fields(exclude=[field.name for field in project._meta.fields if field.name not in values])
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


def _wrong_together(project: Project, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Contradictions that this saving would bring about, and a code that is taken.

    A sum that does not add up yet may wait in a draft; what the database refuses may not.
    """
    wrong = {
        field: messages
        for field, messages in rules.contradictions(project).items()
        if field not in rules.MAY_WAIT and not rules.asked_with(field).isdisjoint(values)
    }
    if "national_code" in values and _code_is_taken(project):
        wrong.setdefault("national_code", []).append(_("Another project already bears this code."))
    return wrong


def _code_is_taken(project: Project) -> bool:
    if not project.national_code:
        return False
    return Project.objects.filter(national_code=project.national_code).exclude(pk=project.pk).exists()
