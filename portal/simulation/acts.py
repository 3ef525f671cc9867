"""What people do, each through the hall's real services, at the moment that the simulation has reached."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.actors import Actor
from accounts.models import User
from approvals import gaps, services
from approvals.models import Application, Case, CaseMaterial, Delivery, MaterialFile, Step
from approvals.models.application import FORM_PAPER
from approvals.planning.schedule import Way
from approvals.services.drafting import answer_questions, choose_matters, start_application
from approvals.services.waiting import receive_ready
from common.time import now
from portal.sample.filling import fill_in
from portal.sample.projects import project_answers, project_values, sample_code
from portal.simulation.assumptions import Draws
from portal.simulation.hall import Hall
from projects.models import Project
from projects.services import declare_project, save_draft, start_project


def declare(hall: Hall, draws: Draws, serial: int, run: int) -> tuple[Project, Actor]:
    """Project ``serial`` of the sample, the same in every run but for its code, which exists once."""
    firm, owner = hall.firms[serial % len(hall.firms)]
    actor = Actor(owner)
    project = start_project(actor=actor, enterprise=firm)
    values = project_values(draws.random("project", serial), serial, firm)
    number = run * 30000 + serial
    values["national_code"] = sample_code(number, firm.industry, values["procedure"], values["planned_start"])
    project = save_draft(actor=actor, project=project, values=values)
    project = declare_project(actor=actor, project=project)
    answers = project_answers(draws.random("answers", serial), serial, firm)
    return answer_questions(actor=actor, project=project, answers=answers), actor


def draft(hall: Hall, project: Project, actor: Actor, codes: Sequence[str], way: Way) -> Application:
    """Matters chosen and every paper handed in, all of them one and the same scan."""
    application = start_application(actor=actor, project=project)
    application = choose_matters(actor=actor, application=application, codes=codes)
    MaterialFile.objects.bulk_create(
        MaterialFile(material=material, file=hall.scan, added_by=actor.person, added_at=now())
        for material in application.materials.exclude(code=FORM_PAPER)
    )
    application = fill_in(application, actor)
    if way == Way.DEFERRAL:
        application.overlap = True
        application.save(update_fields=["overlap"])
    return application


def submit(application: Application, actor: Actor, codes: Sequence[str]) -> list[Case]:
    """Hand it in; signed for where certificates are to follow."""
    promise = gaps.promise_of(application) if application.overlap else None
    signature = services.Signature(actor.person.name, agreed=True, seen=promise.digest) if promise else None
    return services.submit_application(actor=actor, application=application, signature=signature)


def send_correction(case: Case, clerk: User) -> None:
    """The first paper is not legible."""
    row = case.materials.all()[0]
    findings = {row.pk: (CaseMaterial.Verdict.WRONG.value, "扫描件不清晰，请重新上传。")}
    services.check_materials(actor=Actor(clerk), case=case, findings=findings)
    services.send_correction(actor=Actor(clerk), case=case)


def answer_correction(hall: Hall, case: Case, firm: Actor) -> None:
    for row in case.materials.filter(verdict=CaseMaterial.Verdict.WRONG):
        MaterialFile.objects.filter(material=row.material).update(is_current=False)
        MaterialFile.objects.create(material=row.material, file=hall.scan, added_by=firm.person, added_at=now())
    services.resubmit_case(actor=firm, case=case)


def accept(case: Case, clerk: User) -> None:
    """Everything is complete: accepted and handed over at once."""
    findings = dict.fromkeys(case.materials.values_list("pk", flat=True), (CaseMaterial.Verdict.COMPLETE.value, ""))
    services.check_materials(actor=Actor(clerk), case=case, findings=findings)
    services.accept_case(actor=Actor(clerk), case=case, hand_over=True)


def deem_accepted(case: Case) -> bool:
    return services.deem_accepted(case_id=case.pk) is not None


def hand_over(case: Case, clerk: User) -> None:
    services.hand_over_case(actor=Actor(clerk), case=case)


def review(step: Step, reviewer: User) -> None:
    services.complete_review(actor=Actor(reviewer), step=step, agrees=True, text="经审查，符合要求。")


def propose(step: Step, reviewer: User) -> None:
    services.propose_decision(actor=Actor(reviewer), step=step, decision=Case.Decision.GRANTED)


def approve(step: Step, approver: User) -> None:
    services.approve_proposal(actor=Actor(approver), step=step, text="同意。")


def issue(case: Case, clerk: User) -> None:
    services.issue_decision(actor=Actor(clerk), case=case, way=Delivery.Way.ONLINE)


def is_received(case: Case) -> bool:
    """Whether the window has it now; asks the hall to look once more where it does not."""
    waits = Case.objects.filter(pk=case.pk, status=Case.Status.WAITING)
    if not waits.exists():
        return True
    receive_ready(project_id=case.project_id)
    return not waits.exists()
