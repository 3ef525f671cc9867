"""The figures that a simulation supposes, and drawing from them so that the same seed draws the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent / "assumptions.yaml"
STAFF = ("clerks", "reviewers", "approvers")

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """See assumptions.yaml. ``hours`` are by act, ``staff`` by "clerks", "reviewers", "approvers", and for one
    department "reviewers.housing"."""

    sources: tuple[str, ...]
    begins: date
    arrivals_a_day: float
    staff: Mapping[str, int]
    hours: Mapping[str, Triple]
    quantiles: tuple[float, ...]
    shares: tuple[float, ...]
    correction_share: float
    correction_days: Triple
    reaction_days: Triple

    def people(self, kind: str, department: str = "") -> int:
        return self.staff.get(f"{kind}.{department}", self.staff[kind])

    def with_staff(self, wanted: Mapping[str, int]) -> Assumptions:
        """A figure for a kind holds for all departments, whatever the file says of some."""
        kept = {name: count for name, count in self.staff.items() if name.partition(".")[0] not in wanted}
        return replace(self, staff={**kept, **wanted})


def read_assumptions(path: Path = FILE) -> Assumptions:
    """Raises KeyError or ValueError where the file lacks something."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    share = raw["share_of_days"]
    if len(share["quantiles"]) != len(share["values"]):
        raise ValueError("share_of_days needs a value for each quantile")
    return Assumptions(
        sources=tuple(raw["sources"]),
        begins=raw["begins"],
        arrivals_a_day=float(raw["arrivals_a_day"]),
        staff=read_staff(",".join(f"{name}={count}" for name, count in raw["staff"].items())),
        hours={act: _triple(values) for act, values in raw["hours"].items()},
        quantiles=tuple(map(float, share["quantiles"])),
        shares=tuple(map(float, share["values"])),
        correction_share=float(raw["corrections"]["share"]),
        correction_days=_triple(raw["corrections"]["days"]),
        reaction_days=_triple(raw["reaction_days"]),
    )


def _triple(values: Sequence[float]) -> Triple:
    low, mode, high = (float(value) for value in values)
    if not 0 <= low <= mode <= high:
        raise ValueError(f"not in order: {values}")
    return low, mode, high


def read_staff(text: str) -> dict[str, int]:
    """ "clerks=4,reviewers.housing=3" as numbers; raises ValueError for what is no pool or no number above 0."""
    found = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _equals, number = part.partition("=")
        kind, _dot, department = name.strip().partition(".")
        if kind not in STAFF or not number.strip().isdigit() or int(number) < 1 or (department and kind == "clerks"):
            raise ValueError(part)
        found[name.strip()] = int(number)
    return found


class Draws:
    """Draws by name: what is drawn for one act does not depend on how many were drawn before it, so that the same
    project meets the same luck in each of the three ways."""

    def __init__(self, seed: int, assumptions: Assumptions) -> None:
        self.seed, self.assumed = seed, assumptions

    def random(self, *name: object) -> Random:
        return Random(":".join(map(str, (self.seed, *name))))  # noqa: S311  (a simulation must come out the same)

    def hours(self, act: str, *name: object) -> float:
        return self.triangular(self.assumed.hours[act], act, *name)

    def triangular(self, triple: Triple, *name: object) -> float:
        low, mode, high = triple
        return self.random(*name).triangular(low, high, mode)

    def share_of_days(self, *name: object) -> float:
        return between(self.random("share", *name).random(), self.assumed.quantiles, self.assumed.shares)

    def is_corrected(self, *name: object) -> bool:
        return self.random("correction", *name).random() < self.assumed.correction_share


def between(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """The value at ``x`` on straight lines through the points; beyond the last point its value."""
    place = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    left, right = xs[place - 1], xs[place]
    part = 0.0 if right == left else (min(max(x, left), right) - left) / (right - left)
    return ys[place - 1] + part * (ys[place] - ys[place - 1])
