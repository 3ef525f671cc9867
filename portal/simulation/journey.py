"""One project from its declaration to its last certificate, in one of the three ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from approvals import facts, themes
from approvals.catalogue.conditions import applies
from approvals.catalogue.model import Theme, theme_from_content
from approvals.catalogue.ordering import Before, in_theme_order, waits
from approvals.planning.comparing import CONSTRUCTION_PERMIT
from approvals.planning.reading import comparison_of, offered_matter
from approvals.planning.schedule import Way
from portal.simulation import acts
from portal.simulation.handling import Handling
from portal.simulation.tally import Tally

if TYPE_CHECKING:
    from portal.simulation.running import Run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project; days count after the declaration, working days first.

    ``permit`` is None without a construction permit among its matters. ``planned`` and ``handled`` are working days
    from the first application to the last delivery, by the plan with promised days and as it happened.
    ``waiting`` are hours that its cases waited for certificates of others, all cases together.
    """

    serial: int
    cases: int
    workdays: int
    days: int
    permit: int | None
    planned: int
    handled: int
    tally: Tally
    waiting: float


class Journey:
    def __init__(self, run: Run, serial: int) -> None:
        self.run, self.serial = run, serial
        self.handlings: dict[str, Handling] = {}
        self.certified: set[str] = set()
        self.papers: set[str] = set()
        self.held: dict[str, tuple[Tally, float]] = {}
        self.waiting: dict[str, float] = {}
        self.waited = 0.0
        self.delivered_on: dict[str, date] = {}
        self.submitted_on: date | None = None

    def start(self) -> None:
        """Declare the project and see what it needs."""
        run = self.run
        self.declared_on = run.engine.moment.date()
        self.project, self.actor = run.play(acts.declare, run.hall, run.draws, self.serial, run.number)
        known = facts.known(self.project)
        needed = [code for code, content in run.hall.contents.items() if applies(content["when"], known)]
        picked = themes.pick(self.project, needed)
        self.theme: Theme | None = theme_from_content(picked.current.content) if picked and picked.current else None
        self.codes = in_theme_order(self.theme, needed) if self.theme else needed
        before = waits(self.theme, self.codes, self.codes)
        self.waits = {code: self._of_the_way(one) for code, one in before.items()}
        self._prepare(self.codes[:1] if run.way == Way.SEQUENTIAL else self.codes, Tally())

    def _of_the_way(self, one: Before) -> Before:
        return one if self.run.way == Way.DEFERRAL else Before(one.strict + one.overlap)

    def _prepare(self, codes: Sequence[str], tally: Tally, reaction: float = 0.0) -> None:
        """The applicant fills in the form and gets the papers together that are new for this project."""
        draws = self.run.draws
        hours = reaction + draws.hours("form", self.serial, codes[0])
        for code in codes:
            for paper in self.run.hall.contents[code]["materials"]:
                if paper["required"] and not paper["from_government"] and paper["code"] not in self.papers:
                    self.papers.add(paper["code"])
                    hours += draws.hours("paper", self.serial, paper["code"])
        self.run.engine.after(hours, partial(self._submit, codes, tally.plus(applicant=hours)))

    def _submit(self, codes: Sequence[str], tally: Tally) -> None:
        run = self.run
        self.submitted_on = self.submitted_on or run.engine.moment.date()
        application = run.play(acts.draft, run.hall, self.project, self.actor, codes, run.way)
        for case in run.play(acts.submit, application, self.actor, codes):
            code = case.matter.code
            self.handlings[code] = Handling(self, case, code)
            if run.way != Way.SEQUENTIAL and self.waits[code].strict:
                self.waiting[code] = run.engine.now
            else:
                self.handlings[code].receive(tally)

    def decided(self, code: str, tally: Tally) -> None:
        """Granted; the certificate may still wait for those that follow."""
        if self.run.way == Way.DEFERRAL and not self.certified.issuperset(self.waits[code].overlap):
            self.held[code] = (tally, self.run.engine.now)
            return
        self._certify(code, tally)

    def _certify(self, code: str, tally: Tally) -> None:
        """The certificate is there: it goes to the window, and whoever waited for it goes on."""
        self.certified.add(code)
        self.handlings[code].issue(tally)
        for held in list(self.held):
            if held in self.held and self.certified.issuperset(self.waits[held].overlap):
                _own, since = self.held.pop(held)
                self.waited += self.run.engine.now - since
                self._certify(held, tally)
        for waiting in list(self.waiting):
            if waiting in self.waiting and self.certified.issuperset(self.waits[waiting].strict):
                self.waited += self.run.engine.now - self.waiting.pop(waiting)
                handling = self.handlings[waiting]
                if not self.run.play(acts.is_received, handling.case):
                    raise RuntimeError(f"{handling.case} still waits though {self.waits[waiting].strict} are there")
                handling.receive(tally)

    def delivered(self, code: str, tally: Tally) -> None:
        run = self.run
        self.delivered_on[code] = run.engine.moment.date()
        if len(self.delivered_on) == len(self.codes):
            run.finish(self._outcome(tally))
        elif run.way == Way.SEQUENTIAL:
            following = self.codes[len(self.delivered_on)]
            days = run.draws.triangular(run.assumed.reaction_days, "reaction", self.serial, following)
            self._prepare([following], tally, days * run.hours_a_day)

    def _outcome(self, tally: Tally) -> Outcome:
        calendar, last = self.run.engine.calendar, max(self.delivered_on.values())
        permit = self.delivered_on.get(CONSTRUCTION_PERMIT)
        assert self.submitted_on is not None
        return Outcome(
            serial=self.serial,
            cases=len(self.codes),
            workdays=calendar.count(self.declared_on, last),
            days=(last - self.declared_on).days,
            permit=None if permit is None else calendar.count(self.declared_on, permit),
            planned=self._planned(self.submitted_on),
            handled=calendar.count(self.submitted_on, last),
            tally=tally,
            waiting=self.waited,
        )

    def _planned(self, starts: date) -> int:
        hall = self.run.hall
        planned = [offered_matter(hall.matters[code], hall.contents[code]) for code in self.codes]
        found = comparison_of(planned, self.theme, starts, calendar=self.run.engine.calendar)
        assert found is not None, "there is a theme without a circle, and the calendar reaches"
        return found.ways[self.run.way].workdays
