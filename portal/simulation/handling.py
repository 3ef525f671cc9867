"""One case inside the hall: at the window, in the departments, back to the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from accounts.models import User
from approvals.models import Case, Step
from common.time import end_of_day
from portal.simulation import acts
from portal.simulation.engine import Pool
from portal.simulation.tally import Tally

if TYPE_CHECKING:
    from portal.simulation.journey import Journey

# Calendar days are shorter than working days by what a week has more of them.
CALENDAR_SHARE = 5 / 7


class Handling:
    """Plays one case from receipt to delivery. ``code`` names its luck; see ``assumptions.Draws``."""

    def __init__(self, journey: Journey, case: Case, code: str) -> None:
        self.journey, self.run, self.case, self.code = journey, journey.run, case, code
        self.content: Mapping[str, Any] = journey.run.hall.contents[code]
        self.deemed = self.at_window = self.corrected = False
        self.steps: dict[str, Step] = {}
        self.done: set[str] = set()

    def _draw(self, act: str) -> float:
        return self.run.draws.hours(act, self.journey.serial, self.code)

    def receive(self, tally: Tally) -> None:
        """It lies at the window; after five working days without a word it counts as accepted (行政许可法 art. 32)."""
        self.at_window = True
        lawful = int(self.content["limits"]["acceptance"]["lawful"])
        engine = self.run.engine
        due = end_of_day(engine.calendar.add(engine.moment.date(), lawful))
        engine.at(engine.hour_of(due) + 0.01, partial(self._deem, self.corrected))
        hours = self._draw("check") + self._draw("accept")
        self.run.clerks.put(hours, partial(self._checked, tally, hours))

    def _deem(self, corrected: bool) -> None:
        """Unless a clerk was faster, or it has been back for correction since."""
        if self.at_window and not self.deemed and corrected == self.corrected:
            self.deemed = self.run.play(acts.deem_accepted, self.case)

    def _checked(self, tally: Tally, hours: float, clerk: User, waited: float) -> None:
        self.at_window = False
        tally = tally.plus(window=hours, queue=waited)
        if self.deemed:
            self.run.play(acts.hand_over, self.case, clerk)
            self._to_departments(tally)
        elif not self.corrected and self.run.draws.is_corrected(self.journey.serial, self.code):
            self.corrected = True
            self.run.play(acts.send_correction, self.case, clerk)
            days = self.run.draws.triangular(self.run.assumed.correction_days, "answer", self.journey.serial, self.code)
            away = days * self.run.hours_a_day
            self.run.engine.after(away, partial(self._answered, tally.plus(applicant=away)))
        else:
            self.run.play(acts.accept, self.case, clerk)
            self._to_departments(tally)

    def _answered(self, tally: Tally) -> None:
        self.run.play(acts.answer_correction, self.run.hall, self.case, self.journey.actor)
        self.receive(tally)

    def _to_departments(self, tally: Tally) -> None:
        self.steps = {step.code: step for step in Step.objects.filter(case=self.case)}
        for step in list(self.steps.values()):
            if not step.needs:
                self._open(step, tally)

    def _open(self, step: Step, tally: Tally) -> None:
        """Some of its days pass before somebody of the department sits down to it."""
        draws, serial = self.run.draws, self.journey.serial
        deciding = step.kind == Step.Kind.DECIDE
        hours = draws.hours("propose" if deciding else "review", serial, self.code, step.code)
        unit = CALENDAR_SHARE if self.content["limits"]["decision"]["unit"] == "calendar" else 1
        days = step.days * unit * draws.share_of_days(serial, self.code, step.code)
        lead = max(0.0, days * self.run.hours_a_day - hours)
        pool = self.run.reviewers[self.run.hall.departments[step.department_id]]
        then: Callable[[User, float], None] = partial(
            self._proposed if deciding else self._reviewed, step, tally.plus(departments=lead + hours)
        )
        self.run.engine.after(lead, partial(pool.put, hours, then))

    def _reviewed(self, step: Step, tally: Tally, reviewer: User, waited: float) -> None:
        self.run.play(acts.review, step, reviewer)
        self.done.add(step.code)
        for later in self.steps.values():
            if step.code in later.needs and self.done.issuperset(later.needs):
                self._open(later, tally.plus(queue=waited))

    def _proposed(self, step: Step, tally: Tally, reviewer: User, waited: float) -> None:
        self.run.play(acts.propose, step, reviewer)
        hours = self._draw("approve")
        pool: Pool[User] = self.run.approvers[self.run.hall.departments[step.department_id]]
        pool.put(hours, partial(self._approved, step, tally.plus(queue=waited, departments=hours)))

    def _approved(self, step: Step, tally: Tally, approver: User, waited: float) -> None:
        self.run.play(acts.approve, step, approver)
        self.journey.decided(self.code, tally.plus(queue=waited))

    def issue(self, tally: Tally) -> None:
        hours = self._draw("issue")
        self.run.clerks.put(hours, partial(self._issued, tally.plus(window=hours)))

    def _issued(self, tally: Tally, clerk: User, waited: float) -> None:
        self.run.play(acts.issue, self.case, clerk)
        self.journey.delivered(self.code, tally.plus(queue=waited))
