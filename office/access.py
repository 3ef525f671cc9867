"""Who may read the office's files and see its clocks; registered with ``files.access`` and ``deadlines.access``."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from deadlines import access as clock_access
from files.access import register
from files.models import StoredFile
from office.models import PaperHandover, StaffNotice, Task


def may_read_task_file(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the task."""
    if not user.is_authenticated:
        return False
    return Task.objects.visible_to(user).filter(Q(files=stored) | Q(answers__files=stored)).exists()


def may_read_notice_file(user: Any, stored: StoredFile) -> bool:
    """Whoever may read the notice."""
    return bool(user.is_authenticated) and StaffNotice.objects.visible_to(user).filter(files=stored).exists()


def clocks_of_office(user: User) -> Q | None:
    """Whoever sees the task or the hand-over sees its clocks."""
    if not user.is_hall_staff:
        return None
    tasks, papers = Task.objects.visible_to(user), PaperHandover.objects.visible_to(user)
    return Q(subject_type="office.task", subject_id__in=tasks.values("pk")) | Q(
        subject_type="office.paperhandover", subject_id__in=papers.values("pk")
    )


def register_access() -> None:
    """Called from AppConfig.ready."""
    register(may_read_task_file)
    register(may_read_notice_file)
    clock_access.register_staff(clocks_of_office)
