"""A partial order drawn as boxes and lines: what comes first stands left. Pure; the template only writes it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise

BOX, GAP_X, GAP_Y, PAD, EDGE = 188, 56, 18, 12, 4
TITLE, SMALL = 20, 17
LANE, TIP = 6, 7
# Characters of a line, a Chinese one counting two.
TITLE_FITS, SMALL_FITS = 22, 27


@dataclass(frozen=True, slots=True)
class Box:
    """What is to be drawn. ``overlap`` are those of ``after`` that need not be finished."""

    code: str
    title: str
    notes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    overlap: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    y: int
    css: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A box at its place; lines of text with their baselines."""

    box: Box
    x: int
    y: int
    height: int
    lines: tuple[Line, ...]

    @property
    def width(self) -> int:
        return BOX

    @property
    def text_x(self) -> int:
        return self.x + PAD


@dataclass(frozen=True, slots=True)
class Edge:
    path: str
    dashed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    boxes: tuple[Placed, ...]
    edges: tuple[Edge, ...]

    @property
    def dashed(self) -> bool:
        """Whether a legend for broken lines is needed."""
        return any(edge.dashed for edge in self.edges)


def draw(boxes: Sequence[Box]) -> Chart:
    """Columns by how many boxes come before on the longest way; inside a column near what comes before.

    A line over several columns has a lane of its own in each of them, so that none runs behind a box.
    """
    known = {box.code: box for box in boxes}
    after = {code: tuple(one for one in box.after if one in known) for code, box in known.items()}
    depth = _depths(after)
    lines = [(earlier, code) for code, box in known.items() for earlier in _nearest(code, after, box.overlap)]
    before: dict[str, list[str]] = {code: [] for code in known}
    ways: dict[tuple[str, str], list[str]] = {}
    for earlier, code in lines:
        ways[earlier, code] = way = [earlier, *_lanes(earlier, code, depth), code]
        for first, second in pairwise(way):
            before.setdefault(second, []).append(first)
            depth.setdefault(second, depth[first] + 1)
    texts = {code: _lines(box) for code, box in known.items()}
    heights = {code: _height(texts[code]) if code in texts else LANE for code in depth}
    spots, tallest = _spots(_columns(depth), before, heights)
    placed = [
        Placed(box, *spots[code], heights[code], tuple(Line(t.text, spots[code][1] + t.y, t.css) for t in texts[code]))
        for code, box in known.items()
    ]
    edges = [
        Edge(
            _path([(spots[one][0], spots[one][1] + heights[one] // 2) for one in ways[line]]),
            line[0] in known[line[1]].overlap,
        )
        for line in lines
    ]
    width = 2 * EDGE + (max(depth.values(), default=-1) + 1) * (BOX + GAP_X) - GAP_X
    return Chart(max(width, 0), tallest + 2 * EDGE, tuple(placed), tuple(edges))


def _depths(after: Mapping[str, Sequence[str]]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for code in TopologicalSorter(after).static_order():
        depth[code] = max((depth[one] + 1 for one in after[code]), default=0)
    return {code: depth[code] for code in after}


def _lanes(earlier: str, code: str, depth: Mapping[str, int]) -> list[str]:
    """Names of the lanes in the columns between two boxes."""
    return [f"{earlier}>{code}:{column}" for column in range(depth[earlier] + 1, depth[code])]


def _columns(depth: Mapping[str, int]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _turn in range(max(depth.values(), default=-1) + 1)]
    for code, column in depth.items():
        columns[column].append(code)
    return columns


def _spots(
    columns: Sequence[Sequence[str]], before: Mapping[str, Sequence[str]], heights: Mapping[str, int]
) -> tuple[dict[str, tuple[int, int]], int]:
    """Left upper corners of boxes and lanes, and how tall the tallest column is."""
    sizes = [sum(heights[code] + GAP_Y for code in column) - GAP_Y for column in columns]
    tallest = max(sizes, default=0)
    spots: dict[str, tuple[int, int]] = {}
    for index, column in enumerate(columns):
        y = EDGE + (tallest - sizes[index]) // 2
        for code in _near(column, before, spots):
            spots[code] = (EDGE + index * (BOX + GAP_X), y)
            y += heights[code] + GAP_Y
    return spots, tallest


def _near(
    column: Sequence[str], before: Mapping[str, Sequence[str]], spots: Mapping[str, tuple[int, int]]
) -> list[str]:
    """What stands in a column by the middle of what comes before it, so that few lines cross."""

    def middle(code: str) -> float:
        places = [spots[one][1] for one in before.get(code, ()) if one in spots]
        return sum(places) / len(places) if places else 0

    return sorted(column, key=middle)


def _path(stations: Sequence[tuple[int, int]]) -> str:
    """A line from the right of the first box, straight through the lanes, to the left of the last."""
    bend = GAP_X * 3 // 5
    x, y = stations[0]
    parts = [f"M{x + BOX} {y}"]
    for (left, from_y), (right, to_y) in pairwise(stations):
        last = (right, to_y) == stations[-1]
        end = right - TIP if last else right
        parts.append(f"C{left + BOX + bend} {from_y} {right - bend} {to_y} {end} {to_y}")
        if not last:
            parts.append(f"H{right + BOX}")
    return " ".join(parts)


def _nearest(code: str, after: Mapping[str, Sequence[str]], overlap: Collection[str]) -> list[str]:
    """What comes right before; a line to what already comes before that would say nothing.

    What must be finished first is implied only by something else that must be: what overlaps lets ``code`` begin
    without it, and so without all that comes before it.
    """
    strict = [one for one in after[code] if one not in overlap]

    def implied(one: str) -> bool:
        others = after[code] if one in overlap else strict
        return any(one in _all_before(other, after) for other in others)

    return [one for one in after[code] if not implied(one)]


def _all_before(code: str, after: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    pending = list(after[code])
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += after[one]
    return found


def _lines(box: Box) -> list[Line]:
    """Lines with baselines from the top of the box."""
    found: list[Line] = []
    y = PAD + 2
    for text in wrap(box.title, TITLE_FITS):
        y += TITLE
        found.append(Line(text, y - 6, "chart-title"))
    for note in box.notes:
        for text in wrap(note, SMALL_FITS):
            y += SMALL
            found.append(Line(text, y - 4, "chart-note"))
    return found


def _height(lines: Sequence[Line]) -> int:
    return lines[-1].y + PAD + 2


def wrap(text: str, fits: int) -> list[str]:
    """Lines of at most ``fits`` half-widths; English breaks between words, Chinese anywhere."""
    lines, current, used = [], "", 0
    for piece in _pieces(text):
        width = sum(1 if ord(char) < 0x2E80 else 2 for char in piece)
        if current.strip() and used + width > fits:
            lines.append(current.strip())
            current, used = "", 0
        current, used = current + piece, used + width
    return [*lines, current.strip()] if current.strip() else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        if pieces and ord(char) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80 and pieces[-1][-1] != " ":
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
