"""From acceptance to the last gap: clocks, hand-in, the window's check, what is held back, what fails."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Role
from approvals import services
from approvals.held import held_sentences
from approvals.models import Case, Deferral, DeferralBar, MaterialFile
from common.display import local_date
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import end_of_day, now, pretend
from deadlines import calendars, sweep
from deadlines.explaining import Agreement, explain_clock
from deadlines.models import Clock, ClockKind
from files.models import StoredFile
from tests.approvals.deferral.side import after, gap, told
from tests.approvals.scene import DEFERRAL, Scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(scene: Scene) -> Case:
    """Granted, and its certificate waits for a paper."""
    return scene.decided(case=scene.promised())


class TestClock:
    def test_runs_to_the_promised_day(self, scene):
        case = scene.reviewing(scene.promised())
        row = gap(case)
        clock = row.clock
        assert (clock.kind, clock.expires, clock.department, clock.role) == (
            ClockKind.DEFERRAL, True, scene.window, "",
        )  # fmt: skip
        assert timezone.localtime(clock.due_at).date() == row.promised_on
        assert clock.lawful_due_at == clock.due_at
        assert case.clock.kind == ClockKind.DECISION

    def test_why_this_date(self, scene):
        clock = gap(scene.reviewing(scene.promised())).clock
        assert explain_clock(clock).agreement == Agreement.AGREES
        assert Clock.objects.visible_to(scene.owner).filter(pk=clock.pk).exists()

    def test_a_late_acceptance_moves_the_day(self, scene):
        case = scene.promised()
        first = gap(case).promised_on
        calendar = calendars.current()
        late = calendar.add(timezone.localtime(now()).date(), 4)
        with pretend(timezone.make_aware(datetime.combine(late, datetime.min.time())) + timedelta(hours=10)):
            scene.reviewing(case)
        assert gap(case).promised_on == calendar.add(first, 3)

    def test_what_came_meanwhile_needs_no_clock(self, scene):
        case = scene.promised()
        row = gap(case)
        scene.add_file(row.material.material)
        findings = {one.pk: ("complete", "") for one in case.materials.all()}
        services.check_materials(actor=scene.act(scene.clerk), case=case, findings=findings)
        services.accept_case(actor=scene.act(scene.clerk), case=case)
        row.refresh_from_db()
        assert (row.status, row.clock_id) == ("filled", None)

    def test_uploaded_but_not_looked_at_counts_as_handed_in(self, scene):
        case = scene.promised()
        scene.add_file(gap(case).material.material)
        scene.reviewing(case)
        row = gap(case)
        assert (row.status, row.clock.kind, row.clock.role) == ("open", ClockKind.ACCEPTANCE, Role.CLERK)
        assert row.handed_in_at is not None

    def test_silence_of_the_window_arms_it_too(self, scene):
        case = scene.promised()
        with pretend(now() + timedelta(days=20)):
            sweep.run()
        assert scene.fresh(case).deemed_accepted
        assert gap(case).clock.kind == ClockKind.DEFERRAL


class TestReminders:
    def test_firm_five_and_one_working_days_before_and_window(self, scene):
        case = scene.reviewing(scene.promised())
        row = gap(case)
        calendar = calendars.current()
        seen = []
        for days in (-6, -5, -1):
            day = calendar.add(row.promised_on, days)
            with pretend(timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=9)):
                sweep.run()
            seen.append(
                (
                    told(scene.owner, "clock.deferral_soon"),
                    told(scene.owner, "clock.deferral_last"),
                    told(scene.clerk, "clock.deferral_window"),
                )
            )
        assert seen == [(0, 0, 0), (1, 0, 0), (1, 1, 1)]
        assert not Clock.objects.filter(pk=row.clock_id).exclude(alarm="").exists()

    def test_agents_with_a_mandate_are_told(self, scene):
        from tests.factories.enterprises import make_mandate

        agent = make_user()
        make_post(agent, make_department("agents"), Role.AGENT, starts_on=timezone.localdate() - timedelta(days=9))
        case = scene.reviewing(scene.promised())
        make_mandate(scene.enterprise, agent, scene.owner, matters=[case.matter.code])
        with pretend(after(gap(case), -2)):
            sweep.run()
        assert told(agent, "clock.deferral_soon") == 1


class TestHandIn:
    def test_needs_the_paper(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        with pytest.raises(InvalidInput) as refusal:
            services.hand_in_paper(actor=scene.act(scene.owner), deferral=row)
        assert list(refusal.value.errors) == ["file"]

    def test_ends_the_applicants_clock_and_starts_the_windows(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        first = row.clock
        row = scene.hand_in(row)
        first.refresh_from_db()
        assert (first.outcome, row.clock.kind, row.clock.promised) == ("met", ClockKind.ACCEPTANCE, 2)
        assert (row.clock.role, row.clock.lawful, row.clock.expires) == (Role.CLERK, None, False)
        assert told(scene.clerk, "approvals.deferral_handed_in") == 1

    def test_late_checking_does_not_harm_the_firm(self, scene):
        row = scene.hand_in(gap(scene.reviewing(scene.promised())))
        with pretend(after(row, 30)):
            sweep.run()
            assert services.fail_deferral(case_id=row.case_id) is None
        row.refresh_from_db()
        assert (row.status, DeferralBar.objects.count()) == ("open", 0)

    def test_not_after_the_day(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        scene.add_file(row.material.material)
        with pretend(after(row)), pytest.raises(TransitionNotAllowed):
            services.hand_in_paper(actor=scene.act(scene.owner), deferral=row)

    def test_on_the_last_moment_of_the_day(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        with pretend(end_of_day(row.promised_on)):
            row = scene.hand_in(row)
        assert row.handed_in_at is not None

    def test_not_before_acceptance(self, scene):
        row = gap(scene.promised())
        scene.add_file(row.material.material)
        with pytest.raises(TransitionNotAllowed):
            services.hand_in_paper(actor=scene.act(scene.owner), deferral=row)

    def test_a_stranger_may_not(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        scene.add_file(row.material.material)
        with pytest.raises(NotAllowed):
            services.hand_in_paper(actor=scene.act(make_user()), deferral=row)

    def test_once_for_every_case_that_waits_for_the_paper(self, scene):
        cases = scene.submit_promised(scene.matter(), scene.matter(), scene.matter())
        for case in cases[:2]:
            scene.reviewing(case)
        scene.hand_in(Deferral.objects.get(case=cases[0]))
        states = [bool(Deferral.objects.get(case=case).handed_in_at) for case in cases]
        assert states == [True, True, False]

    def test_wrong_paper_goes_back_with_the_days_that_were_left(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        promised = row.promised_on
        with pretend(end_of_day(promised) - timedelta(days=4)):
            row = scene.hand_in(row)
        with pretend(end_of_day(promised) + timedelta(days=3)):
            services.return_paper(actor=scene.act(scene.clerk), deferral=row, remark="缺少签字")
        row.refresh_from_db()
        assert row.promised_on == calendars.current().next_workday(promised + timedelta(days=7))
        assert (row.remark, row.handed_in_at, row.clock.kind) == ("缺少签字", None, ClockKind.DEFERRAL)
        with pretend(end_of_day(promised) + timedelta(days=4)), pytest.raises(InvalidInput):
            # The same file again is no answer.
            services.hand_in_paper(actor=scene.act(scene.owner), deferral=row)

    def test_handed_in_on_the_last_day_leaves_one(self, scene):
        row = gap(scene.reviewing(scene.promised()))
        with pretend(end_of_day(row.promised_on)):
            row = scene.hand_in(row)
        with pretend(end_of_day(row.promised_on) + timedelta(hours=10)):
            row = services.return_paper(actor=scene.act(scene.clerk), deferral=row, remark="缺少签字")
            assert row.promised_on > timezone.localdate(now())

    def test_sending_back_says_why(self, scene):
        row = scene.hand_in(gap(scene.reviewing(scene.promised())))
        with pytest.raises(InvalidInput) as refusal:
            services.return_paper(actor=scene.act(scene.clerk), deferral=row, remark=" ")
        assert list(refusal.value.errors) == ["remark"]

    def test_confirmed_once_and_by_the_window_alone(self, scene):
        row = scene.hand_in(gap(scene.reviewing(scene.promised())))
        with pytest.raises(NotAllowed):
            services.confirm_paper(actor=scene.act(scene.reviewer), deferral=row)
        services.confirm_paper(actor=scene.act(scene.clerk), deferral=row)
        row.refresh_from_db()
        assert (row.status, row.ended_by, row.material.verdict) == ("filled", scene.clerk, "complete")
        with pytest.raises(Stale):
            services.confirm_paper(actor=scene.act(scene.clerk), deferral=row)
        assert not Clock.objects.open().filter(kind__in=[ClockKind.DEFERRAL, ClockKind.ACCEPTANCE]).exists()

    def test_a_paper_that_a_virus_took_out_closes_nothing(self, scene):
        row = scene.hand_in(gap(scene.reviewing(scene.promised())))
        files = MaterialFile.objects.filter(material=row.material.material)
        StoredFile.objects.filter(pk__in=files.values("file")).update(scan_state="infected")
        with pytest.raises(InvalidInput):
            services.confirm_paper(actor=scene.act(scene.clerk), deferral=row)
        row.refresh_from_db()
        assert row.status == "open"


class TestHold:
    def test_decided_without_delivery_clock(self, scene, held):
        assert (held.status, held.clock) == ("decided", None)
        assert not Clock.objects.open().filter(kind=ClockKind.DELIVERY).exists()
        assert told(scene.clerk, "approvals.decided_held") == 1
        row = gap(held)
        with override("en"):
            words = f"Certificate held back: Funding, due {local_date(row.promised_on)}"
            assert held_sentences([held])[held.pk] == words

    def test_not_issued(self, scene, held):
        with pytest.raises(TransitionNotAllowed) as refusal:
            services.issue_decision(actor=scene.act(scene.clerk), case=held, way="online")
        assert refusal.value.code == "certificate_held"
        assert scene.fresh(held).status == "decided"
        assert not Case.objects.certified().exists()

    def test_the_last_gap_lets_it_go(self, scene, held):
        row = scene.hand_in(gap(held))
        later = now() + timedelta(days=3)
        with pretend(later):
            services.confirm_paper(actor=scene.act(scene.clerk), deferral=row)
        case = scene.fresh(held)
        assert (case.clock.kind, case.clock.starts_at) == (ClockKind.DELIVERY, later)
        assert Case.objects.certified().filter(pk=case.pk).exists()
        delivered = services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
        assert delivered.status == "delivered"

    def test_a_closed_hold_and_an_open_gap_that_holds_nothing(self, scene, held):
        """Two gaps of which one alone holds: closing it is enough."""
        row = gap(held)
        Deferral.objects.create(
            case=held, commitment=row.commitment, material=held.materials.first(), hold=False,
            promised_on=row.promised_on,
        )  # fmt: skip
        services.confirm_paper(actor=scene.act(scene.clerk), deferral=scene.hand_in(row))
        assert Case.objects.certified().filter(pk=held.pk).exists()

    def test_without_hold_it_is_issued_at_once(self, scene):
        case = scene.decided(case=scene.promised(deferral={**DEFERRAL, "hold": False}))
        assert case.clock.kind == ClockKind.DELIVERY
        assert services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online").status == "delivered"
        assert gap(case).status == "open"

    def test_a_refusal_is_held_by_nothing(self, scene):
        case = scene.decided("refused", "不符合规划", scene.promised())
        assert (gap(case).status, case.clock.kind) == ("dropped", ClockKind.DELIVERY)
        assert not Clock.objects.open().filter(kind=ClockKind.DEFERRAL).exists()

    @pytest.mark.parametrize("act", ["withdraw", "not_accept"])
    def test_an_ended_case_drops_its_gaps(self, scene, act):
        case = scene.promised()
        if act == "withdraw":
            services.withdraw_case(actor=scene.act(scene.owner), case=case)
        else:
            services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="不属于职权范围")
        assert gap(case).status == "dropped"
        assert not Clock.objects.open().exists()
