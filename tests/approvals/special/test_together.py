"""多证合一: issued in one act, signed for once, told once; the ten days of art. 44 hold."""

import pytest

from accounts.actors import Actor
from approvals import services
from approvals.catalogue.model import Theme as ThemeContent
from approvals.catalogue.model import ThemeMatter
from approvals.models import Case, Commitment, Deferral, Delivery, Origin
from approvals.papers.together import one_result_rows
from approvals.services.catalogue import publish_theme
from approvals.services.waiting import receive_ready
from approvals.special_ways import group_of
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from deadlines.models import Clock
from ledger.models import Entry
from tests.approvals.march import told
from tests.approvals.scene import Scene, make_scene_file

pytestmark = pytest.mark.django_db


def setup(scene: Scene) -> list[Case]:
    """A first matter and two that follow its certificate side by side, with one result."""
    matters = [scene.matter() for _ in range(3)]
    first = matters[0].code
    items = (ThemeMatter(first), *(ThemeMatter(matter.code, (first,)) for matter in matters[1:]))
    entry = ThemeContent("setup", "企业开办", "Setting up", "说明", "Summary", items, one_result=True)
    draft = scene.draft(*matters)
    draft.theme = publish_theme(actor=Actor.system(), entry=entry, origin=Origin.SCREEN)
    draft.save()
    return services.submit_application(actor=scene.act(scene.owner), application=draft)


@pytest.fixture
def cases(scene: Scene) -> list[Case]:
    return setup(scene)


def decide_all(scene: Scene, cases: list[Case], *, but: int = 0) -> list[Case]:
    scene.decided(case=cases[0])
    receive_ready(project_id=cases[0].project_id)
    for case in cases[1 : len(cases) - but]:
        scene.decided(case=scene.fresh(case))
    return [scene.fresh(case) for case in cases]


def issue(scene: Scene, cases: list[Case], way: str = "counter", **values: object) -> list[Case]:
    return services.issue_together(
        **{"actor": scene.act(scene.clerk), "application": cases[0].application, "way": way, **values}
    )


def test_the_others_run_side_by_side_after_the_first(scene, cases):
    assert [case.status for case in cases] == ["received", "waiting", "waiting"]
    scene.decided(case=cases[0])
    assert receive_ready() == 2
    assert [case.pk for case in group_of(cases[1])] == [case.pk for case in cases]


def test_none_is_issued_alone(scene, cases):
    cases = decide_all(scene, cases)
    for case in cases:
        with pytest.raises(NotAllowed):
            services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")


def test_issued_in_one_act_and_signed_for_once(scene, cases):
    cases = decide_all(scene, cases)
    issued = issue(scene, cases)
    assert [case.pk for case in issued] == [case.pk for case in cases]
    assert {case.status for case in Case.objects.all()} == {"issued"}
    assert Entry.objects.filter(act="case.issued").count() == 3
    assert len(told(scene.owner, "approvals.together_ready")) == 1
    assert told(scene.owner, "approvals.ready") == []
    with pytest.raises(NotAllowed):
        services.sign_for_decision(
            actor=scene.act(scene.clerk), case=issued[0], signed_name="赵", signature=make_scene_file()
        )
    services.sign_together(
        actor=scene.act(scene.clerk), application=cases[0].application, signed_name="赵一", signature=make_scene_file()
    )
    assert {case.status for case in Case.objects.all()} == {"delivered"}
    assert set(Delivery.objects.values_list("signed_name", flat=True)) == {"赵一"}
    assert len(told(scene.owner, "approvals.together_collected")) == 1
    assert not Clock.objects.open().exists()
    with pytest.raises(Stale):
        services.sign_together(
            actor=scene.act(scene.clerk),
            application=cases[0].application,
            signed_name="赵",
            signature=make_scene_file(),
        )


def test_online_they_are_delivered_at_once(scene, cases):
    issue(scene, decide_all(scene, cases), way="online")
    assert {case.status for case in Case.objects.all()} == {"delivered"}
    assert len(told(scene.owner, "approvals.together_delivered")) == 1


def test_a_late_member_needs_a_reason_and_follows(scene, cases):
    cases = decide_all(scene, cases, but=1)
    with pytest.raises(InvalidInput) as refused:
        issue(scene, cases)
    assert list(refused.value.errors) == ["reason"]
    assert len(issue(scene, cases, reason="社保登记仍在核对，先行送达")) == 2
    assert Entry.objects.filter(act="case.issued", data__reason="社保登记仍在核对，先行送达").count() == 2
    scene.decided(case=scene.fresh(cases[2]))
    assert [case.pk for case in issue(scene, cases)] == [cases[2].pk]


def test_a_certificate_that_is_held_back_is_not_issued_with_the_others(scene, cases):
    """容缺: what waits for a paper of its own counts as missing, like one that is not decided."""
    cases = decide_all(scene, cases)
    commitment = Commitment.objects.create(
        application=cases[0].application,
        kind="deferral",
        text="承诺",
        signer="赵",
        signed_by=scene.owner,
        signed_at=now(),
    )
    gap = Deferral.objects.create(
        case=cases[2], commitment=commitment, material=cases[2].materials.first(), hold=True, promised_on=today()
    )
    with pytest.raises(InvalidInput):
        issue(scene, cases)
    assert [case.pk for case in issue(scene, cases, reason="补交材料未到，先行送达")] == [cases[0].pk, cases[1].pk]
    gap.status, gap.ended_at = "filled", now()
    gap.save()
    assert [case.pk for case in issue(scene, cases)] == [cases[2].pk]


def test_what_came_to_nothing_is_not_waited_for(scene, cases):
    scene.decided(case=cases[0])
    receive_ready()
    services.withdraw_case(actor=scene.act(scene.owner), case=cases[1])
    scene.decided("refused", "不符合条件。", scene.fresh(cases[2]))
    assert [case.pk for case in issue(scene, cases)] == [cases[0].pk]
    # A refusal is no part of the one result: its applicant must know the remedies without delay.
    refused = services.issue_decision(actor=scene.act(scene.clerk), case=scene.fresh(cases[2]), way="online")
    assert refused.status == "delivered"


def test_the_ten_days_of_article_44_run_for_each(scene, cases):
    first = scene.decided(case=cases[0])
    assert (first.clock.promised, first.clock.lawful) == (10, 10)
    receive_ready()
    second = scene.decided(case=scene.fresh(cases[1]))
    assert (second.clock.promised, second.clock.lawful) == (10, 10)
    last = scene.decided(case=scene.fresh(cases[2]))
    assert (last.clock.promised, last.clock.lawful) == (2, 10)


def test_a_page_that_shows_another_set_is_stale(scene, cases):
    cases = decide_all(scene, cases)
    with pytest.raises(Stale):
        issue(scene, cases, seen=[cases[0].pk])
    issue(scene, cases, seen=[case.pk for case in cases])
    with pytest.raises(Stale):
        issue(scene, cases)


def test_only_a_clerk_issues(scene, cases):
    cases = decide_all(scene, cases)
    for who in (scene.owner, scene.reviewer):
        with pytest.raises(NotAllowed):
            issue(scene, cases, actor=scene.act(who))


def test_rows_of_the_one_certificate(scene, cases):
    cases = decide_all(scene, cases, but=1)
    rows = one_result_rows(cases)
    assert [row["label"] for row in rows] == ["许可证", "许可证"]
    assert rows[0]["value"].startswith(f"{cases[0].result_number}，lead局，")


def test_without_such_a_theme_everything_is_as_ever(scene):
    case = scene.decided()
    assert (group_of(case), case.clock.promised) == ([], 2)
    assert services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online").status == "delivered"
