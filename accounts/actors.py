"""Who acts, and for whom: what every service takes and every ledger row keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.errors import NotAllowed

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, perhaps acting for somebody else.

    ``user`` is None when the hall itself acts (deemed acceptance, the sweep).
    ``on_behalf_of`` names the principal when an agent or a window clerk acts for an enterprise.
    """

    user: User | None
    on_behalf_of: str = ""
    mandate_id: int | None = None

    @classmethod
    def system(cls) -> Actor:
        return cls(user=None)

    @property
    def person(self) -> User:
        """The human who acts; raises NotAllowed where only a human may and the hall itself tries."""
        if self.user is None:
            raise NotAllowed
        return self.user

    @property
    def at_window(self) -> bool:
        """Whether a clerk speaks for a firm by a window post alone; an agent has a mandate."""
        return bool(self.on_behalf_of) and self.mandate_id is None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None
