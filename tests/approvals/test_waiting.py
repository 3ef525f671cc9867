"""Cases that wait for another certificate: received by themselves when it is there, and only then."""

from datetime import timedelta
from itertools import pairwise

import pytest

from accounts.actors import Actor
from approvals import services
from approvals.blocking import blockers_of
from approvals.catalogue.model import Theme as ThemeContent
from approvals.catalogue.model import ThemeMatter
from approvals.models import Case, Matter, Origin
from approvals.services.catalogue import publish_theme
from approvals.services.waiting import receive_ready
from common.time import now, pretend
from deadlines.models import ClockKind
from tests.approvals.scene import Scene

pytestmark = pytest.mark.django_db


def in_order(scene: Scene, *matters: Matter, overlap: bool = False):
    """A theme in which each matter waits for the one before."""
    codes = [matter.code for matter in matters]
    items = [ThemeMatter(codes[0])]
    for earlier, code in pairwise(codes):
        items.append(ThemeMatter(code, (earlier,), (earlier,) if overlap else ()))
    entry = ThemeContent("order", "顺序", "Order", "说明", "Summary", tuple(items))
    return publish_theme(actor=Actor.system(), entry=entry, origin=Origin.SCREEN)


def submit(scene: Scene, *matters: Matter, theme) -> list[Case]:
    draft = scene.draft(*matters)
    draft.theme = theme
    draft.save()
    return services.submit_application(actor=scene.act(scene.owner), application=draft)


@pytest.fixture
def pair(scene: Scene) -> list[Case]:
    matters = [scene.matter(), scene.matter()]
    return submit(scene, *matters, theme=in_order(scene, *matters))


def test_the_second_waits_without_a_clock(pair):
    first, second = pair
    assert (first.status, second.status) == (Case.Status.RECEIVED, Case.Status.WAITING)
    assert (second.clock_id, second.waits_for) == (None, [first.matter.code])
    assert [b.state for b in blockers_of(pair)[second.pk]] == ["running"]


def test_nothing_is_received_before_the_grant(pair):
    assert receive_ready() == 0


def test_received_as_of_the_grant(scene, pair):
    first, second = pair
    granted = scene.decided(case=first)
    with pretend(now() + timedelta(hours=3)):
        assert receive_ready(project_id=first.project_id) == 1
    second.refresh_from_db()
    assert second.status == Case.Status.RECEIVED
    assert second.received_at == granted.decided_at
    assert (second.clock.kind, second.clock.starts_at) == (ClockKind.ACCEPTANCE, granted.decided_at)
    assert receive_ready() == 0


def test_a_refusal_receives_nobody(scene, pair):
    first, second = pair
    scene.decided(Case.Decision.REFUSED, "不符合规划", first)
    assert receive_ready() == 0
    assert [b.state for b in blockers_of(pair)[second.pk]] == ["failed"]


def test_the_one_that_waits_may_be_withdrawn(scene, pair):
    second = services.withdraw_case(actor=scene.act(scene.owner), case=pair[1])
    assert second.status == Case.Status.WITHDRAWN


def test_without_a_theme_nobody_waits(scene):
    cases = submit(scene, scene.matter(), scene.matter(), theme=None)
    assert [case.status for case in cases] == [Case.Status.RECEIVED, Case.Status.RECEIVED]


def test_what_may_overlap_waits_unless_the_applicant_wants_otherwise(scene):
    matters = [scene.matter(), scene.matter()]
    cases = submit(scene, *matters, theme=in_order(scene, *matters, overlap=True))
    assert [case.status for case in cases] == [Case.Status.RECEIVED, Case.Status.WAITING]


def test_the_grant_itself_receives(scene, pair, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        scene.decided(case=pair[0])
    pair[1].refresh_from_db()
    assert pair[1].status == Case.Status.RECEIVED
