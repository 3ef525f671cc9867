"""How duties around key projects change hands; registered with deadlines.owners."""

from accounts.actors import Actor
from common.errors import Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind
from projects.models import Milestone, Problem, Progress
from projects.rules_key import DUTY_ROLES
from projects.services.climbing import LABEL

MILESTONE_LABEL = "projects.milestone"
PROGRESS_LABEL = "projects.progress"


def move_problem(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """The owner of a problem. With nobody to take it the last owner stays answerable until the team is looked after."""
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if problem.clock_id != clock.pk or problem.status != Problem.Status.OPEN:
        raise Stale
    if to_user_id is not None and problem.owner_id != to_user_id:
        problem.owner_id = to_user_id
        problem.save(update_fields=["owner"])


def move_milestone(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """A milestone names nobody: the team says whose it is, the clock who is reminded."""
    row = Milestone.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if row.clock_id != clock.pk or row.reached_on is not None:
        raise Stale


def move_progress(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Nor does a report."""
    row = Progress.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if row.clock_id != clock.pk or row.reported_at is not None:
        raise Stale


def register_owners() -> None:
    """Tell deadlines how these duties change hands."""
    owners.register(ClockKind.PROBLEM, LABEL, move_problem, DUTY_ROLES, anywhere=True)
    owners.register(ClockKind.MILESTONE, MILESTONE_LABEL, move_milestone, DUTY_ROLES, anywhere=True)
    owners.register(ClockKind.PROGRESS, PROGRESS_LABEL, move_progress, DUTY_ROLES, anywhere=True)
