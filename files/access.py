"""Who may read a stored file: the apps that use it say so here, since files knows none of them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from files.models import StoredFile

Rule = Callable[[Any, StoredFile], bool]

_rules: list[Rule] = []


def register(rule: Rule) -> Rule:
    """Add a rule ``(user, stored_file) -> bool``; one yes is enough. Usable as a decorator.

    The user may be anonymous: a rule for signed-in people has to look.
    """
    if rule not in _rules:
        _rules.append(rule)
    return rule


def may_read(user: User | AnonymousUser, stored: StoredFile) -> bool:
    """The uploader may, and whoever a registered rule lets."""
    if user.is_authenticated and stored.uploaded_by_id == user.pk:
        return True
    return any(rule(user, stored) for rule in _rules)
