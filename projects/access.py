"""Who may read the photos and see the clocks around key projects; registered with files and deadlines."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from deadlines import access as clock_access
from files.access import register
from files.models import StoredFile
from projects.models import KeyProject, Milestone, Problem, Progress, ProgressPhoto
from projects.querysets_key import seats_of
from projects.services.climbing import LABEL as PROBLEM_LABEL
from projects.services.owners import MILESTONE_LABEL, PROGRESS_LABEL


def may_read_photo(user: Any, stored: StoredFile) -> bool:
    """Staff who see the key project; reports are the hall's own affair."""
    if not user.is_authenticated or not user.is_hall_staff:
        return False
    seen = KeyProject.objects.visible_to(user)
    return ProgressPhoto.objects.filter(file=stored, progress__key__in=seen).exists()


def clocks_of_teams(user: User) -> Q | None:
    """People of a team see every duty around its project, and the owner's clock of what they work on."""
    keys = list(seats_of(user).values_list("key", flat=True))
    problems = Problem.objects.filter(Q(project__key__in=keys) | Q(owner=user) | Q(helper=user))
    found = Q(subject_type=PROBLEM_LABEL, subject_id__in=problems.values("pk"))
    if keys:
        milestones = Milestone.objects.filter(key__in=keys).values("pk")
        reports = Progress.objects.filter(key__in=keys).values("pk")
        found |= Q(subject_type=MILESTONE_LABEL, subject_id__in=milestones)
        found |= Q(subject_type=PROGRESS_LABEL, subject_id__in=reports)
    return found


def clocks_of_own_problems(user: User) -> Q:
    """The firm sees how long its problems may take."""
    problems = Problem.objects.visible_to(user).values("pk")
    return Q(subject_type=PROBLEM_LABEL, subject_id__in=problems)


def register_access() -> None:
    """Called from AppConfig.ready."""
    register(may_read_photo)
    clock_access.register_staff(clocks_of_teams)
    clock_access.register_outside(clocks_of_own_problems)
