"""The written mandate as a numbered document: issued with the mandate, revoked with it, seen by the two sides."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import User
from common.time import today
from documents.models import Document
from enterprises.models import Enterprise, Mandate
from enterprises.papers import LABEL, paper_of
from enterprises.services.mandates import Terms, grant_mandate, revoke_mandate
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(enterprise: Enterprise, owner: User, agent: User) -> Mandate:
    terms = Terms(agent=agent, starts_on=today(), ends_on=today() + timedelta(days=90))
    return grant_mandate(actor=Actor(owner), enterprise=enterprise, terms=terms)


def test_says_who_for_whom_what_and_until_when(given: Mandate, enterprise: Enterprise, agent: User) -> None:
    paper = paper_of(given)
    values = {row["label"]: row["value"] for row in paper.data["rows"]}
    assert (paper.title, paper.holder, paper.valid_until) == ("代办委托书", enterprise.name, given.ends_on)
    assert values["受托人"] == f"{paper.department.name}（代办员：{agent}）"
    assert values["代办事项"] == "全部审批和服务事项"
    assert paper.data["points"][0] == "申报投资项目。"


def test_revoking_the_mandate_revokes_its_paper(given: Mandate, owner: User) -> None:
    revoke_mandate(actor=Actor(owner), mandate=given, reason="项目已转让")
    assert paper_of(given).state == Document.State.REVOKED
    assert paper_of(given).revoke_reason == "委托已撤销：项目已转让"


def test_the_two_sides_see_it_and_strangers_do_not(given: Mandate, owner: User, agent: User) -> None:
    papers = Document.objects.of_subject(LABEL, given.pk)
    seen = [papers.visible_to(user).count() for user in (owner, agent, make_user())]
    assert seen == [1, 1, 0]
