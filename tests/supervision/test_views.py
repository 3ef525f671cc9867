"""Pages of ratings."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from common.time import today
from supervision.models import Rating
from supervision.services import rate_case
from tests.factories.accounts import make_user
from tests.factories.supervision import make_rating
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_pages_have_their_addresses():
    assert reverse("supervision:ratings") == "/ratings/"
    assert reverse("supervision:rate", args=["BJ1"]) == "/ratings/new/BJ1/"
    assert reverse("supervision:rating", args=[7]) == "/ratings/7/"


def test_owner_rates_and_is_thanked(client, scene, delivered):
    client.force_login(scene.owner)
    page = client.get(f"/ratings/new/{delivered.number}/")
    assert page.status_code == 200
    answer = client.post(f"/ratings/new/{delivered.number}/", {"grade": "5", "comment": "慢"}, follow=True)
    rating = Rating.objects.get()
    assert (rating.grade, rating.comment) == (5, "慢")
    assert answer.redirect_chain[-1][0] == f"/ratings/{rating.pk}/?thanks=1"
    assert answer.context["thanks"] is True


def test_missing_grade_keeps_the_words(client, scene, delivered):
    client.force_login(scene.owner)
    with override("en"):
        page = client.post(
            f"/ratings/new/{delivered.number}/", {"comment": "keep me"}, headers={"accept-language": "en"}
        )
    assert page.status_code == 200
    assert "Choose one of the five grades." in page.content.decode()
    assert "keep me" in page.content.decode()
    assert not Rating.objects.exists()


def test_rated_case_leads_to_its_rating(client, scene, delivered):
    rating = make_rating(delivered, scene.owner)
    client.force_login(scene.owner)
    assert client.get(f"/ratings/new/{delivered.number}/").headers["location"] == f"/ratings/{rating.pk}/"


def test_undelivered_case_says_when_it_can_be_rated(client, scene):
    case = scene.decided()
    client.force_login(scene.owner)
    page = client.get(f"/ratings/new/{case.number}/")
    assert page.context["ratable"] is False
    client.post(f"/ratings/new/{case.number}/", {"grade": "1"})
    assert not Rating.objects.exists()


def test_strangers_and_clerks_cannot_open_the_form(client, scene, delivered):
    for user in (make_user(), scene.clerk, scene.reviewer):
        client.force_login(user)
        assert client.get(f"/ratings/new/{delivered.number}/").status_code == 404
    client.logout()
    assert client.get(f"/ratings/new/{delivered.number}/").status_code == 302


def test_clerk_answers(client, scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    client.force_login(scene.clerk)
    assert client.get(f"/ratings/{rating.pk}/").context["form"] is not None
    page = client.post(f"/ratings/{rating.pk}/", {"answer": "", "called_back_on": ""})
    assert set(page.context["form"].errors) == {"answer", "called_back_on"}
    answer = client.post(
        f"/ratings/{rating.pk}/", {"answer": "已回访", "called_back_on": today().isoformat()}, follow=True
    )
    assert answer.status_code == 200
    rating.refresh_from_db()
    assert rating.answer == "已回访"


def test_second_clerk_reads_that_someone_was_faster(client, scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    data = {"answer": "已回访", "called_back_on": today().isoformat()}
    client.force_login(scene.clerk)
    client.post(f"/ratings/{rating.pk}/", data)
    client.force_login(scene.colleague)
    page = client.post(f"/ratings/{rating.pk}/", {**data, "answer": "又一次"})
    assert page.context["form"].non_field_errors()
    rating.refresh_from_db()
    assert rating.answer == "已回访"


def test_owner_reads_but_cannot_answer(client, scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    client.force_login(scene.owner)
    assert client.get(f"/ratings/{rating.pk}/").context["form"] is None
    page = client.post(f"/ratings/{rating.pk}/", {"answer": "x", "called_back_on": today().isoformat()})
    assert page.status_code == 404
    rating.refresh_from_db()
    assert rating.answered_at is None


def test_stranger_sees_no_rating(client, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=1)
    client.force_login(make_user())
    assert client.get(f"/ratings/{rating.pk}/").status_code == 404
    assert client.get("/ratings/").context["count"] == 0


def test_list_shows_waiting_ones_first(client, scene, owner):
    good, bad, newest = (scene.delivered() for _ in range(3))
    rate_case(actor=owner, case=good, grade=1)
    waiting = rate_case(actor=owner, case=bad, grade=5)
    rate_case(actor=owner, case=newest, grade=3)
    client.force_login(scene.clerk)
    page = client.get("/ratings/")
    assert [row.case_id for row in page.context["page_obj"]] == [bad.pk, newest.pk, good.pk]
    assert page.context["waiting"] == 1
    assert [row.pk for row in client.get("/ratings/?state=waiting").context["page_obj"]] == [waiting.pk]
    assert [row.case_id for row in client.get("/ratings/?grade=3").context["page_obj"]] == [newest.pk]


def test_list_costs_the_same_for_many_rows(client, scene):
    client.force_login(scene.clerk)
    make_rating(scene.delivered(), scene.owner)
    client.get("/ratings/")
    with CaptureQueriesContext(connection) as one:
        client.get("/ratings/")
    for _ in range(9):
        make_rating(scene.delivered(), scene.owner)
    with CaptureQueriesContext(connection) as many:
        client.get("/ratings/")
    assert len(many) == len(one)


def test_api_shows_what_the_page_shows(client, scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    assert client.get("/api/v1/ratings/").status_code in (401, 403)
    client.force_login(make_user())
    assert client.get("/api/v1/ratings/").json()["count"] == 0
    assert client.get(f"/api/v1/ratings/{rating.pk}/").status_code == 404
    client.force_login(scene.owner)
    (row,) = client.get("/api/v1/ratings/?waiting=true").json()["results"]
    assert (row["case"], row["grade"]) == (delivered.number, 4)
    assert client.get("/api/v1/ratings/?waiting=false").json()["count"] == 0
    assert client.get("/api/v1/ratings/?grade=1").json()["count"] == 0
    assert client.post("/api/v1/ratings/", {}).status_code in (403, 405)


def test_api_costs_the_same_for_many_rows(client, scene):
    client.force_login(scene.clerk)
    make_rating(scene.delivered(), scene.owner)
    client.get("/api/v1/ratings/")
    with CaptureQueriesContext(connection) as one:
        client.get("/api/v1/ratings/")
    for _ in range(4):
        make_rating(scene.delivered(), scene.owner)
    with CaptureQueriesContext(connection) as many:
        client.get("/api/v1/ratings/")
    assert len(many) == len(one)
