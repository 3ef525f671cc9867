"""Which lists a person finds."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from common.time import now

if TYPE_CHECKING:
    from content.models import NeedList  # noqa: F401 (a type parameter)


class NeedListQuerySet(models.QuerySet["NeedList"]):
    def alive(self) -> "NeedListQuerySet":
        """Owned, or not expired yet."""
        return self.filter(~Q(owner=None) | Q(expires_at__gt=now()))

    def visible_to(self, user: User | AnonymousUser) -> "NeedListQuerySet":
        """One's own. A single list is open to whoever has its code, which is looked up with ``alive``."""
        return self.filter(owner=user) if user.is_authenticated else self.none()
