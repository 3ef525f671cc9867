"""Who may see a clock besides those whose duty it is: the apps that own its subject say so here.

deadlines knows a subject by name and number only, so the floors above register conditions.
"""

from collections.abc import Callable

from django.db.models import Q

from accounts.models import User

# (user) -> condition on clocks, or None where it has nothing to say about this person.
Rule = Callable[[User], Q | None]

_inside: list[Rule] = []
_outside: list[Rule] = []


def register_staff(rule: Rule) -> Rule:
    """Add a rule for people of the hall: what it gives is seen whole, with names and reminders."""
    if rule not in _inside:
        _inside.append(rule)
    return rule


def register_outside(rule: Rule) -> Rule:
    """Add a rule for applicants and agents: they see the limit and how it is counted, nothing internal."""
    if rule not in _outside:
        _outside.append(rule)
    return rule


def inside_q(user: User) -> Q:
    """What the staff rules give ``user``."""
    return _union(_inside, user)


def outside_q(user: User) -> Q:
    """What the rules for applicants give ``user``."""
    return _union(_outside, user)


def _union(rules: list[Rule], user: User) -> Q:
    found = Q(pk__in=[])
    for rule in rules:
        condition = rule(user)
        if condition is not None:
            found |= condition
    return found
