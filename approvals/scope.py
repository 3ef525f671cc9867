"""The matters that a mandate may be limited to: the enterprises floor asks, the catalogue answers."""

from approvals.models import Matter
from enterprises import scope


def offered_matters() -> list[tuple[str, str]]:
    """Code and name of every matter on offer, in the catalogue's order."""
    return [(matter.code, matter.label) for matter in Matter.objects.filter(is_active=True)]


def register_scope() -> None:
    """Called once when the app is ready."""
    scope.register(offered_matters)
