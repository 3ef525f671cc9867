"""Who may look at a project besides those who act for its firm or work on it; an app above says so here."""

from collections.abc import Callable

from django.db.models import Q

from accounts.models import User

# (user) -> condition on projects, or None where it has nothing to say about this person.
Rule = Callable[[User], Q | None]

_RULES: list[Rule] = []


def register(rule: Rule) -> None:
    """Add a rule. It lets people look, never act: who acts is asked of ``enterprises.selectors.actor_for``."""
    if rule not in _RULES:
        _RULES.append(rule)


def readers_q(user: User) -> Q:
    """What all rules together give ``user``."""
    found = Q(pk__in=[])
    for rule in _RULES:
        condition = rule(user)
        if condition is not None:
            found |= condition
    return found
