"""A pure table of which act leads from which state to which."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from common.errors import TransitionNotAllowed

StateT = TypeVar("StateT", bound=str)


class Table(Generic[StateT]):
    """Transitions of one kind of thing: ``{(state, act): next state}``."""

    def __init__(self, rows: Mapping[tuple[StateT, str], StateT]) -> None:
        self.rows = dict(rows)

    def allows(self, state: str, act: str) -> bool:
        return (state, act) in self.rows

    def next(self, state: str, act: str) -> StateT:
        """The state after ``act``; raises TransitionNotAllowed where the table has no row."""
        try:
            return self.rows[(state, act)]  # type: ignore[index]
        except KeyError:
            raise TransitionNotAllowed(
                _("This cannot be done any more: the state has changed to “%(state)s”.")
                % {"state": getattr(state, "label", state)}
            ) from None

    def acts(self, state: str) -> list[str]:
        """The acts possible in ``state``, in table order."""
        return [act for (before, act) in self.rows if before == state]

    @property
    def act_names(self) -> list[str]:
        """Every act that the table knows, each once, in table order."""
        return list(dict.fromkeys(act for _before, act in self.rows))
