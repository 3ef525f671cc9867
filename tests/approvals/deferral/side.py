"""Two cases side by side: the second goes on while the first one's certificate is still to come."""

from datetime import datetime, timedelta

from accounts.actors import Actor
from accounts.models import User
from approvals import services
from approvals.catalogue.model import Theme, ThemeMatter
from approvals.models import Case, Deferral, Origin
from approvals.services.catalogue import publish_theme
from common.time import end_of_day
from notifications.models import Message
from tests.approvals.scene import PAPERS, Scene


def side_by_side(scene: Scene, *, defer_first: bool = False) -> list[Case]:
    """With ``defer_first`` the first one has besides a paper of its own that follows later."""
    matters = [scene.matter(), scene.matter(papers=PAPERS[:2])]
    first, second = (matter.code for matter in matters)
    items = (ThemeMatter(first), ThemeMatter(second, (first,), (first,)))
    entry = Theme("side", "并行", "Side by side", "说明", "Summary", items)
    draft = scene.draft(*matters, skip=["funding"] if defer_first else [])
    draft.theme = publish_theme(actor=Actor.system(), entry=entry, origin=Origin.SCREEN)
    draft.overlap = True
    draft.save()
    if defer_first:
        scene.later(draft)
    return services.submit_application(
        actor=scene.act(scene.owner), application=draft, signature=scene.signature(draft)
    )


def gap(case: Case) -> Deferral:
    return Deferral.objects.get(case=case)


def after(deferral: Deferral, days: int = 0) -> datetime:
    """The first moment after the promised day, or so many days later."""
    assert deferral.promised_on is not None
    return end_of_day(deferral.promised_on) + timedelta(microseconds=1, days=days)


def told(user: User, template: str) -> int:
    return Message.objects.filter(recipient=user, template=template, channel="inapp").count()
