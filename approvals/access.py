"""Who may read the files of an application or a case; registered with ``files.access``."""

from typing import Any

from accounts.models import Role
from approvals.models import Application, Case, Opinion
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
    return Case.objects.visible_to(user).filter(materials__material__files__file=stored).exists()


def may_read_opinion(user: Any, stored: StoredFile) -> bool:
    """Staff who see the case."""
    if not user.is_authenticated or not user.has_role(*READS_OPINIONS):
        return False
    return Opinion.objects.filter(files=stored, step__case__in=Case.objects.visible_to(user)).exists()


def may_read_signature(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the case sees who signed for its decision."""
    return bool(user.is_authenticated and Case.objects.visible_to(user).filter(delivery__signature=stored).exists())


def register_access() -> None:
    """Called from AppConfig.ready."""
    for rule in (may_read_material, may_read_opinion, may_read_signature):
        register(rule)
