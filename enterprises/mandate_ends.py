"""What follows when a mandate is revoked: registered by the apps above that let agents work under it."""

from collections.abc import Callable

from accounts.actors import Actor
from enterprises.models import Mandate

Handler = Callable[[Mandate, Actor], None]

_HANDLERS: list[Handler] = []


def register(handler: Handler) -> None:
    """Let ``revoke_mandate`` call ``handler`` inside its transaction, while it holds the mandate's row.

    Whatever the handler locks, it locks after the mandate. Raising stops the revocation, so it must not refuse.
    """
    if handler not in _HANDLERS:
        _HANDLERS.append(handler)


def announce(mandate: Mandate, actor: Actor) -> None:
    for handler in _HANDLERS:
        handler(mandate, actor)
