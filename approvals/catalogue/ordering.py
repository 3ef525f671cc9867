"""What must come before what inside a theme. Pure.

A theme knows more matters than a project needs. A matter that is not in play stands in nobody's
way, but what it waits for itself then holds for those that wait for it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from approvals.catalogue.model import Theme, ThemeMatter


@dataclass(frozen=True, slots=True)
class Before:
    """Codes that must come first: ``strict`` ones granted, ``overlap`` ones granted by the time of issue."""

    strict: tuple[str, ...] = ()
    overlap: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.strict + self.overlap


def before(theme: Theme, code: str, in_play: Collection[str]) -> Before:
    """The nearest matters in play that ``code`` waits for, each once, in the theme's order.

    On two ways to the same matter the stricter one counts. A code that the theme doesn't know waits
    for nothing.
    """
    graph = theme.by_code
    found: dict[str, bool] = {}
    for earlier, may_overlap in _nearest(graph, code, frozenset(in_play), overlap=True, seen=frozenset({code})):
        found[earlier] = found.get(earlier, True) and may_overlap
    order = [item for item in graph if item in found]
    return Before(tuple(item for item in order if not found[item]), tuple(item for item in order if found[item]))


def waits(
    theme: Theme | None, codes: Iterable[str], in_play: Collection[str], there: Collection[str] = ()
) -> dict[str, Before]:
    """By code what it waits for among ``in_play``, certificates ``there`` left out; nothing without a theme."""
    if theme is None:
        return {code: Before() for code in codes}
    playing = frozenset(in_play)
    found = {}
    for code in codes:
        needed = before(theme, code, playing)
        strict, overlap = (tuple(one for one in part if one not in there) for part in (needed.strict, needed.overlap))
        found[code] = Before(strict, overlap)
    return found


def _nearest(
    graph: Mapping[str, ThemeMatter], code: str, in_play: frozenset[str], *, overlap: bool, seen: frozenset[str]
) -> Iterator[tuple[str, bool]]:
    item = graph.get(code)
    for earlier in item.after if item else ():
        may = overlap and item is not None and earlier in item.overlap
        if earlier in in_play:
            yield earlier, may
        elif earlier not in seen:
            yield from _nearest(graph, earlier, in_play, overlap=may, seen=seen | {earlier})


def in_theme_order(theme: Theme, codes: Iterable[str]) -> list[str]:
    """``codes`` as the theme lists them, those it doesn't know at the end in their own order."""
    position = {item.code: index for index, item in enumerate(theme.matters)}
    return sorted(codes, key=lambda code: position.get(code, len(position)))
