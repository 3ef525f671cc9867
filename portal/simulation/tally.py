"""Where time went: hours of opening time by who had them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Tally:
    """Hours since the declaration along one unbroken chain of acts, so that they add up to the time that passed.

    ``applicant``: preparing, correcting, going on to the next application. ``window`` and ``departments``: being
    worked on there, for departments with what passes before their own work. ``queue``: lying before people whose
    hands are full.
    """

    applicant: float = 0.0
    window: float = 0.0
    departments: float = 0.0
    queue: float = 0.0

    def plus(self, **hours: float) -> Tally:
        return replace(self, **{name: getattr(self, name) + more for name, more in hours.items()})

    @property
    def total(self) -> float:
        return sum(getattr(self, one.name) for one in fields(self))
