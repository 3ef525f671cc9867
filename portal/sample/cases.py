"""Applications and their cases, played through real services up to today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db.models import Max
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role
from approvals import services
from approvals.models import Application, Case, CaseMaterial, Delivery, MaterialFile, Step
from approvals.models.application import FORM_PAPER
from approvals.services.deferring.filling import settle_project
from approvals.services.drafting import choose_matters, start_application
from common.time import now, pretend, today
from deadlines import calendars
from deadlines.models import Extension, Ground
from files.models import StoredFile
from portal.sample.filling import fill_in
from portal.sample.people import Staff
from projects.models import Project
from supervision.models import Rating
from supervision.services import answer_rating, rate_case

# One act of a play: working days after the act before, what it is called, and what happens.
Act = tuple[int, str, Callable[[], object]]


@dataclass(frozen=True)
class Play:
    """How one case goes: which turn it takes, and after which act it stands still."""

    turn: str = "granted"
    until: str = ""


FINISHED = Play()
# Working days since an application came in, and how far its cases have got by then.
RUNNING: list[tuple[int, list[Play]]] = [
    (0, [Play(until="received"), Play(until="checked"), Play(until="received")]),
    (1, [Play("not_accepted"), Play("corrected", "corrected"), Play("handed_later", "accepted")]),
    (0, [Play(until="checked"), Play("corrected", "checked"), Play(until="received")]),
    (2, [Play(until="accepted"), Play("asked", "asked"), Play(until="reviewed")]),
    (3, [Play("special", "stopped"), Play("corrected", "corrected"), Play(until="proposed")]),
    (1, [Play("withdrawn"), Play(until="checked"), Play(until="accepted")]),
    (4, [Play("to_counter", "issued"), Play(until="decided"), Play("corrected", "answered")]),
    (6, [Play("corrected", "accepted"), Play("refused"), Play("to_counter")]),
    (8, [Play("slow", "reviewed"), Play("silent", "accepted"), Play("refused", "decided")]),
    (5, [Play("extended", "extended"), Play(until="accepted"), Play("special", "resumed")]),
]


@dataclass
class Stage:
    """Puts on the plays: knows who sits where and what time it is in the play."""

    staff: Staff
    random: Random
    scan: StoredFile

    def put_on(self, project: Project, actor: Actor, codes: list[str], start: datetime, plays: list[Play]) -> None:
        """Submit one application at ``start`` and play each of its cases."""
        if not codes:
            return
        with pretend(start):
            cases = services.submit_application(actor=actor, application=self._application(project, actor, codes))
        self._play_in_order(list(zip(cases, plays, strict=False)), actor, start)

    def _play_in_order(self, waiting: list[tuple[Case, Play]], firm: Actor, start: datetime) -> None:
        """Those at the window first; then those that their certificates have let go on, until none is left that can."""
        while ready := [(case, play) for case, play in waiting if case.status == Case.Status.RECEIVED]:
            for case, play in ready:
                self._play(case, play, firm, max(start, case.received_at))
            waiting = [one for one in waiting if one not in ready]
            if not waiting:
                return
            last = Case.objects.filter(project=waiting[0][0].project_id).aggregate(at=Max("decided_at"))["at"]
            with pretend(last or start):
                settle_project(project_id=waiting[0][0].project_id)
            for case, _play in waiting:
                case.refresh_from_db()

    def _application(self, project: Project, actor: Actor, codes: list[str]) -> Application:
        application = start_application(actor=actor, project=project)
        application = choose_matters(actor=actor, application=application, codes=codes)
        MaterialFile.objects.bulk_create(
            MaterialFile(material=material, file=self.scan, added_by=actor.person, added_at=now())
            for material in application.materials.filter(required=True).exclude(code=FORM_PAPER)
        )
        return fill_in(application, actor)

    def _play(self, case: Case, play: Play, firm: Actor, start: datetime) -> None:
        moment = start
        if play.until == "received":
            return
        for gap, name, act in self._script(case, play, firm):
            moment = _later(moment, gap)
            if moment >= now():
                return
            with pretend(moment):
                act()
            if name == play.until:
                return

    def _script(self, case: Case, play: Play, firm: Actor) -> Iterator[Act]:
        clerk = Actor(self.staff.at(Role.CLERK, "window-project"))
        if play.turn == "not_accepted":
            reason = "该项目不属于本事项的办理范围。"
            yield 1, "not_accepted", lambda: services.not_accept_case(actor=clerk, case=case, reason=reason)
            return
        if play.turn == "withdrawn":
            yield 0, "withdrawn", lambda: services.withdraw_case(actor=firm, case=case, reason="企业调整建设方案")
            return
        yield from self._intake(case, play, clerk, firm)
        yield from self._limits(case, play)
        yield from self.review(case, play)
        yield from self._delivery(case, play, clerk, firm)

    def _intake(self, case: Case, play: Play, clerk: Actor, firm: Actor) -> Iterator[Act]:
        if play.turn == "silent":
            yield 6, "accepted", lambda: services.deem_accepted(case_id=case.pk)
            yield 0, "handed_over", lambda: services.hand_over_case(actor=clerk, case=case)
            return
        if play.turn == "corrected":
            yield 0, "", lambda: self._check(case, clerk, wrong=1)
            yield 0, "corrected", lambda: services.send_correction(actor=clerk, case=case)
            yield 2, "answered", lambda: self._answer(case, firm)
        at_once = play.turn != "handed_later"
        yield 0, "checked", lambda: self._check(case, clerk, wrong=0)
        yield 1, "accepted", lambda: services.accept_case(actor=clerk, case=case, hand_over=at_once)

    def _check(self, case: Case, clerk: Actor, *, wrong: int) -> None:
        findings = {
            row.pk: (CaseMaterial.Verdict.WRONG, "扫描件不清晰，请重新上传加盖公章的原件扫描件。")
            if position < wrong
            else (CaseMaterial.Verdict.COMPLETE, "")
            for position, row in enumerate(case.materials.all())
        }
        services.check_materials(actor=clerk, case=case, findings=findings)

    def _answer(self, case: Case, firm: Actor) -> None:
        for row in case.materials.filter(verdict=CaseMaterial.Verdict.WRONG):
            old = MaterialFile.objects.current().filter(material=row.material).first()
            MaterialFile.objects.filter(material=row.material).update(is_current=False)
            MaterialFile.objects.create(
                material=row.material, file=self.scan, added_by=firm.person, added_at=now(),
                replaces=old, version=(old.version + 1) if old else 1,
            )  # fmt: skip
        services.resubmit_case(actor=firm, case=case)

    def _limits(self, case: Case, play: Play) -> Iterator[Act]:
        """The limit stands still for an expert review, or is extended by the head of the lead department."""
        case.refresh_from_db()
        if play.turn == "special":
            step = Step.objects.to_do().filter(case=case).select_related("department")[0]
            reviewer = Actor(self.staff.at(Role.REVIEWER, step.department.code))
            begin = partial(services.begin_special_procedure, actor=reviewer, step=step, ground=Ground.EXPERT_REVIEW)
            yield 0, "stopped", partial(begin, reason="组织专家对设计方案进行技术评审", planned_days=10)
            yield 2, "resumed", partial(services.end_special_procedure, actor=reviewer, step=step)
        elif play.turn == "extended" and case.limits["extension"]:
            department = case.department
            step = Step.objects.exclude(status=Step.Status.DONE).filter(case=case, department=department)[0]
            reviewer, head = (Actor(self.staff.at(role, department.code)) for role in (Role.REVIEWER, Role.HEAD))
            reason = "项目情况复杂，需进一步核实有关技术资料。"
            yield 0, "asked", partial(services.ask_more_time, actor=reviewer, step=step, amount=5, reason=reason)
            yield 0, "extended", lambda: self._extend(case, head)

    def _extend(self, case: Case, head: Actor) -> None:
        extension = Extension.objects.select_related("clock").get(clock=case.clock_id)
        services.decide_more_time(actor=head, extension=extension, approve=True, remark="情况属实，同意延期。")

    def review(self, case: Case, play: Play) -> Iterator[Act]:
        """The acts of the departments on a case that was handed over, up to the decision."""
        gap = 6 if play.turn == "slow" else 1
        while open_steps := list(Step.objects.to_do().filter(case=case).select_related("department")):
            for position, step in enumerate(open_steps):
                reviewer = Actor(self.staff.at(Role.REVIEWER, step.department.code))
                if play.turn == "asked":
                    text = "请向申请人核实总平面图与红线图坐标是否一致。"
                    yield 0, "asked", partial(services.ask_window, actor=reviewer, step=step, text=text)
                if step.kind == Step.Kind.REVIEW:
                    review = partial(services.complete_review, actor=reviewer, step=step, agrees=True)
                    # Departments work side by side: only the first of them takes the day.
                    yield (0 if position else gap), "reviewed", partial(review, text="经审查，符合要求。")
                else:
                    yield from self._decide(step, reviewer, play)

    def _decide(self, step: Step, reviewer: Actor, play: Play) -> Iterator[Act]:
        refused = play.turn == "refused"
        yield (
            0,
            "proposed",
            lambda: services.propose_decision(
                actor=reviewer,
                step=step,
                decision=Case.Decision.REFUSED if refused else Case.Decision.GRANTED,
                reason="申请材料反映的建设内容不符合法定条件。" if refused else "",
            ),
        )
        approver = Actor(self.staff.at(Role.APPROVER, step.department.code))
        yield 1, "decided", lambda: services.approve_proposal(actor=approver, step=step, text="同意。")

    def _delivery(self, case: Case, play: Play, clerk: Actor, firm: Actor) -> Iterator[Act]:
        if play.turn == "to_counter":
            yield 0, "issued", lambda: services.issue_decision(actor=clerk, case=case, way=Delivery.Way.COUNTER)
            yield (
                1,
                "delivered",
                lambda: services.sign_for_decision(
                    actor=clerk, case=case, signed_name=case.project.contact_name, signature=self.scan
                ),
            )
        else:
            yield 1, "delivered", lambda: services.issue_decision(actor=clerk, case=case, way=Delivery.Way.ONLINE)
            yield 0, "read", lambda: services.mark_read(actor=firm, case=case)
        grade = self.random.choice((1, 1, 1, 1, 1, 2, 2, 3, 1, 1, 2, 4))
        if self.random.random() < 0.6:
            comment = "希望办理进度提醒更及时。" if grade > 3 else ""
            yield 1, "rated", lambda: rate_case(actor=firm, case=case, grade=grade, comment=comment)
            if grade > 3:
                yield 2, "answered", lambda: self._call_back(case, clerk)

    def _call_back(self, case: Case, clerk: Actor) -> None:
        rating = Rating.objects.get(case=case)
        answer = "已电话回访致歉，并为企业开通进度短信提醒。"
        answer_rating(actor=clerk, rating=rating, answer=answer, called_back_on=today())


def _later(moment: datetime, workdays: int) -> datetime:
    """The same hour some working days on, and a little later each time so that acts keep their order."""
    local = timezone.localtime(moment)
    day = calendars.current().add(local.date(), workdays) if workdays else local.date()
    return local.replace(year=day.year, month=day.month, day=day.day) + timedelta(minutes=7)
