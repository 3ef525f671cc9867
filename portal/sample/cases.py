"""Applications and their cases, played through real services up to today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role
from approvals import services
from approvals.models import Application, Case, CaseMaterial, Delivery, MaterialFile, Step
from approvals.services.drafting import choose_matters, start_application
from common.time import now, pretend
from deadlines import calendars
from files.models import StoredFile
from portal.sample.people import Staff
from projects.models import Project
from supervision.services import rate_case

# One act of a play: working days after the act before, and what happens.
Act = tuple[int, Callable[[], object]]


@dataclass
class Play:
    """How one case goes: which turn it takes, and after how many acts it stands still."""

    turn: str
    acts: int = 99


FINISHED = Play("granted")
# For the applications that are still running: one of each, over and over.
RUNNING = [
    Play("granted", 0), Play("granted", 1), Play("granted", 2), Play("corrected", 1), Play("corrected", 2),
    Play("granted", 3), Play("not_accepted"), Play("slow", 2), Play("refused"), Play("silent"),
    Play("corrected", 5), Play("withdrawn"), Play("counter"), Play("counter", 6), Play("asked", 3),
]  # fmt: skip


@dataclass
class Stage:
    """Puts on the plays: knows who sits where and what time it is in the play."""

    staff: Staff
    random: Random
    scan: StoredFile

    def put_on(self, project: Project, actor: Actor, codes: list[str], start: datetime, plays: list[Play]) -> None:
        """Submit one application at ``start`` and play each of its cases."""
        with pretend(start):
            cases = services.submit_application(actor=actor, application=self._application(project, actor, codes))
        for case, play in zip(cases, plays, strict=False):
            self._play(case, play, actor, start)

    def _application(self, project: Project, actor: Actor, codes: list[str]) -> Application:
        application = start_application(actor=actor, project=project)
        application = choose_matters(actor=actor, application=application, codes=codes)
        MaterialFile.objects.bulk_create(
            MaterialFile(material=material, file=self.scan, added_by=actor.user, added_at=now())
            for material in application.materials.filter(required=True)
        )
        return application

    def _play(self, case: Case, play: Play, firm: Actor, start: datetime) -> None:
        moment, done = start, 0
        for gap, act in self._script(case, play, firm):
            moment = _later(moment, gap)
            if done >= play.acts or moment >= now():
                return
            with pretend(moment):
                act()
            done += 1

    def _script(self, case: Case, play: Play, firm: Actor) -> Iterator[Act]:
        clerk = Actor(self.staff.at(Role.CLERK, "window-project"))
        if play.turn == "silent":
            yield 6, lambda: services.deem_accepted(case_id=case.pk)
            yield 0, lambda: services.hand_over_case(actor=clerk, case=case)
        elif play.turn == "not_accepted":
            yield 1, lambda: services.not_accept_case(actor=clerk, case=case, reason="该项目不属于本事项的办理范围。")
            return
        elif play.turn == "withdrawn":
            yield 1, lambda: services.withdraw_case(actor=firm, case=case, reason="企业调整建设方案")
            return
        else:
            if play.turn == "corrected":
                yield from self._correction(case, clerk, firm)
            yield 1, lambda: self._check(case, clerk, wrong=0)
            yield 0, lambda: services.accept_case(actor=clerk, case=case, hand_over=True)
        yield from self._review(case, play)
        yield from self._delivery(case, play, clerk, firm)

    def _correction(self, case: Case, clerk: Actor, firm: Actor) -> Iterator[Act]:
        yield 1, lambda: self._check(case, clerk, wrong=1)
        yield 0, lambda: services.send_correction(actor=clerk, case=case)
        yield 3, lambda: self._answer(case, firm)

    def _check(self, case: Case, clerk: Actor, *, wrong: int) -> None:
        findings = {
            row.pk: (CaseMaterial.Verdict.WRONG, "扫描件不清晰，请重新上传加盖公章的原件扫描件。")
            if position < wrong
            else (CaseMaterial.Verdict.COMPLETE, "")
            for position, row in enumerate(case.materials.all())
        }
        services.check_materials(actor=clerk, case=case, findings=findings)

    def _answer(self, case: Case, firm: Actor) -> None:
        wrong = case.materials.filter(verdict=CaseMaterial.Verdict.WRONG)
        for row in wrong:
            old = MaterialFile.objects.current().filter(material=row.material).first()
            MaterialFile.objects.filter(material=row.material).update(is_current=False)
            MaterialFile.objects.create(
                material=row.material, file=self.scan, added_by=firm.user, added_at=now(),
                replaces=old, version=(old.version + 1) if old else 1,
            )  # fmt: skip
        services.resubmit_case(actor=firm, case=case)

    def _review(self, case: Case, play: Play) -> Iterator[Act]:
        gap = 9 if play.turn == "slow" else 1
        while open_steps := list(Step.objects.to_do().filter(case=case).select_related("department")):
            for step in open_steps:
                reviewer = Actor(self.staff.at(Role.REVIEWER, step.department.code))
                if play.turn == "asked":
                    yield 0, lambda s=step, r=reviewer: services.ask_window(
                        actor=r, step=s, text="请向申请人核实总平面图与红线图坐标是否一致。"
                    )
                if step.kind == Step.Kind.REVIEW:
                    yield gap, lambda s=step, r=reviewer: services.complete_review(
                        actor=r, step=s, agrees=True, text="经审查，符合要求。"
                    )
                else:
                    yield from self._decide(step, reviewer, play)

    def _decide(self, step: Step, reviewer: Actor, play: Play) -> Iterator[Act]:
        refused = play.turn == "refused"
        yield 1, lambda: services.propose_decision(
            actor=reviewer,
            step=step,
            decision=Case.Decision.REFUSED if refused else Case.Decision.GRANTED,
            reason="申请材料反映的建设内容不符合法定条件。" if refused else "",
        )
        approver = Actor(self.staff.at(Role.APPROVER, step.department.code))
        yield 1, lambda: services.approve_proposal(actor=approver, step=step, text="同意。")

    def _delivery(self, case: Case, play: Play, clerk: Actor, firm: Actor) -> Iterator[Act]:
        if play.turn == "counter":
            yield 1, lambda: services.issue_decision(actor=clerk, case=case, way=Delivery.Way.COUNTER)
            yield 2, lambda: services.sign_for_decision(
                actor=clerk, case=case, signed_name=case.project.contact_name, signature=self.scan
            )
        else:
            yield 1, lambda: services.issue_decision(actor=clerk, case=case, way=Delivery.Way.ONLINE)
            yield 0, lambda: services.mark_read(actor=firm, case=case)
        grade = self.random.choice((1, 1, 1, 1, 2, 2, 3, 4))
        if self.random.random() < 0.7:
            comment = "希望办理进度提醒更及时。" if grade > 3 else ""
            yield 1, lambda: rate_case(actor=firm, case=case, grade=grade, comment=comment)


def _later(moment: datetime, workdays: int) -> datetime:
    """The same hour some working days on, and a little later each time so that acts keep their order."""
    local = timezone.localtime(moment)
    day = calendars.current().add(local.date(), workdays) if workdays else local.date()
    return local.replace(year=day.year, month=day.month, day=day.day) + timedelta(minutes=7)
