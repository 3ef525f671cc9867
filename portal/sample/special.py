"""Special and short ways in the sample: public notices, decisions on a commitment, certificates issued as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role, User
from approvals import services, themes
from approvals.catalogue.ordering import before
from approvals.models import Application, Case, CaseMaterial, Delivery, MaterialFile, Step
from approvals.models.application import FORM_PAPER
from approvals.services.drafting import choose_matters, start_application
from approvals.services.waiting import receive_ready
from common.time import now, pretend, start_of_day
from deadlines import calendars
from files.models import StoredFile
from portal.sample.filling import fill_in
from portal.sample.people import Staff
from projects.models import Project

CANCELLATION, DRAINAGE, FIRST_OF_SETUP = "QY03", "SG07", "QY01"
SETUP = [FIRST_OF_SETUP, "QY04", "QY05", "QY06"]
OBJECTION = {
    "name": "高建设",
    "contact": "13900001111",
    "relation": "供货商",
    "text": "该企业尚欠我公司材料款8万元，请核实后再办理注销。",
}
ANSWER = "经核实，所称材料款已于公告前结清，企业提供了转账凭证和双方对账单，异议不成立。"


@dataclass
class Hours:
    """The hour of the play: a working day at nine, and each act a little later."""

    moment: datetime

    @contextmanager
    def next(self, workdays: int = 0) -> Iterator[None]:
        local = timezone.localtime(self.moment)
        day = calendars.current().add(local.date(), workdays) if workdays else local.date()
        self.moment = min(local.replace(year=day.year, month=day.month, day=day.day) + timedelta(minutes=9), now())
        with pretend(self.moment):
            yield


def _workdays_ago(days: int) -> Hours:
    calendar, day = calendars.current(), timezone.localtime(now()).date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_workday(day)
    return Hours(start_of_day(day) + timedelta(hours=9))


@dataclass
class Plays:
    """Puts on the plays: knows who sits where, and the scan that stands for every paper."""

    staff: Staff
    scan: StoredFile

    def submit(
        self, hours: Hours, project: Project, actor: Actor, codes: list[str], *, word: bool = False
    ) -> list[Case]:
        with hours.next():
            application = start_application(actor=actor, project=project)
            choose_matters(actor=actor, application=application, codes=codes)
            services.choose_ways(actor=actor, application=application, codes=codes if word else [])
            MaterialFile.objects.bulk_create(
                MaterialFile(material=material, file=self.scan, added_by=actor.person, added_at=now())
                for material in application.materials.filter(required=True).exclude(code=FORM_PAPER)
            )
            application = fill_in(application, actor)
            signer = actor.person.name
            services.sign_conditions(actor=actor, application=application, signer=signer, agreed=True)
            return services.submit_application(actor=actor, application=application)

    def clerk(self, case: Case) -> Actor:
        return Actor(self.staff.at(Role.CLERK, case.window.code))

    def check(self, case: Case) -> None:
        findings = {row.pk: (CaseMaterial.Verdict.COMPLETE, "") for row in case.materials.all()}
        services.check_materials(actor=self.clerk(case), case=case, findings=findings)

    def decide(self, hours: Hours, case: Case) -> None:
        """Grant a case whose deciding step is open."""
        step = Step.objects.get(case=case, kind=Step.Kind.DECIDE)
        code = step.department.code
        with hours.next():
            services.propose_decision(
                actor=Actor(self.at(Role.REVIEWER, code)), step=step, decision=Case.Decision.GRANTED
            )
        with hours.next():
            services.approve_proposal(actor=Actor(self.at(Role.APPROVER, code)), step=step, text="同意。")

    def at(self, role: str, code: str) -> User:
        return self.staff.at(role, code)

    def accept_and_decide(self, hours: Hours, case: Case) -> None:
        with hours.next():
            self.check(case)
            services.accept_case(actor=self.clerk(case), case=case, hand_over=True)
        self.decide(hours, case)


def make_special_ways(staff: Staff, projects: list[tuple[Project, Actor]], scan: StoredFile) -> None:
    """One notice that runs, one that ended after a dismissed objection; two on a commitment; one issued as one."""
    plays = Plays(staff, scan)
    declared = [pair for pair in projects if pair[0].status == Project.Status.DECLARED]
    # Firms whose second project comes late in the list, so that none of them is the investor's own.
    quiet = declared[-8:]
    _running_notice(plays, *quiet[0])
    _ended_notice(plays, *quiet[1])
    free = [pair for pair in declared if not _in_the_way(pair[0])]
    for (project, actor), passed in zip(free[-2:], (False, True), strict=True):
        _on_a_commitment(plays, project, actor, passed=passed)
    _setting_up(plays, *quiet[2])


def _in_the_way(project: Project) -> bool:
    """Has a case of the matter itself, or one that it would have to wait for."""
    others = set(Case.objects.filter(project=project).values_list("matter__code", flat=True))
    theme = themes.pick(project, [DRAINAGE])
    if DRAINAGE in others or theme is None or theme.current_id is None:
        return DRAINAGE in others
    return bool(before(themes.content_of(theme.current_id), DRAINAGE, others | {DRAINAGE}).all)


def _running_notice(plays: Plays, project: Project, actor: Actor) -> None:
    hours = _workdays_ago(4)
    (case,) = plays.submit(hours, project, actor, [CANCELLATION])
    with hours.next():
        plays.check(case)
        services.publish_case(actor=plays.clerk(case), case=case)


def _ended_notice(plays: Plays, project: Project, actor: Actor) -> None:
    hours = _workdays_ago(24)
    (case,) = plays.submit(hours, project, actor, [CANCELLATION])
    with hours.next():
        plays.check(case)
        notice = services.publish_case(actor=plays.clerk(case), case=case)
    with hours.next(5):
        objection = services.object_to_notice(notice=notice, **OBJECTION)
    with hours.next(1):
        services.settle_objection(
            actor=Actor(plays.at(Role.REVIEWER, case.department.code)), objection=objection, upheld=False, answer=ANSWER
        )
    with pretend(notice.ends_at + timedelta(minutes=1)):
        services.close_notice(case_id=case.pk)
    after = Hours(start_of_day(timezone.localtime(notice.ends_at).date()) + timedelta(hours=9))
    with after.next(1):
        pass
    plays.decide(after, case)
    with after.next():
        services.issue_decision(actor=plays.clerk(case), case=Case.objects.get(pk=case.pk), way=Delivery.Way.ONLINE)


def _on_a_commitment(plays: Plays, project: Project, actor: Actor, *, passed: bool) -> None:
    hours = _workdays_ago(30 if passed else 12)
    (case,) = plays.submit(hours, project, actor, [DRAINAGE], word=True)
    plays.accept_and_decide(hours, case)
    with hours.next(1):
        services.issue_decision(actor=plays.clerk(case), case=Case.objects.get(pk=case.pk), way=Delivery.Way.ONLINE)
    if passed:
        with hours.next(15):
            services.record_finding(
                actor=Actor(plays.at(Role.REVIEWER, case.department.code)), check=case.later_check, finding="pass",
                text="现场核查：排放口、检测井已按规定建设，采样检测符合排放标准。",
            )  # fmt: skip


def _setting_up(plays: Plays, project: Project, actor: Actor) -> None:
    hours = _workdays_ago(9)
    cases = plays.submit(hours, project, actor, SETUP)
    first = next(case for case in cases if case.matter.code == FIRST_OF_SETUP)
    plays.accept_and_decide(hours, first)
    with hours.next():
        receive_ready(project_id=project.pk)
    with hours.next(1):
        pass
    for case in cases:
        if case.pk != first.pk:
            plays.accept_and_decide(hours, Case.objects.get(pk=case.pk))
    with hours.next(1):
        services.issue_together(
            actor=plays.clerk(first),
            application=Application.objects.get(pk=first.application_id),
            way=Delivery.Way.ONLINE,
        )
