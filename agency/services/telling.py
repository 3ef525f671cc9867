"""Ledger rows and messages of an order."""

from collections.abc import Iterable
from typing import Any

from accounts.actors import Actor
from accounts.models import Post, Role
from agency.models import AgencyOrder
from enterprises.models import Mandate, Membership
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many


def put_on_record(actor: Actor, order: AgencyOrder, act: str, **data: Any) -> None:
    """On the order and, where it is for a project, on the project, whose timeline shows who went the way for it."""
    records = [Record(order, act, data)]
    if order.project_id:
        records.append(Record(("projects.project", order.project_id), act, {"order": order.pk, **data}))
    record_many(actor=actor, records=records)


def tell(order: AgencyOrder, template: str, recipients: Iterable[int | None], **params: Any) -> None:
    """One message to each; ``recipients`` may name somebody twice or nobody."""
    people = sorted({one for one in recipients if one is not None})
    mandate = order.mandate
    told = {"order": order.title, "enterprise": mandate.enterprise.name, "agent": str(mandate.agent), **params}
    notify_many([Notice(people, template, told, order.get_absolute_url())])


def members_of(mandate: Mandate) -> list[int]:
    return list(mandate.enterprise.memberships.active().values_list("user_id", flat=True))


def owners_of(mandate: Mandate) -> list[int]:
    owners = mandate.enterprise.memberships.active().filter(role=Membership.RoleInFirm.OWNER)
    return list(owners.values_list("user_id", flat=True))


def heads_of(department_id: int) -> list[int]:
    posts = Post.objects.current().with_role(Role.HEAD).in_departments([department_id]).filter(user__is_active=True)
    return list(posts.order_by("is_substitute", "id").values_list("user_id", flat=True))


def helper_ids(mandate: Mandate) -> list[int]:
    return list(mandate.helpers.in_force().values_list("user_id", flat=True))
