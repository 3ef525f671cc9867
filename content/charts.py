"""A partial order drawn as boxes and lines: what comes first stands left. Pure; the template only writes it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

BOX, GAP_X, GAP_Y, PAD, EDGE = 188, 56, 18, 12, 4
TITLE, SMALL = 20, 17
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
    """Columns by how many boxes come before on the longest way; inside a column near what comes before."""
    known = {box.code: box for box in boxes}
    after = {code: tuple(one for one in box.after if one in known) for code, box in known.items()}
    columns = _columns(after)
    sizes = {code: _lines(box) for code, box in known.items()}
    heights = {code: _height(lines) for code, lines in sizes.items()}
    tallest = max((sum(heights[code] + GAP_Y for code in column) - GAP_Y for column in columns), default=0)
    placed: dict[str, Placed] = {}
    for index, column in enumerate(columns):
        x = EDGE + index * (BOX + GAP_X)
        y = EDGE + (tallest - sum(heights[code] + GAP_Y for code in column) + GAP_Y) // 2
        for code in _near(column, after, placed):
            lines = tuple(Line(line.text, y + line.y, line.css) for line in sizes[code])
            placed[code] = Placed(known[code], x, y, heights[code], lines)
            y += heights[code] + GAP_Y
    edges = [
        _edge(placed[earlier], placed[code], earlier in known[code].overlap)
        for code in known
        for earlier in _nearest(code, after)
    ]
    width = 2 * EDGE + len(columns) * (BOX + GAP_X) - GAP_X
    return Chart(max(width, 0), tallest + 2 * EDGE, tuple(placed[code] for code in known), tuple(edges))


def _columns(after: Mapping[str, Sequence[str]]) -> list[list[str]]:
    depth: dict[str, int] = {}
    for code in TopologicalSorter(after).static_order():
        depth[code] = max((depth[one] + 1 for one in after[code]), default=0)
    columns: list[list[str]] = [[] for _turn in range(max(depth.values(), default=-1) + 1)]
    for code in after:
        columns[depth[code]].append(code)
    return columns


def _near(column: Sequence[str], after: Mapping[str, Sequence[str]], placed: Mapping[str, Placed]) -> list[str]:
    """Boxes of a column by the middle of what comes before them, so that few lines cross."""

    def middle(code: str) -> float:
        before = [placed[one].y for one in after[code] if one in placed]
        return sum(before) / len(before) if before else 0

    return sorted(column, key=middle)


def _nearest(code: str, after: Mapping[str, Sequence[str]]) -> list[str]:
    """What comes right before; a line to what already comes before that would say nothing."""
    return [one for one in after[code] if not any(one in _all_before(other, after) for other in after[code])]


def _all_before(code: str, after: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    pending = list(after[code])
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += after[one]
    return found


def _edge(earlier: Placed, later: Placed, dashed: bool) -> Edge:
    x1, y1 = earlier.x + BOX, earlier.y + earlier.height // 2
    x2, y2 = later.x, later.y + later.height // 2
    bend = GAP_X * 3 // 5
    return Edge(f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 7} {y2}", dashed)


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
