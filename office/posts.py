"""On whose post a department's duty lies: the first that somebody holds there."""

from collections.abc import Sequence

from accounts.models import Post, Role

# Work that is given goes to who leads the department, else down its ranks.
LEADING = (
    Role.HEAD, Role.DIRECTOR, Role.LEADER, Role.OFFICER, Role.SUPERVISOR, Role.REVIEWER, Role.APPROVER, Role.CLERK,
    Role.AGENT, Role.ADMINISTRATOR, Role.EDITOR,
)  # fmt: skip
# Papers arrive at the counter or on the desk, not with the head.
RECEIVING = (
    Role.CLERK, Role.REVIEWER, Role.OFFICER, Role.APPROVER, Role.AGENT, Role.HEAD, Role.SUPERVISOR, Role.DIRECTOR,
    Role.LEADER, Role.ADMINISTRATOR, Role.EDITOR,
)  # fmt: skip


def first_held(department_id: int, order: Sequence[str]) -> str:
    """The first role of ``order`` that somebody holds in the department today; "" where nobody holds any."""
    posts = Post.objects.current().in_departments([department_id]).filter(user__is_active=True)
    held = set(posts.values_list("role", flat=True))
    return next((role for role in order if role in held), "")
