"""What kinds of paper there are: the apps whose acts issue them say so here, in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.bilingual import pick


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper.

    ``code``: unique, dotted ("approvals.acceptance"). ``title``: as printed when the data of a paper gives no
    other. ``mark``: the kind's part of the number ("受理"); kinds with the same mark share one series.
    ``template``: code of the template. ``sample``: data in the shape of docs/documents.md, for previews.
    ``public_holder``: whether anybody who verifies a paper is shown the holder's whole name; without it they see
    the first character only (papers that name natural persons).
    """

    code: str
    title: str
    title_en: str
    mark: str
    template: str
    sample: Mapping[str, Any] = field(default_factory=dict)
    certificate: bool = False
    public_holder: bool = True

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return pick(self.title, self.title_en)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make ``kind`` known; the same code again replaces it."""
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> Kind:
    """The registered kind; LookupError names what is missing."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no kind of document is registered as {code!r}") from None


def find(code: str) -> Kind | None:
    """The kind, or None for one whose app is no longer there: its papers can still be read."""
    return _kinds.get(code)


def all_kinds() -> list[Kind]:
    """In the order of their codes."""
    return [_kinds[code] for code in sorted(_kinds)]
