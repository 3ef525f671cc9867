"""Applying what a leader has approved (特事特办): a shorter limit of a case, a paper that follows later.

Registered with ``coordination.deviating``; called in the transaction of the approval, its revoking or its end.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from approvals.labels import CASE_LABEL
from approvals.models import Application, Case, CaseMaterial, Material, MatterVersion
from approvals.services.duties import case_link
from approvals.services.locking import lock_application, lock_case
from common.errors import InvalidInput
from coordination import deviating, subjects
from coordination.deviating import Choice, Handler
from coordination.models import Deviation
from coordination.subjects import Subject
from deadlines.models import Clock
from deadlines.services import restore_clock, shorten_clock
from projects.models import Project

# Of these the promised limit may be made shorter; a special procedure has to end first.
TIMED = (Case.Status.RECEIVED, Case.Status.ACCEPTED, Case.Status.REVIEWING, Case.Status.DECIDED)
# As long as the window has not accepted it, a paper that is missing may be promised instead.
BEFORE_ACCEPTANCE = (Case.Status.WAITING, Case.Status.RECEIVED, Case.Status.CORRECTING)


def _cases(project: Project) -> list[Choice]:
    rows = Case.objects.filter(project=project, status__in=TIMED, clock__finished_at=None, clock__isnull=False)
    return [Choice(str(row.pk), f"{row.matter.label} {row.number}") for row in rows.select_related("matter")]


def _shorten(deviation: Deviation, actor: Actor) -> None:
    """The duty that runs now gets the approved days instead of what the matter promises."""
    assert deviation.subject_id is not None
    assert deviation.days is not None
    case = lock_case(deviation.subject_id)
    if case.status not in TIMED or case.clock_id is None:
        raise InvalidInput({"value": _("No limit of this case runs at present.")})
    clock = Clock.objects.get(pk=case.clock_id)
    deviation.before = {"clock": str(clock.pk), "promised": clock.promised}
    shorten_clock(actor=actor, clock_id=clock.pk, promised=deviation.days, reason=deviation.reason)


def _lengthen(deviation: Deviation, actor: Actor) -> None:
    """The same duty, where it still runs, has its own limit again."""
    assert deviation.subject_id is not None
    lock_case(deviation.subject_id)
    restore_clock(
        actor=actor,
        clock_id=deviation.before["clock"],
        promised=deviation.before["promised"],
        reason=deviation.end_reason or str(deviation.get_end_display()),
    )


def _papers(project: Project) -> list[Choice]:
    """Papers that cases or drafts of the project ask for and that may not follow anyway; not those the law asks for."""
    items = [item for content in _contents(project) for item in content["materials"]]
    fixed = {item["code"] for item in items if item.get("statutory")}
    strict = (item for item in items if item.get("required", True) and not item.get("secondary"))
    found = {item["code"]: item["name"] for item in strict if item["code"] not in fixed}
    return [Choice(code, found[code]) for code in sorted(found)]


def _contents(project: Project) -> list[dict[str, Any]]:
    under_way = Q(pk__in=Case.objects.filter(project=project, status__in=BEFORE_ACCEPTANCE).values("version"))
    drafts = Application.objects.filter(project=project, status=Application.Status.DRAFT)
    drafted = Q(pk__in=drafts.values("chosen__version"))
    return list(MatterVersion.objects.filter(under_way | drafted).values_list("content", flat=True))


def _let_follow(deviation: Deviation, actor: Actor) -> None:
    """Drafts and cases not yet accepted show the paper as one that may follow. Refuses what a law asks for."""
    contents = _contents(deviation.project)
    asked = [item for content in contents for item in content["materials"] if item["code"] == deviation.code]
    if any(item.get("statutory") for item in asked):
        raise InvalidInput({"value": _("A law asks for this paper: no leader may let it follow later.")})
    for pk in _applications(deviation):
        lock_application(pk)
    marked = _materials(deviation).filter(secondary=False, required=True)
    uses = CaseMaterial.objects.filter(
        material__in=_materials(deviation), case__status__in=BEFORE_ACCEPTANCE, secondary=False, required=True
    )
    deviation.before = {
        "materials": list(marked.values_list("pk", flat=True)),
        "uses": list(uses.values_list("pk", flat=True)),
    }
    Material.objects.filter(pk__in=deviation.before["materials"]).update(secondary=True)
    CaseMaterial.objects.filter(pk__in=deviation.before["uses"]).update(secondary=True)


def _ask_again(deviation: Deviation, actor: Actor) -> None:
    """What nobody has promised yet is asked for at once again; a commitment that is signed stays as it was signed."""
    for pk in _applications(deviation):
        lock_application(pk)
    open_uses = CaseMaterial.objects.filter(
        material__in=_materials(deviation), case__status__in=BEFORE_ACCEPTANCE, deferrals=None
    )
    drafts = _materials(deviation).filter(application__status=Application.Status.DRAFT)
    for row in open_uses.filter(_eased_only(deviation)):
        CaseMaterial.objects.filter(pk=row.pk).update(secondary=False)
    drafts.update(secondary=False, deferred_until=None)


def _eased_only(deviation: Deviation) -> Q:
    """Those that the deviation itself changed, or that were laid out while it was in force."""
    return Q(pk__in=deviation.before.get("uses", [])) | Q(case__application__submitted_at__gte=deviation.approved_at)


def _applications(deviation: Deviation) -> list[int]:
    rows = Application.objects.filter(project=deviation.project_id, materials__code=deviation.code)
    return sorted(set(rows.values_list("pk", flat=True)))


def _materials(deviation: Deviation) -> QuerySet[Material]:
    return Material.objects.filter(application__project=deviation.project_id, code=deviation.code)


def _case(user: User, pk: int) -> Subject | None:
    row = Case.objects.visible_to(user).filter(pk=pk).select_related("matter", "enterprise").first()
    if row is None:
        return None
    title = f"{row.matter.name}（{row.enterprise.name}）"
    return Subject(CASE_LABEL, pk, title, case_link(row.number), row.project_id)


def register_deviating() -> None:
    """Called from AppConfig.ready."""
    deviating.register(Deviation.Kind.SHORTER, Handler(_cases, _shorten, _lengthen, CASE_LABEL))
    deviating.register(Deviation.Kind.LATER_PAPER, Handler(_papers, _let_follow, _ask_again))
    subjects.register(CASE_LABEL, _("Case"), _case)
