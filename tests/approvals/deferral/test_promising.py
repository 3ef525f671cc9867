"""Before submission: which papers may follow, until when, who may ask for it, and what is signed."""

from datetime import date, timedelta

import pytest

from accounts.actors import Actor
from approvals import gaps, services
from approvals.catalogue.model import Theme as ThemeContent
from approvals.catalogue.model import ThemeMatter
from approvals.models import Application, Commitment, Deferral, DeferralBar, Origin
from approvals.services.catalogue import publish_theme
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now, today
from deadlines import calendars
from documents.models import Document
from ledger.selectors import timeline
from tests.approvals.scene import DEFERRAL, PAPERS, Scene, make_scene_file
from tests.factories.accounts import make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db


def last_day(days: int = 20) -> date:
    """Promised acceptance is one working day."""
    return calendars.current().add(today(), 1 + days)


@pytest.fixture
def draft(scene: Scene) -> Application:
    return scene.draft(scene.matter(), skip=["funding"])


def mark(scene: Scene, draft: Application, until: date | None, code: str = "funding"):
    return services.mark_later(actor=scene.act(scene.owner), material=draft.materials.get(code=code), until=until)


def test_the_last_day_counts_from_the_promised_acceptance(scene, draft):
    assert mark(scene, draft, last_day()).deferred_until == last_day()
    with pytest.raises(InvalidInput) as refusal:
        mark(scene, draft, calendars.current().add(last_day(), 1))
    assert list(refusal.value.errors) == ["until"]


def test_the_shortest_rule_of_the_matters_counts(scene):
    short = scene.matter(deferral={**DEFERRAL, "days": 5})
    draft = scene.draft(scene.matter(), short, skip=["funding"])
    rule = gaps.rules_of([row.version.content for row in draft.chosen.all()])["funding"]
    assert (rule.last, rule.days) == (last_day(5), 5)
    assert len(rule.matters) == 2


@pytest.mark.parametrize("days", [0, -1])
def test_not_today_nor_yesterday(scene, draft, days):
    with pytest.raises(InvalidInput):
        mark(scene, draft, today() + timedelta(days=days))


def test_not_a_day_off(scene, draft):
    day = today() + timedelta(days=1)
    while calendars.current().is_workday(day):
        day += timedelta(days=1)
    with pytest.raises(InvalidInput):
        mark(scene, draft, day)


def test_only_secondary_papers(scene, draft):
    with pytest.raises(InvalidInput):
        mark(scene, draft, last_day(), code="land-title")


def test_a_matter_without_the_rule_lets_nothing_follow(scene):
    draft = scene.draft(scene.matter(), scene.matter(deferral=None), skip=["funding"])
    with pytest.raises(InvalidInput):
        mark(scene, draft, last_day())


def test_a_stranger_may_not(scene, draft):
    with pytest.raises(NotAllowed):
        services.mark_later(actor=Actor(make_user()), material=draft.materials.get(code="funding"), until=last_day())


def test_not_after_submission(scene):
    case = scene.promised()
    material = case.application.materials.get(code="funding")
    with pytest.raises(TransitionNotAllowed):
        services.mark_later(actor=scene.act(scene.owner), material=material, until=None)


def test_unmarked_secondary_paper_is_missing(scene, draft):
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(actor=scene.act(scene.owner), application=draft)
    assert list(refusal.value.errors) == ["funding"]


def test_submission_wants_the_signature(scene, draft):
    mark(scene, draft, last_day())
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(actor=scene.act(scene.owner), application=draft)
    assert list(refusal.value.errors) == ["signer", "agreed"]
    assert not Commitment.objects.exists()


def test_one_signs_with_ones_own_name(scene, draft):
    mark(scene, draft, last_day())
    good = scene.signature(draft)
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(
            actor=scene.act(scene.owner),
            application=draft,
            signature=services.Signature("别人", agreed=True, seen=good.seen),
        )
    assert list(refusal.value.errors) == ["signer"]


def test_other_words_than_those_shown(scene, draft):
    mark(scene, draft, last_day())
    old = scene.signature(draft)
    mark(scene, draft, last_day(3))
    with pytest.raises(Stale):
        services.submit_application(actor=scene.act(scene.owner), application=draft, signature=old)


def test_at_the_window_one_signs_by_hand(scene, draft):
    mark(scene, draft, last_day())
    clerk = Actor(scene.clerk, on_behalf_of=scene.enterprise.name)
    seen = scene.signature(draft).seen
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(
            actor=clerk, application=draft, signature=services.Signature("王五", agreed=True, seen=seen)
        )
    assert list(refusal.value.errors) == ["signature"]
    paper = make_scene_file(scene.clerk)
    services.submit_application(
        actor=clerk, application=draft, signature=services.Signature("王五", agreed=True, seen=seen, paper=paper)
    )
    commitment = Commitment.objects.get()
    assert (commitment.signer, commitment.signed_by, commitment.signature) == ("王五", scene.clerk, paper)
    assert commitment.on_behalf_of == scene.enterprise.name


def test_what_the_signature_opens(scene):
    other_paper = scene.matter(papers=PAPERS[:2])
    loose = scene.matter(deferral={**DEFERRAL, "hold": False})
    cases = scene.submit_promised(scene.matter(), loose, other_paper, until=last_day(4))
    commitment = Commitment.objects.get()
    assert commitment.text.count("\n") == 1 + 5
    assert "资金承诺" in commitment.text
    rows = list(Deferral.objects.order_by("id"))
    assert [(row.case_id, row.hold, row.promised_on) for row in rows] == [
        (cases[1].pk, False, last_day(4)),
        (cases[2].pk, True, last_day(4)),
    ]
    assert {row.clock_id for row in rows} == {None}
    paper = Document.objects.get(kind="approvals.deferral_commitment")
    assert commitment.document == paper
    assert (paper.subject, paper.department) == (("approvals.application", cases[0].application_id), scene.window)
    assert paper.data["paragraphs"] == commitment.text.splitlines()
    assert paper.data["paragraphs"][1].startswith("1．《资金承诺》")
    assert (paper.data["signed_by"], "points" in paper.data) == (scene.enterprise.name, False)
    assert Document.objects.visible_to(scene.owner).filter(pk=paper.pk).exists()
    assert not Document.objects.visible_to(make_user()).filter(pk=paper.pk).exists()
    acts = [timeline(case).filter(act="case.deferral_signed").count() for case in cases]
    assert acts == [0, 1, 1]


def test_a_second_call_opens_nothing_more(scene):
    (case,) = scene.submit_promised(scene.matter())
    services.submit_application(actor=scene.act(scene.owner), application=case.application)
    assert (Deferral.objects.count(), Document.objects.count(), Commitment.objects.count()) == (1, 1, 1)


def test_a_barred_firm_may_not(scene, draft):
    earlier = scene.received()
    DeferralBar.objects.create(enterprise=scene.enterprise, case=earlier, reason="未补交", barred_at=now())
    with pytest.raises(NotAllowed) as refusal:
        mark(scene, draft, last_day())
    assert earlier.number in str(refusal.value)
    with pytest.raises(NotAllowed):
        services.choose_overlap(actor=scene.act(scene.owner), application=draft, overlap=True)
    draft.materials.filter(code="funding").update(deferred_until=last_day())
    with pytest.raises(NotAllowed):
        services.submit_application(actor=scene.act(scene.owner), application=draft, signature=scene.signature(draft))


def test_side_by_side_opens_a_gap_for_the_certificate(scene):
    matters = [scene.matter(), scene.matter()]
    codes = [matter.code for matter in matters]
    items = (ThemeMatter(codes[0]), ThemeMatter(codes[1], (codes[0],), (codes[0],)))
    theme = publish_theme(
        actor=Actor.system(), entry=ThemeContent("t", "主题", "Theme", "说明", "Summary", items), origin=Origin.SCREEN
    )
    draft = scene.draft(*matters)
    draft.theme = theme
    draft.save()
    (offer,) = gaps.side_by_side(draft)
    # One working day to accept and ten to decide, as the prerequisite promises.
    assert offer.saved == 11
    services.choose_overlap(actor=scene.act(scene.owner), application=draft, overlap=True)
    draft.refresh_from_db()
    cases = services.submit_application(
        actor=scene.act(scene.owner), application=draft, signature=scene.signature(draft)
    )
    assert [case.status for case in cases] == ["received", "received"]
    gap = Deferral.objects.get()
    assert (gap.case_id, gap.prerequisite, gap.hold, gap.promised_on) == (cases[1].pk, codes[0], True, None)


def test_statements_do_not_grow_with_the_cases(scene):
    def submit(count: int) -> int:
        draft = scene.draft(*(scene.matter() for _ in range(count)), skip=["funding"])
        scene.later(draft)
        signature = scene.signature(draft)
        return statements(
            lambda: services.submit_application(actor=scene.act(scene.owner), application=draft, signature=signature)
        )

    submit(1)
    assert submit(2) == submit(9)
