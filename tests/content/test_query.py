"""The public query: what it tells, what it keeps to itself, how often one may guess."""

from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from common.display import ZONE
from content import limiter, public_query
from content.models import QueryFailure
from deadlines.models import Clock

pytestmark = pytest.mark.django_db


def ask(client, number, code, address="203.0.113.7", path="/query/"):
    return client.get(path, {"number": number, "code": code}, REMOTE_ADDR=address)


def test_number_and_code_show_where_the_case_stands(client, case):
    page = ask(client, case.number, case.query_code)
    assert page.status_code == 200
    found = page.context["found"]
    assert (found.number, found.status, found.matter) == (case.number, "received", case.matter.label)
    assert (found.department, found.stage) == (case.department.label, case.matter.get_stage_display())
    assert found.light in ("green", "yellow")
    assert found.due_on is not None
    assert found.next_step


@pytest.mark.parametrize(
    "status",
    [
        "received",
        "correcting",
        "published",
        "accepted",
        "reviewing",
        "decided",
        "issued",
        "delivered",
        "not_accepted",
        "withdrawn",
    ],
)
def test_nothing_personal_in_any_state(client, scene, status):
    case = scene.in_state(status)
    page, api = (
        ask(client, case.number, case.query_code),
        ask(client, case.number, case.query_code, path="/api/v1/query/"),
    )
    assert (page.status_code, api.status_code) == (200, 200)
    secrets = [
        scene.enterprise.name, scene.enterprise.credit_code, scene.enterprise.legal_representative,
        case.project.name, case.project.contact_name, case.project.contact_phone, case.project.location,
        scene.owner.name, scene.clerk.name, scene.reviewer.name, scene.approver.name, scene.head.name,
    ]  # fmt: skip
    for text in (page.content.decode(), api.content.decode()):
        assert [secret for secret in secrets if secret and secret in text] == []
    assert set(api.json()) == {
        "number", "matter", "matter_code", "stage", "department", "status", "status_text", "light", "due_on",
        "provisional", "days_left", "unit", "received_on", "next_step", "special", "stopped_on", "resumes_on",
        "extended", "extension_reason",
    }  # fmt: skip


def test_wrong_number_and_wrong_code_get_the_same_answer(client, case):
    wrong_code = ask(client, case.number, "22222222", "203.0.113.1")
    wrong_number = ask(client, "BJ20260000000", case.query_code, "203.0.113.2")
    assert wrong_code.status_code == wrong_number.status_code == 404

    def body(response, number, code):
        # What the visitor typed and the form's one-time token differ, nothing else.
        text = response.content.decode().replace(number, "N").replace(code, "C")
        return [line for line in text.splitlines() if "csrf" not in line.lower() and "next" not in line]

    assert body(wrong_code, case.number, "22222222") == body(wrong_number, "BJ20260000000", case.query_code)
    api = [
        ask(client, *pair, path="/api/v1/query/")
        for pair in ((case.number, "22222222"), ("BJ20260000000", case.query_code))
    ]
    assert api[0].content == api[1].content
    assert api[0].status_code == api[1].status_code == 404


def test_codes_may_be_typed_as_people_type(case):
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in case.query_code)
    for number, code in (
        (case.number.lower(), case.query_code.lower()),
        (f" {case.number} ", f"{case.query_code[:4]} {case.query_code[4:]}"),
        (case.number, full_width),
    ):
        assert public_query.find(number, code) is not None
    assert public_query.find(case.number, case.query_code[:-1]) is None
    assert public_query.find(case.number, "") is None
    assert public_query.find("", public_query.NO_CODE) is None


def test_light_follows_the_clock(case):
    clock = case.clock
    for due, expected in ((timedelta(days=9), "green"), (-timedelta(days=1), "red")):
        Clock.objects.filter(pk=clock.pk).update(
            starts_at=clock.starts_at - timedelta(days=20),
            warn_at=clock.starts_at + due - timedelta(hours=1),
            due_at=clock.starts_at + due,
            lawful_due_at=clock.starts_at + timedelta(days=30),
        )
        assert public_query.find(case.number, case.query_code).light == expected
    assert public_query.find(case.number, case.query_code).days_left < 0


def test_overdue_on_a_day_off_is_not_due_today(case, hall_clock):
    friday = datetime(2026, 11, 20, 23, 59, 59, tzinfo=ZONE)
    Clock.objects.filter(pk=case.clock_id).update(
        starts_at=friday - timedelta(days=3),
        warn_at=friday - timedelta(days=1),
        due_at=friday,
        lawful_due_at=friday + timedelta(days=30),
    )
    hall_clock.set(datetime(2026, 11, 20, 12, tzinfo=ZONE))
    found = public_query.find(case.number, case.query_code)
    assert (found.light, found.days_left) == ("yellow", 0)
    hall_clock.set(datetime(2026, 11, 21, 12, tzinfo=ZONE))
    found = public_query.find(case.number, case.query_code)
    assert (found.light, found.days_left) == ("red", None)
    hall_clock.set(datetime(2026, 11, 23, 12, tzinfo=ZONE))
    assert public_query.find(case.number, case.query_code).days_left == -1


def test_finished_case_says_whether_it_was_in_time(scene):
    case = scene.delivered()
    assert public_query.find(case.number, case.query_code).light == "done"
    Clock.objects.filter(pk=case.clock_id).update(outcome="late", breached_at=case.clock.due_at)
    assert public_query.find(case.number, case.query_code).light == "late"


def test_eleventh_wrong_try_from_an_address_must_wait(client, case):
    for _ in range(limiter.PER_ADDRESS.failures):
        assert ask(client, "BJ1", "wrong").status_code == 404
    refused = ask(client, case.number, case.query_code)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "found" not in refused.context
    assert ask(client, case.number, case.query_code, "203.0.113.8").status_code == 200


def test_waiting_ends_with_the_minute(client, case, hall_clock):
    for _ in range(limiter.PER_ADDRESS.failures):
        ask(client, "BJ1", "wrong")
    hall_clock.travel(seconds=61)
    assert ask(client, case.number, case.query_code).status_code == 200


def test_right_answers_are_never_counted(client, case):
    for _ in range(3 * limiter.PER_ADDRESS.failures):
        assert ask(client, case.number, case.query_code).status_code == 200
    assert not QueryFailure.objects.exists()


def test_number_is_guarded_against_many_addresses(client, case, hall_clock):
    for turn in range(limiter.PER_NUMBER.failures):
        assert ask(client, case.number, "22222222", f"203.0.113.{turn}").status_code == 404
    refused = ask(client, case.number, case.query_code, "198.51.100.1")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 3600
    hall_clock.travel(hours=1)
    assert ask(client, case.number, case.query_code, "198.51.100.1").status_code == 200


def test_api_shares_the_counters(client, case):
    for _ in range(limiter.PER_ADDRESS.failures // 2):
        ask(client, "BJ1", "wrong")
        ask(client, "BJ1", "wrong", path="/api/v1/query/")
    refused = ask(client, case.number, case.query_code, path="/api/v1/query/")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_no_address_and_no_number_is_kept(client):
    ask(client, "BJ20261234567", "wrong", "203.0.113.99")
    kept = " ".join(QueryFailure.objects.values_list("key", flat=True))
    assert "203.0.113.99" not in kept
    assert "BJ20261234567" not in kept
    assert QueryFailure.objects.count() == 2


def test_old_counters_go(client, hall_clock):
    ask(client, "BJ1", "wrong")
    hall_clock.travel(hours=26)
    ask(client, "BJ2", "wrong")
    assert QueryFailure.objects.count() == 2


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (1, "", "9.9.9.9"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, trusted, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    request = RequestFactory().get("/", REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert limiter.address_of(request) == expected


def test_incomplete_form_is_not_a_try(client):
    page = client.get("/query/?number=BJ1&code=")
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"code"}
    assert client.get("/api/v1/query/?number=BJ1").status_code == 400
    assert not QueryFailure.objects.exists()


def test_link_from_the_receipt_fills_in_the_number(client):
    page = client.get("/query/?number=BJ20260000001")
    assert page.context["form"].initial == {"number": "BJ20260000001"}
    assert not page.context["form"].is_bound


def test_answer_is_not_kept_by_caches(client, case):
    assert "no-store" in ask(client, case.number, case.query_code).headers["cache-control"]


def test_every_status_says_what_happens_next():
    from approvals.models import Case

    with override("en"):
        assert set(public_query.NEXT) == set(Case.Status)
