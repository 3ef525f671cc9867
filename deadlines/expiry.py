"""What happens by itself when a limit passes: registered by the app that owns the duty.

The lawful limit counts; of a duty that the hall itself set and that has no lawful one, the promised limit.
"""

from collections.abc import Callable, Mapping, Sequence

Handler = Callable[[Sequence[int]], None]

_HANDLERS: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Let the sweep call ``handler`` with subject ids of open clocks of ``kind`` past their limit.

    The handler does the act (deemed acceptance, 行政许可法 art. 32; a problem climbs) in its own transactions, safe to
    repeat, and finishes the clocks; those it leaves open are offered again by the next sweep. When
    it raises, the sweep calls it for each subject alone, marks the clocks of those that fail again
    and tells the administrators: so better let an error out than swallow it.
    """
    _HANDLERS[str(kind)] = handler


def unregister(kind: str) -> None:
    _HANDLERS.pop(str(kind), None)


def handlers() -> Mapping[str, Handler]:
    return dict(_HANDLERS)
