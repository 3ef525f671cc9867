"""Whom the hall tells about a case: the firm, the window, departments, supervision."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Post, Role
from approvals.models import Case, Step
from approvals.services.duties import case_link
from enterprises.selectors import people_to_tell
from notifications.services import Notice, notify, notify_many


def tell_firm(case: Case, template: str, **params: Any) -> None:
    """A notice from the window to the firm and its agents; departments never write to them themselves."""
    notify(
        recipients=people_to_tell(case.enterprise_id, [case.matter.code]),
        template=template,
        params=_params(case, params),
        link=case_link(case.number),
    )


def window_people(case: Case) -> list[int]:
    """The clerk who has the case, else all clerks of its window."""
    if case.clerk_id:
        return [case.clerk_id]
    posts = Post.objects.current().with_role(Role.CLERK).in_departments([case.window_id])
    return sorted(set(posts.values_list("user_id", flat=True)))


def tell_window(cases: Iterable[Case], template: str, **params: Any) -> None:
    """The clerk who has each case, else all of its window."""
    rows = list(cases)
    clerks: dict[int, list[int]] = {}
    orphans = {case.window_id for case in rows if case.clerk_id is None}
    if orphans:
        posts = Post.objects.current().with_role(Role.CLERK).in_departments(orphans)
        for department_id, user_id in posts.values_list("department_id", "user_id"):
            clerks.setdefault(department_id, []).append(user_id)
    notify_many(
        [
            Notice(
                [case.clerk_id] if case.clerk_id else clerks.get(case.window_id, []),
                template,
                _params(case, params),
                case_link(case.number),
            )
            for case in rows
        ]
    )


def tell_everybody(case: Case, template: str, **params: Any) -> None:
    """Firm, window, the departments that worked on the case, and supervision, each once."""
    departments = {case.department_id, *Step.objects.filter(case=case).values_list("department_id", flat=True)}
    posts = Post.objects.current()
    people = {
        *people_to_tell(case.enterprise_id, [case.matter.code]),
        *posts.with_role(Role.CLERK).in_departments([case.window_id]).values_list("user_id", flat=True),
        *posts.with_role(Role.REVIEWER, Role.HEAD).in_departments(departments).values_list("user_id", flat=True),
        *posts.with_role(Role.SUPERVISOR).values_list("user_id", flat=True),
    }
    notify(recipients=sorted(people), template=template, params=_params(case, params), link=case_link(case.number))


def _params(case: Case, more: dict[str, Any]) -> dict[str, Any]:
    return {"number": case.number, "matter": case.matter.name, **more}
