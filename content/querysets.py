from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from common.time import now

if TYPE_CHECKING:
    from content.models import NeedList  # noqa: F401


class NeedListQuerySet(QuerySet["NeedList"]):
    def alive(self) -> "NeedListQuerySet":
        """Owned, or not expired yet."""
        return self.filter(~Q(owner=None) | Q(expires_at__gt=now()))

    def visible_to(self, user: Any) -> "NeedListQuerySet":
        """One's own. A single list is open to whoever has its code, which is looked up with ``alive``."""
        return self.filter(owner=user) if user.is_authenticated else self.none()
