"""Where a case lives for the person who asks: each role has its own side of it."""

from django.urls import reverse

from accounts.models import Role, User
from approvals.models import Case, Step
from approvals.querysets import WORKS_IN_DEPARTMENT


def case_home(user: User, case: Case) -> str:
    """Address of the case on this person's side.

    The window works at its desk, a department at its own step of the case; everybody else, the
    firm first, sees the case's page.
    """
    if user.has_role(Role.CLERK):
        return reverse("approvals:desk_case", args=[case.number])
    step = _own_step(user, case)
    if step is not None:
        return reverse("approvals:step", args=[step.pk])
    return reverse("approvals:case", args=[case.number])


def _own_step(user: User, case: Case) -> Step | None:
    """What one's department has to do on the case, or else did last."""
    departments = user.department_ids_as(*WORKS_IN_DEPARTMENT)
    if not departments:
        return None
    steps = list(Step.objects.visible_to(user).filter(case=case, department__in=departments).order_by("position", "id"))
    waiting = [step for step in steps if step.status in (Step.Status.OPEN, Step.Status.PROPOSED)]
    return next(iter(waiting or steps[-1:]), None)
