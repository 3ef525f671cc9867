"""Words that were not kept, certificates that follow, bars, and promises in answer to a notice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from approvals import services
from approvals.held import gaps_of
from approvals.models import Case, Deferral, DeferralBar
from approvals.services.deferring.filling import settle_project
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import end_of_day, now, pretend
from deadlines import sweep
from deadlines.models import Clock, ClockKind
from documents.models import Document
from ledger.selectors import first_break, timeline
from tests.approvals.deferral.side import after, gap, side_by_side, told
from tests.approvals.scene import DEFERRAL, Scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


class TestFailure:
    @pytest.mark.parametrize("state", ["accepted", "reviewing", "decided"])
    def test_terminated_and_barred_by_the_sweep(self, scene, state):
        case = scene.promised()
        if state == "accepted":
            scene.mark_complete(case)
            services.accept_case(actor=scene.act(scene.clerk), case=case)
        else:
            {"reviewing": scene.reviewing, "decided": scene.decided}[state](case=case)
        supervisor = make_user()
        make_post(supervisor, scene.departments["city"], Role.SUPERVISOR, starts_on=timezone.localdate())
        row = gap(case)
        moment = after(row)
        with pretend(moment):
            sweep.run()
            sweep.run()
        case = scene.fresh(case)
        row.refresh_from_db()
        assert (case.status, case.terminated_at, row.status) == ("terminated", moment, "failed")
        assert "《资金承诺》" in case.terminated_reason
        assert row.clock.outcome == "late"
        assert not Clock.objects.open().exists()
        assert not case.steps.exclude(status__in=["done", "cancelled"]).exists()
        bar = DeferralBar.objects.get()
        assert (bar.enterprise, bar.case) == (scene.enterprise, case)
        paper = Document.objects.get(kind="approvals.termination")
        assert paper.subject == ("approvals.case", case.pk)
        assert "行政复议" in paper.data["remedy"]
        people = [scene.owner, scene.clerk, scene.reviewer, scene.head, supervisor]
        assert [told(user, "approvals.terminated") for user in people] == [1] * 5
        assert told(scene.owner, "clock.deferral_over") == 1
        assert timeline(case).filter(act="case.terminated").count() == 1
        assert timeline(scene.enterprise).filter(act="enterprise.deferral_barred").count() == 1
        assert first_break() is None

    def test_not_a_moment_too_early(self, scene):
        case = scene.reviewing(scene.promised())
        with pretend(end_of_day(gap(case).promised_on)):
            sweep.run()
        assert scene.fresh(case).status == "reviewing"

    def test_a_second_failure_bars_once(self, scene):
        cases = scene.submit_promised(scene.matter(), scene.matter())
        for case in cases:
            scene.reviewing(case)
        with pretend(after(Deferral.objects.first())):
            sweep.run()
        assert [scene.fresh(case).status for case in cases] == ["terminated", "terminated"]
        assert DeferralBar.objects.count() == 1

    def test_other_gaps_are_dropped(self, scene):
        case = scene.reviewing(scene.promised())
        row = gap(case)
        other = Deferral.objects.create(case=case, commitment=row.commitment, prerequisite="LX01", hold=True)
        with pretend(after(row)):
            services.fail_deferral(case_id=case.pk)
        other.refresh_from_db()
        assert other.status == "dropped"

    def test_delivered_stays_delivered_and_its_papers_are_revoked(self, scene, settings):
        case = scene.decided(case=scene.promised(deferral={**DEFERRAL, "hold": False}))
        services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
        from documents import kinds
        from documents.services import issue_document

        kinds.register(kinds.Kind("test.permit", "许可证", "Permit", "证", "certificate", certificate=True))
        permit = issue_document(
            actor=scene.act(scene.clerk), kind="test.permit", department=scene.window,
            subject=("approvals.case", case.pk), holder="示例", data={},
        )  # fmt: skip
        with pretend(after(gap(case))):
            sweep.run()
            sweep.run()
        case = scene.fresh(case)
        permit.refresh_from_db()
        assert (case.status, gap(case).status) == ("delivered", "failed")
        assert "资金承诺" in permit.revoke_reason
        assert DeferralBar.objects.count() == 1
        assert not Document.objects.filter(kind="approvals.termination").exists()
        assert told(scene.owner, "approvals.deferral_revoked") == 1
        assert not Case.objects.certified().exists()
        assert not Case.objects.alive().exists()

    def test_the_matter_may_be_applied_for_again(self, scene):
        case = scene.terminated()
        assert not Case.objects.alive().filter(pk=case.pk).exists()


class TestCertificates:
    @pytest.fixture
    def pair(self, scene: Scene) -> list[Case]:
        """Two cases side by side: the second lacks the first one's certificate."""
        return side_by_side(scene)

    def test_filled_as_of_the_grant(self, scene, pair, django_capture_on_commit_callbacks):
        first, second = pair
        second = scene.decided(case=second)
        assert second.clock is None
        granted = now() + timedelta(days=2)
        with pretend(granted), django_capture_on_commit_callbacks(execute=True):
            scene.decided(case=first)
        row = gap(second)
        assert (row.status, row.ended_at, row.ended_by) == ("filled", granted, None)
        second = scene.fresh(second)
        assert (second.clock.kind, second.clock.starts_at) == (ClockKind.DELIVERY, granted)
        assert settle_project() == 0

    def test_a_held_certificate_fills_nothing(self, scene):
        first, second = side_by_side(scene, defer_first=True)
        scene.decided(case=second)
        scene.decided(case=first)
        settle_project()
        assert Deferral.objects.get(case=second).status == "open"
        row = scene.hand_in(Deferral.objects.get(case=first))
        services.confirm_paper(actor=scene.act(scene.clerk), deferral=row)
        assert settle_project() == 1
        assert scene.fresh(second).clock.kind == ClockKind.DELIVERY

    def test_nobody_is_barred_when_the_prerequisite_fails(self, scene, pair):
        first, second = pair
        second = scene.decided(case=second)
        scene.decided("refused", "不符合规划", first)
        with pretend(now() + timedelta(days=400)):
            sweep.run()
        assert (scene.fresh(second).status, DeferralBar.objects.count()) == ("decided", 0)
        (found,) = gaps_of([second])[second.pk]
        assert found.state == "failed"

    def test_then_the_applicant_may_give_up(self, scene, pair):
        first, second = pair
        second = scene.decided(case=second)
        with pytest.raises(TransitionNotAllowed):
            services.withdraw_case(actor=scene.act(scene.owner), case=second)
        scene.decided("refused", "不符合规划", first)
        assert services.withdraw_case(actor=scene.act(scene.owner), case=second).status == "withdrawn"
        assert gap(second).status == "dropped"

    def test_or_the_window_terminates_with_a_reason(self, scene, pair):
        first, second = pair
        second = scene.decided(case=second)
        act = {"actor": scene.act(scene.clerk), "case": second}
        with pytest.raises(TransitionNotAllowed):
            services.terminate_case(**act, reason="前置事项未获许可")
        services.withdraw_case(actor=scene.act(scene.owner), case=first)
        with pytest.raises(InvalidInput):
            services.terminate_case(**act, reason=" ")
        with pytest.raises(NotAllowed):
            services.terminate_case(actor=scene.act(scene.reviewer), case=second, reason="前置事项未获许可")
        assert services.terminate_case(**act, reason="前置事项未获许可").status == "terminated"
        assert DeferralBar.objects.count() == 0

    def test_or_applies_for_the_prerequisite_anew(self, scene, pair):
        first, second = pair
        scene.decided(case=second)
        services.withdraw_case(actor=scene.act(scene.owner), case=first)
        draft = scene.draft(first.matter, project=first.project)
        (again,) = services.submit_application(actor=scene.act(scene.owner), application=draft)
        scene.decided(case=again)
        assert settle_project() == 1
        assert gap(second).status == "filled"


class TestBars:
    @pytest.fixture
    def bar(self, scene: Scene) -> DeferralBar:
        scene.terminated()
        return DeferralBar.objects.get()

    @pytest.mark.parametrize(("role", "kind", "may"), [
        (Role.HEAD, "window", True), (Role.HEAD, "approval", False), (Role.DIRECTOR, "hall", True),
        (Role.ADMINISTRATOR, "hall", True), (Role.CLERK, "window", False), (Role.LEADER, "hall", False),
    ])  # fmt: skip
    def test_who_may_lift(self, scene, bar, role, kind, may):
        user = make_user()
        make_post(user, make_department("some", kind=kind), role, starts_on=timezone.localdate())
        act = {"actor": scene.act(user), "bar": bar, "reason": "已补交并说明情况"}
        if not may:
            with pytest.raises(NotAllowed):
                services.lift_bar(**act)
            return
        lifted = services.lift_bar(**act)
        assert (lifted.lifted_by, lifted.lift_reason) == (user, "已补交并说明情况")
        assert timeline(scene.enterprise).filter(act="enterprise.deferral_bar_lifted").count() == 1
        assert told(scene.owner, "approvals.deferral_bar_lifted") == 1

    def test_lifted_with_a_reason_and_once(self, scene, bar):
        director = make_user()
        make_post(director, scene.window, Role.DIRECTOR, starts_on=timezone.localdate())
        with pytest.raises(InvalidInput) as refusal:
            services.lift_bar(actor=scene.act(director), bar=bar, reason="")
        assert list(refusal.value.errors) == ["reason"]
        services.lift_bar(actor=scene.act(director), bar=bar, reason="已补交")
        with pytest.raises(Stale):
            services.lift_bar(actor=scene.act(director), bar=bar, reason="再次")
        assert scene.promised().status == "received"


class TestCorrection:
    def test_a_promise_answers_the_notice(self, scene):
        """The clerk lists a missing secondary paper; the applicant signs instead of uploading."""
        case = scene.received()
        row = case.materials.get(material__code="funding")
        row.material.files.update(is_current=False)
        clerk, owner = scene.act(scene.clerk), scene.act(scene.owner)
        services.check_materials(actor=clerk, case=case, findings={row.pk: ("wrong", "未提交")})
        services.send_correction(actor=clerk, case=case)
        with pytest.raises(InvalidInput) as refusal:
            services.resubmit_case(actor=owner, case=case)
        assert list(refusal.value.errors) == [f"material-{row.material_id}"]
        from approvals import gaps

        last = gaps.rules_of([case.version.content])["funding"].last
        material = services.mark_later(actor=owner, material=row.material, until=last)
        with pytest.raises(InvalidInput) as refusal:
            services.resubmit_case(actor=owner, case=case)
        assert list(refusal.value.errors) == ["signer", "agreed"]
        promise = gaps.promise_of_case(case, [material])
        signature = services.Signature(scene.owner.name, agreed=True, seen=promise.digest)
        services.resubmit_case(actor=owner, case=case, signature=signature)
        deferral = gap(case)
        assert (deferral.promised_on, deferral.status) == (last, "open")
        signed = Document.objects.get(kind="approvals.deferral_commitment")
        assert signed.subject == ("approvals.case", case.pk)
        case = scene.reviewing(scene.fresh(case))
        assert gap(case).clock.kind == ClockKind.DEFERRAL
