"""Where the boxes and lines of a chart stand: what waits for what, drawn as SVG by a template. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 168, 52, 48, 16, 8
# About 13 full-width characters fit a box.
LONGEST = 13


@dataclass(frozen=True, slots=True)
class Node:
    code: str
    title: str
    note: str = ""
    after: tuple[str, ...] = ()
    # Of ``after`` those that run side by side: their lines are dashed.
    loose: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    title: str
    full: str
    note: str
    strong: bool

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def title_y(self) -> int:
        return self.y + (22 if self.note else 31)

    @property
    def note_y(self) -> int:
        return self.y + 40


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(nodes: Sequence[Node]) -> Chart | None:
    """Columns by how much must come before; None when there is nothing to draw or it has a loop.

    What a node waits for and is not among ``nodes`` is left out.
    """
    by_code = {node.code: node for node in nodes}
    after = {node.code: [code for code in node.after if code in by_code] for node in nodes}
    columns = _columns(after)
    if not columns:
        return None
    places = _places(columns, after)
    boxes = [_box(by_code[code], *places[code]) for code in by_code]
    lines = [
        Line(_curve(places[earlier], places[code]), dashed=earlier in by_code[code].loose)
        for code, needed in after.items()
        for earlier in needed
    ]
    right = max(x for x, _y in places.values()) + WIDTH + EDGE
    bottom = max(y for _x, y in places.values()) + HEIGHT + EDGE
    return Chart(right, bottom, boxes, lines)


def _columns(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    column: dict[str, int] = {}
    try:
        for code in TopologicalSorter(after).static_order():
            column[code] = max((column[earlier] + 1 for earlier in after[code]), default=0)
    except CycleError:
        return {}
    return column


def _places(columns: Mapping[str, int], after: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int]]:
    """Each node as near as there is room to the middle of what it waits for."""
    places: dict[str, tuple[int, int]] = {}
    for column in range(max(columns.values()) + 1):
        codes = [code for code in after if columns[code] == column]
        codes.sort(key=lambda code: _wish(after[code], places))
        free = EDGE
        for code in codes:
            y = max(free, round(_wish(after[code], places)))
            places[code] = (EDGE + column * (WIDTH + GAP_X), y)
            free = y + HEIGHT + GAP_Y
    return places


def _wish(needed: Sequence[str], places: Mapping[str, tuple[int, int]]) -> float:
    heights = [places[code][1] for code in needed if code in places]
    return sum(heights) / len(heights) if heights else 0


def _box(node: Node, x: int, y: int) -> Box:
    return Box(x, y, _cut(node.title), node.title, _cut(node.note), node.strong)


def _cut(text: str) -> str:
    """As much as fits; a narrow character takes about half the room of a wide one."""
    room = 0.0
    for place, char in enumerate(text):
        room += 1 if ord(char) > 0x2E7F else 0.55
        if room > LONGEST:
            return f"{text[: place - 1]}…"
    return text


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT // 2
    x2, y2 = end[0], end[1] + HEIGHT // 2
    bend = (x1 + x2) // 2 if x2 - x1 <= GAP_X else x2 - GAP_X // 2
    return f"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}"
