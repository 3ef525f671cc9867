"""Who may read the files and see the clocks of a case; registered with ``files.access`` and ``deadlines.access``."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from approvals.labels import APPLICATION_LABEL, CASE_LABEL
from approvals.models import Application, Case, MaterialFile, Opinion
from approvals.papers.outcome import KEPT_UNTIL_ISSUED
from approvals.querysets import WORKS_IN_DEPARTMENT
from approvals.rules import works_inside
from deadlines import access as clock_access
from deadlines import applicants
from deadlines.models import ClockKind
from documents import access as document_access
from enterprises.models import Enterprise
from files.access import register
from files.models import StoredFile

# Opinions are the departments' own papers; firms and their agents read the decision instead.
READS_OPINIONS = (
    Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR,
)  # fmt: skip


def may_read_material(user: Any, stored: StoredFile) -> bool:
    """Those who act for the firm, the window, leaders, and departments whose case uses the material."""
    if not user.is_authenticated:
        return False
    if Application.objects.visible_to(user).filter(materials__files__file=stored).exists():
        return True
    # The application form that the hall made is that of one case only.
    shared = MaterialFile.objects.filter(file=stored, case=None)
    own = Q(materials__material__in=shared.values("material")) | Q(own_files__file=stored)
    return Case.objects.visible_to(user).filter(own).exists()


def may_read_opinion(user: Any, stored: StoredFile) -> bool:
    """Staff who see the case."""
    if not user.is_authenticated or not user.has_role(*READS_OPINIONS):
        return False
    return Opinion.objects.filter(files=stored, step__case__in=Case.objects.visible_to(user)).exists()


def may_read_signature(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the case sees who signed for its decision."""
    return bool(user.is_authenticated and Case.objects.visible_to(user).filter(delivery__signature=stored).exists())


def may_read_commitment(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the application sees the hand that signed its commitment."""
    if not user.is_authenticated:
        return False
    return Application.objects.visible_to(user).filter(commitments__signature=stored).exists()


# What the applicant is told: steps and requests are the departments' own affair.
TOLD_CLOCKS = (
    ClockKind.ACCEPTANCE, ClockKind.DECISION, ClockKind.DELIVERY, ClockKind.PUBLIC_NOTICE, ClockKind.OBJECTION,
    ClockKind.LATER_CHECK, ClockKind.DEFERRAL,
)  # fmt: skip
# Those who hear of a case of the firm: see ``enterprises.selectors.people_to_tell``.
PEOPLE_OF_CASE = """
    SELECT m.user_id FROM approvals_case k
    JOIN enterprises_membership m ON m.enterprise_id = k.enterprise_id AND m.status = 'active'
    WHERE k.id = f.subject_id
    UNION
    SELECT a.agent_id FROM approvals_case k
    JOIN approvals_matter t ON t.id = k.matter_id
    JOIN enterprises_mandate a ON a.enterprise_id = k.enterprise_id AND a.revoked_at IS NULL
        AND %(today)s BETWEEN a.starts_on AND a.ends_on AND (a.matters = '{}' OR t.code = ANY(a.matters))
    WHERE k.id = f.subject_id
"""


def clocks_of_cases_worked_on(user: User) -> Q | None:
    """Departments see every duty of the cases that have reached them, as they see these cases' steps."""
    departments = user.department_ids_as(*WORKS_IN_DEPARTMENT)
    if not departments:
        return None
    reached = Case.objects.reached(departments)
    return Q(subject_type=CASE_LABEL, subject_id__in=reached.values("pk"))


def clocks_of_own_cases(user: User) -> Q:
    """Those who act for a firm see the main limits of its cases."""
    cases = Case.objects.filter(enterprise__in=Enterprise.objects.ids_acted_for(user))
    return Q(subject_type=CASE_LABEL, subject_id__in=cases.values("pk"), kind__in=TOLD_CLOCKS)


def papers_of_cases(user: User) -> Q:
    """Whoever sees the case sees its papers; the firm those that end it only once the window has issued them."""
    visible = Case.objects.visible_to(user)
    seen = Q(subject_id__in=visible.values("pk"))
    if works_inside.test(user):
        return seen
    issued = visible.filter(status__in=[Case.Status.ISSUED, *Case.ENDED])
    return seen & (~Q(kind__in=KEPT_UNTIL_ISSUED) | Q(subject_id__in=issued.values("pk")))


def papers_of_applications(user: User) -> QuerySet[Application]:
    """Whoever sees the application, and departments whose case is part of it."""
    mine = Application.objects.visible_to(user).values("pk")
    reached = Case.objects.visible_to(user).values("application")
    return Application.objects.filter(Q(pk__in=mine) | Q(pk__in=reached))


def register_access() -> None:
    """Called from AppConfig.ready."""
    document_access.register(CASE_LABEL, papers_of_cases)
    document_access.register(APPLICATION_LABEL, papers_of_applications)
    for rule in (may_read_material, may_read_opinion, may_read_signature, may_read_commitment):
        register(rule)
    applicants.register(CASE_LABEL, PEOPLE_OF_CASE)
    clock_access.register_staff(clocks_of_cases_worked_on)
    clock_access.register_outside(clocks_of_own_cases)
