"""Who writes the owner of a duty on its own row: registered by the app that owns the kind of duty."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from accounts.actors import Actor
from deadlines.models import Clock


class Move(Protocol):
    """Locks the clock's subject in the hall's order, looks whether ``to_user_id`` may have it, writes it there.

    ``to_user_id`` is None when the duty goes back to the post. Raises HallError to refuse: Stale
    where the subject has gone on to another duty. Writes neither the clock nor the ledger.
    """

    def __call__(self, *, clock: Clock, to_user_id: int | None, actor: Actor) -> None: ...


@dataclass(frozen=True, slots=True)
class Owner:
    """How duties of one kind change hands.

    ``roles`` may hold them, in the clock's department or, with ``anywhere``, in any.
    """

    move: Move
    roles: tuple[str, ...]
    anywhere: bool = False


_OWNERS: dict[tuple[str, str], Owner] = {}


def register(kind: str, subject_type: str, move: Move, roles: Sequence[str], *, anywhere: bool = False) -> None:
    """Let hand-overs of ``kind`` on ``subject_type`` ("approvals.case") go through ``move``.

    Of a kind that nobody registers, the clock alone moves, to holders of the clock's own role.
    """
    _OWNERS[(str(kind), subject_type.lower())] = Owner(move, tuple(roles), anywhere)


def unregister(kind: str, subject_type: str) -> None:
    _OWNERS.pop((str(kind), subject_type.lower()), None)


def owner_of(clock: Clock) -> Owner | None:
    return _OWNERS.get((clock.kind, clock.subject_type))


def fits(clock: Clock, posts: Iterable[tuple[str, int]]) -> bool:
    """Whether somebody with these posts (role, department) may hold this duty.

    Where the clock names no department or no role, any will do.
    """
    owner = owner_of(clock)
    roles = owner.roles if owner else (clock.role,) if clock.role else ()
    here = clock.department_id if not (owner and owner.anywhere) else None
    return any((not roles or role in roles) and here in (None, department) for role, department in posts)
