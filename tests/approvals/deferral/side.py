"""Two cases side by side: the second goes on while the first one's certificate is still to come."""

from accounts.actors import Actor
from approvals import services
from approvals.catalogue.model import Theme, ThemeMatter
from approvals.models import Case, Origin
from approvals.services.catalogue import publish_theme
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
