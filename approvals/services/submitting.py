"""One application becomes one case for each matter in a constant number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals import gaps, planning, reuse, themes
from approvals.application_form import ASKED
from approvals.catalogue.ordering import Before
from approvals.models import Application, ApplicationMatter, Case, Material, MaterialFile
from approvals.models.application import FORM_PAPER
from approvals.services.committing import refuse_unsigned
from approvals.services.deferring.signing import Signature, open_deferrals, sign_commitment
from approvals.services.duties import acceptance_clock, case_link
from approvals.services.filling import settle_answers
from approvals.services.form_papers import keep_forms
from approvals.services.laying_out import lay_out
from approvals.services.locking import lock_application
from approvals.services.numbering import new_query_code, take_serials
from approvals.services.reusing import attach_on_submission
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many
from enterprises.selectors import people_to_tell
from enterprises.services import confirm_actor
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many
from projects.models import Project


@transaction.atomic
def submit_application(*, actor: Actor, application: Application, signature: Signature | None = None) -> list[Case]:
    """Make one case for each chosen matter, with number and query code.

    Those whose prerequisites are there reach the window and have their acceptance clock; the others
    wait (see ``services.waiting``). What follows later (容缺) needs the ``signature`` under its commitment.
    A second call for the same application returns the cases already made. Raises InvalidInput
    naming the matter or material at fault, NotAllowed when the actor may no longer act.
    """
    locked = lock_application(application.pk, "project", "enterprise")
    if locked.status == Application.Status.SUBMITTED:
        return list(locked.cases.for_lists().order_by("id"))
    # Of a version's large content only this much is needed here; the rest stays in the database.
    acceptance = F("version__content__limits__acceptance")
    chosen = list(locked.chosen.select_related("matter").annotate(acceptance=acceptance, **ASKED))
    confirm_actor(actor, locked.enterprise, [row.matter.code for row in chosen])
    materials = list(locked.materials.all())
    refuse_unsigned(locked)
    moment = now()
    supplied = attach_on_submission(locked, materials, reuse.own_stock(locked, chosen), actor=actor, at=moment)
    asks_later = locked.overlap or any(row.deferred_until for row in materials)
    promise = gaps.promise_of(locked, moment) if asks_later else None
    filled = _refuse_gaps(locked, chosen, materials, supplied | _promised(materials, promise))
    form = settle_answers(locked, chosen)
    commitment = sign_commitment(actor=actor, application=locked, promise=promise, signature=signature, at=moment)

    application_serial, *serials = take_serials(1 + len(chosen))
    locked.number = f"SB{moment:%Y}{application_serial:07d}"
    locked.status = Application.Status.SUBMITTED
    locked.submitted_at, locked.submitted_by = moment, actor.user
    locked.save(update_fields=["number", "status", "submitted_at", "submitted_by", "answers"])

    waits = themes.prerequisites(locked, [row.matter.code for row in chosen])
    cases = _create_cases(locked, chosen, serials, moment, waits)
    lay_out(locked)
    keep_forms(locked, cases, form.askings, at=moment, own_paper=FORM_PAPER in filled)
    _arm(cases, chosen, actor=actor, at=moment)
    _put_on_record(locked, cases, actor=actor, at=moment)
    planning.freeze(locked)
    _tell(locked, cases)
    # Last: the series of the paper's number stays locked until the end.
    open_deferrals(actor=actor, commitment=commitment, cases=cases, promise=promise, at=moment)
    return cases


def _promised(materials: Sequence[Material], promise: gaps.Promise | None) -> set[str]:
    """Codes of the papers that follow later."""
    days = promise.days if promise else {}
    return {material.code for material in materials if material.pk in days}


def _refuse_gaps(
    application: Application, chosen: Sequence[ApplicationMatter], materials: Sequence[Material], supplied: set[str]
) -> set[str]:
    """Codes of the papers that have a file; ``supplied`` are those that need none from the applicant now."""
    if application.project.status != Project.Status.DECLARED:
        raise InvalidInput({"project": _("Declare the project first.")})
    if not chosen:
        raise InvalidInput({"matters": _("Choose at least one matter.")})
    handed_in = MaterialFile.objects.current().filter(material__application=application)
    filled = set(handed_in.values_list("material__code", flat=True))
    open_rows = [row for row in materials if row.required and row.code not in filled | supplied]
    missing = {row.code: _missing(row) for row in open_rows}
    if missing:
        raise InvalidInput(missing)
    return filled


def _missing(material: Material) -> Any:
    text = (
        _("“%(name)s” is missing: hand it in, or say by which day it follows.")
        if material.secondary
        else _("“%(name)s” is missing.")
    )
    return text % {"name": material.label}


def _create_cases(
    application: Application,
    chosen: Sequence[ApplicationMatter],
    serials: list[int],
    moment: datetime,
    waits: Mapping[str, Before],
) -> list[Case]:
    cases = [
        Case(
            number=f"BJ{moment:%Y}{serial:07d}",
            query_code=new_query_code(),
            application=application,
            project=application.project,
            enterprise=application.enterprise,
            matter=row.matter,
            version_id=row.version_id,
            department_id=row.matter.department_id,
            window_id=row.matter.window_id,
            received_at=moment,
            by_commitment=row.by_commitment,
            **_receipt(waits[row.matter.code]),
        )
        for row, serial in zip(chosen, serials, strict=True)
    ]
    return Case.objects.bulk_create(cases)


def _receipt(needed: Before) -> dict[str, Any]:
    if needed.strict:
        return {"status": Case.Status.WAITING, "waits_for": list(needed.strict)}
    # Foreign keys are checked at commit, so the clock may follow in its own bulk statement.
    return {"clock_id": uuid7()}


def _arm(cases: Sequence[Case], chosen: Sequence[Any], *, actor: Actor, at: datetime) -> None:
    """The window's days to answer, for the cases that have reached it."""
    pairs = zip(cases, chosen, strict=True)
    received = [(case, row) for case, row in pairs if case.status == Case.Status.RECEIVED]
    arm_many(specs=[acceptance_clock(case, at, row.acceptance) for case, row in received], actor=actor)


def _put_on_record(application: Application, cases: Sequence[Case], *, actor: Actor, at: datetime) -> None:
    data = {"number": application.number, "cases": [case.number for case in cases]}
    first = Record(application, "application.submitted", data)
    record_many(actor=actor, at=at, records=[first, *map(_first_record, cases)])


def _first_record(case: Case) -> Record:
    data: dict[str, Any] = {"number": case.number, "matter": case.matter.code}
    if case.status == Case.Status.WAITING:
        return Record(case, "case.waiting", {**data, "waits_for": case.waits_for})
    return Record(case, "case.received", data)


def _tell(application: Application, cases: list[Case]) -> None:
    """One notice to those who act for the firm, one to each window that has something new."""
    by_window: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        if case.status == Case.Status.RECEIVED:
            by_window[case.window_id].append(case)
    clerks: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.current().with_role(Role.CLERK).in_departments(by_window)
    for department_id, user_id in posts.values_list("department_id", "user_id"):
        clerks[department_id].append(user_id)
    firm = people_to_tell(application.enterprise_id, [case.matter.code for case in cases])
    params = {"number": application.number, "project": application.project.name, "count": len(cases)}
    notify_many(
        [
            Notice(firm, "approvals.submitted", params, f"/applications/{application.pk}/receipt/"),
            *(
                Notice(
                    clerks[window],
                    "approvals.arrived",
                    params | {"count": len(some)},
                    case_link(some[0].number) if len(some) == 1 else "/desk/",
                )
                for window, some in by_window.items()
            ),
        ]
    )
