"""Stages of a project with their lead departments, and which matters are reviewed together. From hall.yaml."""

from __future__ import annotations

from functools import cache

import yaml

from accounts.models import Role, User
from approvals.catalogue import build
from approvals.catalogue.loader import HERE
from approvals.catalogue.model import SessionKind, Stage

LEADS_AS = (Role.REVIEWER, Role.APPROVER, Role.HEAD)


@cache
def _hall() -> tuple[tuple[Stage, ...], tuple[SessionKind, ...]]:
    rows = yaml.safe_load((HERE / "hall.yaml").read_text(encoding="utf-8"))
    return build.stages(rows), build.sessions(rows)


def stages() -> tuple[Stage, ...]:
    return _hall()[0]


def sessions() -> dict[str, SessionKind]:
    """By code: the kinds of joint review (联合审图, 联合验收)."""
    return {session.code: session for session in _hall()[1]}


def led_by(user: User) -> list[str]:
    """Codes of the stages whose lead department this person works in; no query beyond the posts."""
    codes = {post.department.code for post in user.current_posts if post.role in LEADS_AS}
    return [stage.code for stage in stages() if stage.department in codes]
