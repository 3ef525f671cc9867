"""Who may give, take, answer and close tasks; used by services, pages and templates."""

import rules

from accounts.models import Anyone, Role, User
from office.models import StaffNotice, Task

# "Any head, director, leader or secretary" gives tasks; supervision does so with its orders.
GIVES_TASKS = (Role.HEAD, Role.DIRECTOR, Role.LEADER, Role.OFFICER, Role.SUPERVISOR)


@rules.predicate
def may_give(user: Anyone) -> bool:
    return isinstance(user, User) and user.is_active and user.has_role(*GIVES_TASKS)


@rules.predicate
def is_handler(user: Anyone, task: Task) -> bool:
    return user.is_authenticated and task.handler_id == user.pk


@rules.predicate
def is_of_department(user: Anyone, task: Task) -> bool:
    """Holds any post in the department that has the task."""
    return isinstance(user, User) and any(post.department_id == task.department_id for post in user.current_posts)


@rules.predicate
def heads_department(user: Anyone, task: Task) -> bool:
    """Heads it, or holds the post that the task lies on."""
    return isinstance(user, User) and task.department_id in user.department_ids_as(Role.HEAD, task.role)


@rules.predicate
def nobody_has_it(_user: Anyone, task: Task) -> bool:
    return task.handler_id is None


@rules.predicate
def is_checker(user: Anyone, task: Task) -> bool:
    """Looks at the answer: who gave the task, or who has that duty now; without a person, the post."""
    if not isinstance(user, User):
        return False
    if task.checker_id is not None:
        return task.checker_id == user.pk
    return bool(task.checker_role) and task.checker_department_id in user.department_ids_as(task.checker_role)


may_take = is_handler | (nobody_has_it & is_of_department)
may_answer = may_take
may_hand_over = is_handler | heads_department
may_check = is_checker

rules.add_perm("office.give_tasks", may_give)
rules.add_perm("office.take_task", may_take)
rules.add_perm("office.answer_task", may_answer)
rules.add_perm("office.hand_over_task", may_hand_over)
rules.add_perm("office.check_task", may_check)

# Who may write to everybody in the hall.
TELLS_STAFF = (Role.HEAD, Role.DIRECTOR, Role.LEADER, Role.ADMINISTRATOR)


def works_in(user: Anyone, department_id: int) -> bool:
    """Holds any post in the department today: its papers are the business of all its people."""
    return isinstance(user, User) and any(post.department_id == department_id for post in user.current_posts)


@rules.predicate
def may_tell_staff(user: Anyone) -> bool:
    return isinstance(user, User) and user.is_active and user.has_role(*TELLS_STAFF)


@rules.predicate
def wrote(user: Anyone, notice: StaffNotice) -> bool:
    return user.is_authenticated and notice.published_by_id == user.pk


@rules.predicate
def administers(user: Anyone, _notice: StaffNotice) -> bool:
    """A writer may have left: an administrator keeps order."""
    return isinstance(user, User) and user.has_role(Role.ADMINISTRATOR)


may_change_notice = wrote | administers

rules.add_perm("office.tell_staff", may_tell_staff)
rules.add_perm("office.change_notice", may_change_notice)
