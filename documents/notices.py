"""How the ledger names what happens to documents, and what administrators are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role
from common.display import register_acts
from common.time import now
from notifications.services import notify
from notifications.templates import register

if TYPE_CHECKING:
    from documents.models import Document

register_acts(
    {
        "document.issued": _("Document issued"),
        "document.revoked": _("Document revoked"),
        "document.retried": _("Making of the document tried again"),
        "template.published": _("Document template published"),
    }
)
register(
    "document.failed",
    _("A document could not be made: %(number)s"),
    _("“%(title)s” (%(number)s) is issued, but its file could not be made. The page says why and lets you try again."),
)


def tell_administrators(document: Document) -> None:
    """At most once an hour: a full disk fails for every paper, and the page lists them all."""
    holders = Post.objects.current().with_role(Role.ADMINISTRATOR).values_list("user_id", flat=True).distinct()
    notify(
        recipients=list(holders),
        template="document.failed",
        params={"title": document.title, "number": document.number},
        link=reverse("documents:failed"),
        dedupe_key=f"document.failed:{now():%Y-%m-%dT%H}",
    )
