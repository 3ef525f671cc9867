"""The measurements (`make bench`): our services beside raw SQL for the same rows, in the same run.

Each module has ``run(rounds) -> list[Row]``. A floor is one hand-written statement in one
transaction over psycopg2, with the same triggers and constraints in the way.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Row:
    """One line of the table. Times are medians over the rounds, in milliseconds per unit."""

    name: str
    unit: str
    ours_ms: float
    floor_ms: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours_ms / self.floor_ms if self.floor_ms else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "per_second": 1000 / self.ours_ms}
