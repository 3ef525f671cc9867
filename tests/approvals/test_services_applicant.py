"""Submitting, answering a notice, withdrawing, collecting: what the applicant's side may do."""

import re

import pytest

from accounts.actors import Actor
from accounts.models import Role
from approvals import services
from approvals.models import Case, CaseMaterial, Step
from common.errors import InvalidInput, NotAllowed
from deadlines.models import Clock
from ledger.selectors import timeline
from notifications.models import Message
from projects.models import Project
from tests.approvals.scene import PARALLEL, Scene, make_scene_file
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_mandate

pytestmark = pytest.mark.django_db


def test_one_application_becomes_a_case_for_each_matter(scene: Scene) -> None:
    application = scene.draft(scene.matter(), scene.matter(steps=PARALLEL))
    cases = services.submit_application(actor=scene.act(scene.owner), application=application)
    assert len(cases) == 2
    assert all(re.fullmatch(r"BJ\d{4}\d{7}", case.number) for case in cases)
    assert len({case.number for case in cases}) == 2
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{8}", case.query_code) for case in cases)
    application.refresh_from_db()
    assert re.fullmatch(r"SB\d{11}", application.number)
    assert [Step.objects.filter(case=case).count() for case in cases] == [1, 4]
    assert CaseMaterial.objects.filter(case__in=cases).count() == 6
    kinds = Clock.objects.filter(subject_id__in=[case.pk for case in cases]).values_list("kind", flat=True)
    assert list(kinds) == ["acceptance", "acceptance"]
    assert [entry.act for entry in timeline(cases[0])] == ["case.received"]
    assert Message.objects.filter(recipient=scene.owner, template="approvals.submitted", channel="inapp").count() == 1
    assert Message.objects.filter(recipient=scene.clerk, template="approvals.arrived", channel="inapp").count() == 1


def test_submitting_twice_gives_the_same_cases(scene: Scene) -> None:
    application = scene.draft(scene.matter())
    first = services.submit_application(actor=scene.act(scene.owner), application=application)
    second = services.submit_application(actor=scene.act(scene.owner), application=application)
    assert [case.pk for case in first] == [case.pk for case in second]
    assert Case.objects.count() == 1


def test_submitting_without_matter_or_declaration(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(actor=scene.act(scene.owner), application=scene.draft())
    assert list(refusal.value.errors) == ["matters"]
    undeclared = scene.draft(scene.matter(), project=scene.project(status=Project.Status.DRAFT))
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(actor=scene.act(scene.owner), application=undeclared)
    assert list(refusal.value.errors) == ["project"]


def test_strangers_do_not_submit(scene: Scene) -> None:
    application = scene.draft(scene.matter())
    with pytest.raises(NotAllowed):
        services.submit_application(actor=Actor(make_user()), application=application)


def test_agent_submits_within_the_mandate_only(scene: Scene) -> None:
    agent = make_user()
    make_post(agent, scene.window, Role.AGENT)
    matter, other = scene.matter(), scene.matter()
    mandate = make_mandate(scene.enterprise, agent, scene.owner, matters=[matter.code])
    actor = Actor(agent, on_behalf_of=scene.enterprise.name, mandate_id=mandate.pk)
    with pytest.raises(NotAllowed):
        services.submit_application(actor=actor, application=scene.draft(matter, other))
    (case,) = services.submit_application(actor=actor, application=scene.draft(matter))
    entry = timeline(case).get()
    assert (entry.actor, entry.on_behalf_of, entry.mandate_id) == (agent, scene.enterprise.name, mandate.pk)
    mandate.revoked_at, mandate.revoked_by = case.received_at, scene.owner
    mandate.save()
    with pytest.raises(NotAllowed):
        services.withdraw_case(actor=actor, case=case)


def test_answer_covers_everything_listed(scene: Scene) -> None:
    case = scene.correcting()
    listed = case.notices.get().items[0]["material"]
    with pytest.raises(InvalidInput) as refusal:
        services.resubmit_case(actor=scene.act(scene.owner), case=case)
    assert list(refusal.value.errors) == [f"material-{listed}"]
    scene.add_file(case.application.materials.get(pk=listed))
    answered = services.resubmit_case(actor=scene.act(scene.owner), case=case, remark="已补正")
    fresh = scene.fresh(answered)
    assert (fresh.status, fresh.materials.filter(verdict="wrong").count()) == ("received", 0)
    assert fresh.clock is not None
    assert (fresh.clock.kind, fresh.clock.finished_at) == ("acceptance", None)
    assert case.notices.get().answered_at is not None
    assert Message.objects.filter(recipient=scene.clerk, template="approvals.resubmitted", channel="inapp").count() == 1


def test_strangers_neither_answer_nor_withdraw(scene: Scene) -> None:
    case = scene.correcting()
    with pytest.raises(NotAllowed):
        services.resubmit_case(actor=Actor(make_user()), case=case)
    with pytest.raises(NotAllowed):
        services.withdraw_case(actor=Actor(make_user()), case=case)


def test_online_delivery_is_complete_and_reading_is_recorded_once(scene: Scene) -> None:
    case = scene.delivered()
    assert case.delivered_at is not None
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()
    services.mark_read(actor=scene.act(scene.owner), case=case)
    first = scene.fresh(case).delivery.read_at
    services.mark_read(actor=scene.act(scene.owner), case=case)
    assert scene.fresh(case).delivery.read_at == first
    assert timeline(case).filter(act="case.read").count() == 1
    with pytest.raises(NotAllowed):
        services.mark_read(actor=Actor(make_user()), case=case)


def test_counter_delivery_waits_for_name_and_signature(scene: Scene) -> None:
    case = scene.issued()
    assert Clock.objects.open().filter(subject_id=case.pk).count() == 1
    with pytest.raises(InvalidInput) as refusal:
        services.sign_for_decision(actor=scene.act(scene.clerk), case=case, signed_name=" ", signature=None)
    assert set(refusal.value.errors) == {"signed_name", "signature"}
    signature = make_scene_file(scene.clerk, "signature.png")
    signed = services.sign_for_decision(
        actor=scene.act(scene.clerk), case=case, signed_name="赵六", signature=signature
    )
    assert (signed.status, scene.fresh(case).delivery.signed_name) == ("delivered", "赵六")
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()


def test_way_of_delivery_is_one_of_two(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.issue_decision(actor=scene.act(scene.clerk), case=scene.decided(), way="pigeon")
    assert list(refusal.value.errors) == ["way"]


def test_granted_and_delivered_stage_moves_the_project_on(scene: Scene) -> None:
    case = scene.delivered()
    case.project.refresh_from_db()
    assert case.project.stage == "design"


def test_refused_case_leaves_the_project_where_it_is(scene: Scene) -> None:
    case = scene.decided("refused", "不符合规划")
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    case.project.refresh_from_db()
    assert case.project.stage == "land"
