import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Role, User
from approvals.models import Case, CorrectionNotice, Delivery
from common.time import now
from enterprises.models import Enterprise
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import make_application, make_case, make_matter
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_draft, make_project
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return enterprise


def test_a_new_person_is_told_to_claim_a_firm() -> None:
    page = in_english(make_user()).get("/my/")
    assert reverse("enterprises:claim") in page.content.decode()


def test_an_agent_without_mandates_is_not_told_to_claim_a_firm() -> None:
    agent = make_user()
    make_post(agent, make_department(), Role.AGENT)
    text = in_english(agent).get("/my/").content.decode()
    assert reverse("enterprises:claim") not in text
    assert "No enterprise has given you a mandate now" in text


def test_everything_of_ones_firms_and_nothing_of_others(owner: User, enterprise: Enterprise) -> None:
    matter = make_matter()
    project, draft = make_project(enterprise, owner), make_draft(enterprise, owner)
    application = make_application(project, owner, [matter])
    stranger = make_user()
    foreign = make_project(make_enterprise(), stranger)
    make_case(foreign, stranger, matter, status="correcting")
    page = in_english(owner).get("/my/")
    assert page.context["firms"] == [enterprise]
    assert [line["project"] for line in page.context["projects"]] == [project]
    assert [line["project"] for line in page.context["drafts"]] == [draft]
    assert list(page.context["applications"]) == [application]
    assert page.context["to_do"] == []


def test_what_waits_is_listed_most_urgent_first(owner: User, enterprise: Enterprise) -> None:
    project = make_project(enterprise, owner)
    granted = {"decision": "granted", "decided_at": now()}
    read = make_case(project, owner, make_matter(), status="delivered", **granted)
    ready = make_case(project, owner, make_matter(), status="issued", **granted)
    wrong = make_case(project, owner, make_matter(), status="correcting")
    make_case(project, owner, make_matter(), status="reviewing")
    CorrectionNotice.objects.create(case=wrong, ordinal=1, items=[], issued_by=owner, issued_at=now())
    Delivery.objects.create(case=read, way="online", issued_by=owner, issued_at=now())
    client = in_english(owner)
    urls = [line["url"] for line in client.get("/my/").context["to_do"]]
    assert urls[0] == reverse("approvals:correct", args=[wrong.number])
    assert sorted(urls[1:3]) == sorted(
        [reverse("approvals:decision", args=[read.number]), reverse("approvals:case", args=[ready.number])]
    )
    assert urls[3:] == [reverse("supervision:rate", args=[read.number])]


def test_the_page_costs_the_same_for_one_and_for_many(owner: User, enterprise: Enterprise) -> None:
    matter, client = make_matter(), in_english(owner)

    def fill() -> None:
        project = make_project(enterprise, owner)
        make_draft(enterprise, owner)
        case = make_case(project, owner, matter, status=Case.Status.DELIVERED, decision="granted", decided_at=now())
        Delivery.objects.create(case=case, way="online", issued_by=owner, issued_at=now())
        make_case(project, owner, make_matter(), status=Case.Status.CORRECTING)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/my/").status_code == 200
        return len(queries)

    fill()
    cost()
    one = cost()
    for _ in range(20):
        fill()
    assert cost() == one
