"""What staff pages show of a case and a step, as the components of the screen take it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Case, CaseMaterial, JointHandling, MaterialFile, Opinion, Step
from common.display import area, local_date, money
from deadlines.models import Clock
from files.presenting import item as file_item

STATES = {
    Step.Status.WAITING: "waiting",
    Step.Status.OPEN: "open",
    Step.Status.PROPOSED: "open",
    Step.Status.DONE: "done",
    Step.Status.CANCELLED: "skipped",
}


def material_rows(case: Case) -> list[CaseMaterial]:
    """Materials of a case with all their files, the current one first; three statements."""
    own = Q(case=None) | Q(case=case)
    files = MaterialFile.objects.filter(own).select_related("file", "added_by").order_by("-is_current", "-id")
    return list(
        case.materials.select_related("material", "checked_by")
        .prefetch_related(Prefetch("material__files", queryset=files))
        .order_by("material__position", "id")
    )


def file_items(files: Iterable[MaterialFile], user: User) -> list[dict[str, Any]]:
    """Files of a material as ``file_list`` takes them, for the person who looks."""
    return [
        {
            **file_item(row.file, user),
            "uploaded_by": row.added_by if row.origin == MaterialFile.Origin.UPLOAD else "",
            "at": row.added_at,
            "current": row.is_current,
            "version": row.version,
            "note": "" if row.origin == MaterialFile.Origin.UPLOAD else row.get_origin_display(),
        }
        for row in files
    ]


def case_steps(case: Case) -> list[Step]:
    """All steps with what a stepper shows; two statements."""
    opinions = Opinion.objects.select_related("author").prefetch_related("files").order_by("id")
    return list(
        case.steps.select_related("department", "clock", "handler", "proposed_by", "approved_by")
        .prefetch_related(Prefetch("opinions", queryset=opinions))
        .order_by("position", "id")
    )


def step_items(steps: Sequence[Step], *, user: User, current: Step | None = None) -> list[dict[str, Any]]:
    """The stepper's items; links lead to the steps of one's own departments."""
    names = {step.code: step.label for step in steps}
    own = set(user.department_ids_as("reviewer", "approver", "head"))
    return [
        {
            "title": step.label,
            "state": _state(step),
            "who": _who(step),
            "after": [names[code] for code in step.needs if code in names],
            "note": _note(step),
            "clock": step.clock if step.status in (Step.Status.OPEN, Step.Status.PROPOSED) else None,
            "url": reverse("approvals:step", args=[step.pk])
            if step.department_id in own and step.opened_at and (current is None or step.pk != current.pk)
            else "",
        }
        for step in steps
    ]


def _state(step: Step) -> str:
    refused = step.kind == Step.Kind.DECIDE and step.proposal == Case.Decision.REFUSED
    if step.status == Step.Status.DONE and refused:
        return "refused"
    return STATES[Step.Status(step.status)]


def _who(step: Step) -> str:
    return f"{step.department.label} · {step.handler}" if step.handler else step.department.label


def standstill(step: Step) -> str:
    """What a stepper says of a step whose limit stands still; "" for one whose limit runs."""
    clock = step.clock
    if clock is None or clock.stopped_at is None:
        return ""
    return _("Special procedure since %(date)s: the time limit stands still") % {"date": local_date(clock.stopped_at)}


def _note(step: Step) -> str:
    if note := standstill(step):
        return note
    if step.status == Step.Status.PROPOSED:
        return str(_("Waiting for a second person's approval"))
    if step.status != Step.Status.DONE:
        return ""
    if step.kind == Step.Kind.DECIDE:
        return _said(step.get_proposal_display(), step.proposal_reason)
    opinions = list(step.opinions.all())
    if not opinions:
        return ""
    return _said(opinions[-1].get_kind_display(), opinions[-1].text)


def _said(head: str, text: str) -> str:
    return _("%(head)s: %(text)s") % {"head": head, "text": text} if text else head


def opinions_of(steps: Iterable[Step]) -> list[tuple[Step, Opinion]]:
    """Every opinion on the steps, oldest first."""
    found = [(step, opinion) for step in steps for opinion in step.opinions.all()]
    return sorted(found, key=lambda pair: pair[1].pk)


def project_rows(case: Case) -> list[dict[str, Any]]:
    """The facts of project and firm that one decides by."""
    project, firm = case.project, case.enterprise
    return [
        {"label": _("Project"), "value": project.name},
        {"label": _("National project code"), "value": project.national_code or _("Not issued yet")},
        {"label": _("Procedure"), "value": project.get_procedure_display()},
        {"label": _("Nature of construction"), "value": project.get_nature_display()},
        {"label": _("Place in the zone"), "value": project.location},
        {"label": _("Land area"), "value": area(project.land_area, "land")},
        {"label": _("Building area"), "value": area(project.building_area)},
        {"label": _("Total investment"), "value": money(project.total_investment)},
        {
            "label": _("Planned period"),
            "value": f"{local_date(project.planned_start)} – {local_date(project.planned_finish)}",
        },
        {"label": _("Contact"), "value": f"{project.contact_name} {project.contact_phone}"},
        {"label": _("Enterprise"), "value": firm.name},
        {"label": _("Unified social credit code"), "value": firm.credit_code},
        {"label": _("Legal representative"), "value": firm.legal_representative},
    ]


def limit_rows(case: Case | JointHandling) -> list[dict[str, Any]]:
    """Promised and lawful end of the duty that runs now, with how many days each is.

    While it stands still both are what follows if the special procedure ends as planned.
    """
    clock = case.clock
    if clock is None or clock.finished_at:
        return []
    still = clock.stopped_at is not None
    rows = [
        _limit(_("Promised, if it goes on as planned") if still else _("Promised"), clock, clock.due_at, clock.promised)
    ]
    if clock.lawful_due_at:
        label = _("By law, if it goes on as planned") if still else _("By law")
        rows.append(_limit(label, clock, clock.lawful_due_at, clock.lawful))
    return rows


def _limit(label: str, clock: Clock, at: datetime, amount: int | None) -> dict[str, Any]:
    values = {"date": local_date(at), "days": amount, "more": clock.extended, "unit": clock.get_unit_display()}
    text = _("%(date)s (%(days)s + %(more)s %(unit)s)") if clock.extended else _("%(date)s (%(days)s %(unit)s)")
    return {"label": label, "value": text % values}
