"""The page of absences: who gets in, who is offered, what is refused, constant query counts."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Absence, Role
from common.time import today
from deadlines.models import Clock
from deadlines.tasks import stand_in
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db
URL = "/deadlines/absences/"


def day(offset):
    return (today() + timedelta(days=offset)).isoformat()


@pytest.fixture
def substitute(office):
    user = make_user("substitute", name="顶岗王")
    make_post(user, office.department, Role.REVIEWER, is_substitute=True)
    return user


def answers(substitute, **fields):
    return {
        "kind": "annual", "starts_on": day(0), "ends_on": day(3), "substitute": substitute.pk, "note": "", **fields,
    }  # fmt: skip


def test_only_staff(client, office):
    assert client.get(URL).status_code == 302
    client.force_login(make_user())
    assert client.get(URL).status_code == 403
    for user in (office.reviewer, office.head, office.director, office.administrator):
        client.force_login(user)
        assert client.get(URL).status_code == 200


def test_entered_by_oneself_takes_effect(client, office, substitute):
    clock = make_clock(handler=office.reviewer, department=office.department, role=Role.REVIEWER)
    client.force_login(office.reviewer)
    response = client.post(URL, answers(substitute), follow=True)
    assert response.redirect_chain == [(URL, 302)]
    page = response.content.decode()
    assert "不在岗" in page
    assert "顶岗王" in page
    stand_in()
    assert Clock.objects.get(pk=clock.pk).handler == substitute


def test_only_possible_substitutes_are_offered(client, office, substitute):
    elsewhere = make_user()
    make_post(elsewhere, make_department(), Role.REVIEWER)
    client.force_login(office.reviewer)
    form = client.get(URL).context["form"]
    assert list(form.fields["substitute"].queryset) == [substitute]
    response = client.post(URL, answers(elsewhere))
    assert response.status_code == 400
    assert Absence.objects.count() == 0


def test_nobody_to_stand_in_says_so(client, office):
    client.force_login(office.director)
    page = client.get(URL).content.decode()
    assert "暂无可顶岗人员" in page
    assert 'name="starts_on"' not in page


def test_refusals_stand_at_their_fields(client, office, substitute):
    client.force_login(office.reviewer)
    response = client.post(URL, answers(substitute, starts_on=day(-1), ends_on=day(-2)))
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"starts_on", "ends_on"}
    make_absence(office.reviewer, substitute)
    response = client.post(URL, answers(substitute))
    # No field for the person: on top.
    assert set(response.context["form"].errors) == {"__all__"}


def test_head_enters_for_own_people_only(client, office, substitute):
    stranger = make_user()
    make_post(stranger, make_department(), Role.REVIEWER)
    client.force_login(office.head)
    assert client.get(f"{URL}?person={stranger.pk}").status_code == 404
    assert client.get(f"{URL}?person=x").status_code == 404
    assert client.post(f"{URL}?person={office.reviewer.pk}", answers(substitute)).status_code == 302
    absence = Absence.objects.get()
    assert (absence.user, absence.entered_by) == (office.reviewer, office.head)
    client.force_login(office.reviewer)
    assert client.get(f"{URL}?person={substitute.pk}").status_code == 404


def test_cancel_and_end(client, office, substitute):
    stranger = make_user()
    make_post(stranger, make_department(), Role.HEAD)
    for name in ("cancel", "end"):
        absence = make_absence(office.reviewer, substitute)
        address = f"{URL}{absence.pk}/{name}/"
        client.force_login(stranger)
        assert client.post(address).status_code == 404
        # He sees it, yet it is not his to end.
        client.force_login(substitute)
        assert client.post(address).status_code == 403
        client.force_login(office.reviewer)
        assert client.get(address).status_code == 405
        assert client.post(address).status_code == 302
        absence.refresh_from_db()
        assert not absence.is_on(today())
        assert "已有他人" in client.post(address, follow=True).content.decode()


def test_who_stands_in_today_is_known_in_the_department(client, office, substitute):
    third = make_user()
    make_post(third, office.department, Role.APPROVER)
    absence = make_absence(office.reviewer, substitute, note="私事")
    elsewhere = make_user()
    make_post(elsewhere, make_department(), Role.REVIEWER)
    for user, shown in ((third, [absence]), (elsewhere, []), (office.director, [absence])):
        client.force_login(user)
        response = client.get(URL)
        assert list(response.context["today"]) == shown
        # Why somebody is away stays between the person and the head.
        assert "私事" not in response.content.decode()
    client.force_login(office.head)
    assert "私事" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("role", "desk"), [(Role.REVIEWER, "/review/"), (Role.CLERK, "/desk/"), (Role.OFFICER, "/visits/")]
)
def test_work_pages_say_who_stands_in(client, office, role, desk):
    person, other = make_user(name="休假李"), make_user(name="顶岗王")
    for one in (person, other):
        make_post(one, office.department, role)
    make_absence(person, other)
    for user, said in ((person, "顶岗王"), (other, "您正在为休假李顶岗")):
        client.force_login(user)
        text = client.get(desk).content.decode()
        assert said in text
        assert URL + '">请假与顶岗</a></p>' in text
    third = make_user()
    make_post(third, office.department, role)
    client.force_login(third)
    assert URL + '">请假与顶岗</a></p>' not in client.get(desk).content.decode()


def queries(client):
    client.get(URL)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL).status_code == 200
    return len(captured)


def test_costs_the_same_for_many(client, office, substitute):
    client.force_login(office.head)
    make_absence(office.reviewer, substitute)
    make_absence(office.head, substitute)
    one = queries(client)
    for _ in range(6):
        person = make_user()
        make_post(person, office.department, Role.REVIEWER)
        make_absence(person, substitute)
        make_absence(office.head, substitute, starts_on=day(20 + _), ends_on=day(20 + _))
    assert queries(client) == one
