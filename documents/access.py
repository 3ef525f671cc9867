"""Who may see a document: the apps that own its subject say so here, since documents knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from files.access import register as register_file_rule

if TYPE_CHECKING:
    from files.models import StoredFile

# (user) -> the subjects whose documents the user may see, or a condition on documents of this subject type where
# not all of a subject's documents are for the same eyes, or None for none.
Rule = Callable[[User], "QuerySet[Any] | Q | None"]

_rules: dict[str, list[Rule]] = {}


def register(subject_type: str, rule: Rule) -> Rule:
    """Add a rule for documents on ``subject_type`` ("approvals.case"); one yes is enough."""
    rules = _rules.setdefault(subject_type, [])
    if rule not in rules:
        rules.append(rule)
    return rule


def visible_q(user: User) -> Q:
    """Condition on documents that ``user`` may see; subqueries, so no statement for each row."""
    found = Q(pk__in=[])
    for subject_type, rules in _rules.items():
        for rule in rules:
            answer = rule(user)
            if answer is None:
                continue
            condition = answer if isinstance(answer, Q) else Q(subject_id__in=answer.values("pk"))
            found |= Q(subject_type=subject_type) & condition
    return found


def may_read_file(user: User | AnonymousUser, stored: StoredFile) -> bool:
    """The file of a document is for whoever sees the document."""
    from documents.models import Document  # noqa: PLC0415  (the models ask this module who may see them)

    return Document.objects.visible_to(user).filter(file=stored).exists()


def register_files() -> None:
    """Tell ``files`` about our rule."""
    register_file_rule(may_read_file)
