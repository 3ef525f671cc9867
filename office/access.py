"""Who may read the office's files and see its clocks; registered with ``files.access`` and ``deadlines.access``."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from deadlines import access as clock_access
from files.access import register
from files.models import StoredFile
from office.models import Task


def may_read_task_file(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the task."""
    if not user.is_authenticated:
        return False
    return Task.objects.visible_to(user).filter(Q(files=stored) | Q(answers__files=stored)).exists()


def clocks_of_tasks(user: User) -> Q | None:
    """Whoever sees the task sees its clocks."""
    if not user.is_hall_staff:
        return None
    return Q(subject_type="office.task", subject_id__in=Task.objects.visible_to(user).values("pk"))


def register_access() -> None:
    """Called from AppConfig.ready."""
    register(may_read_task_file)
    clock_access.register_staff(clocks_of_tasks)
