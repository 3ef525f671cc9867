"""Which projects are key projects: proposed by criteria, decided by a person."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from deadlines.models import Clock
from ledger.models import Entry
from notifications.models import Message
from projects import services
from projects.models import KeyCriterion, KeyProject, ServiceLimit
from projects.transitions import KEY
from tests.factories.projects import make_draft, make_project
from tests.projects.team_scene import Scene, make_hall
from tests.queries import statements


@pytest.fixture
def scene(db: None) -> Scene:
    return make_hall()


ALLOWED = {
    ("proposed", "confirm"), ("proposed", "decline"), ("confirmed", "remove"), ("declined", "confirm"),
    ("removed", "confirm"),
}  # fmt: skip


@pytest.mark.parametrize("status", KeyProject.Status.values)
@pytest.mark.parametrize("act", ["confirm", "decline", "remove"])
def test_every_pair(status: str, act: str) -> None:
    assert KEY.allows(status, act) == ((status, act) in ALLOWED)


def test_criteria_and_limits_are_data_with_their_source(db: None) -> None:
    assert {one.source != "" for one in KeyCriterion.objects.all()} == {True}
    assert {row.code for row in ServiceLimit.objects.all()} == set(ServiceLimit.Code.values)


def test_a_criterion_that_asks_nothing_is_refused(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyCriterion.objects.create(name="全部项目")


def test_what_meets_a_criterion_is_proposed_once(scene: Scene) -> None:
    firm, owner = scene.project.enterprise, scene.owner
    small = make_project(firm, owner, total_investment=Decimal(600), own_funds=Decimal(600), loan_funds=None)
    foreign = make_project(firm, owner, total_investment=Decimal(6000), capital="foreign")
    make_draft(firm, owner, total_investment=Decimal(90000))
    KeyCriterion.objects.create(name="医药制造", divisions=["27"])
    medicine = make_project(firm, owner, total_investment=Decimal(500), industry="27")
    assert services.propose_key_projects() == 3
    assert services.propose_key_projects() == 0
    rows = {row.project: row for row in KeyProject.objects.all()}
    assert set(rows) == {scene.project, foreign, medicine}
    assert small not in rows
    assert rows[medicine].met == ["医药制造"]
    assert Message.objects.filter(template="key.proposed", channel="inapp").get().recipient == scene.people["director"]


def test_proposing_takes_a_constant_number_of_statements(scene: Scene) -> None:
    one = statements(services.propose_key_projects)
    for _number in range(12):
        make_project(scene.project.enterprise, scene.owner)
    assert statements(services.propose_key_projects) == one


def test_director_or_leader_decides_with_a_reason(scene: Scene) -> None:
    services.propose_key_projects()
    with pytest.raises(NotAllowed):
        services.confirm_key_project(actor=scene.act("secretary"), project=scene.project)
    with pytest.raises(InvalidInput):
        services.decline_key_project(actor=scene.act("leader"), key=scene.key, reason="")
    services.decline_key_project(actor=scene.act("leader"), key=scene.key, reason="规模不足")
    assert services.propose_key_projects() == 0
    with pytest.raises(InvalidInput):
        services.confirm_key_project(actor=scene.act("director"), project=scene.project)
    services.confirm_key_project(actor=scene.act("director"), project=scene.project, reason="追加投资")
    assert (scene.key.status, scene.key.milestones.count()) == ("confirmed", 6)
    # Three offices stand empty: three duties of the director.
    empty = Clock.objects.open().filter(kind="team_vacancy")
    assert [(one.role, one.promised) for one in empty] == [("director", 3)] * 3
    services.remove_key_project(actor=scene.act("director"), key=scene.key, reason="项目终止")
    assert not Clock.objects.open().exists()
    with pytest.raises(TransitionNotAllowed):
        services.remove_key_project(actor=scene.act("director"), key=scene.key, reason="再次")
    assert {"key.proposed", "key.declined", "key.confirmed", "key.removed"} <= set(
        Entry.objects.of("projects.keyproject", scene.key.pk).values_list("act", flat=True)
    )


def test_a_draft_is_no_key_project(scene: Scene) -> None:
    draft = make_draft(scene.project.enterprise, scene.owner)
    with pytest.raises(InvalidInput):
        services.confirm_key_project(actor=scene.act("director"), project=draft, reason="x")
