"""Bulk reassignment: who gets in, filters in the address, preview, result, constant query counts."""

import pytest
from django.db import connection

from accounts.models import Role
from deadlines.models import Clock, Handover
from deadlines.services import finish_many
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db
URL = "/deadlines/reassign/"


@pytest.fixture
def colleague(office):
    user = make_user("colleague", name="同事孙")
    make_post(user, office.department, Role.REVIEWER)
    return user


def make_duty(office, **fields):
    return make_clock(**{"handler": office.reviewer, "department": office.department, "role": Role.REVIEWER, **fields})


def of(user):
    return f"{URL}?held_by={user.pk}"


def answers(clocks, to, step="preview", **fields):
    return {"step": step, "clocks": [clock.pk for clock in clocks], "to_user": to.pk, "note": "工作调整", **fields}


def shown(response):
    return [(row.clock, row.result) for row in response.context["rows"]]


def test_who_gets_in(client, office):
    assert client.get(URL).status_code == 302
    for user in (make_user(), office.reviewer):
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert client.post(URL).status_code == 403
    for user in (office.head, office.director, office.administrator):
        client.force_login(user)
        assert client.get(URL).status_code == 200


def test_a_head_sees_the_own_department_the_director_all(client, office, colleague):
    mine, other = make_duty(office), make_duty(office, department=make_department())
    client.force_login(office.head)
    response = client.get(of(office.reviewer))
    assert list(response.context["page_obj"]) == [mine]
    assert str(other.pk) not in response.content.decode()
    client.force_login(office.director)
    assert set(client.get(of(office.reviewer)).context["page_obj"]) == {mine, other}


def test_filters_stand_in_the_address(client, office, colleague, hall_clock):
    step, free = make_duty(office), make_duty(office, handler=None)
    visit = make_duty(office, kind="visit", promised=1)
    done = make_duty(office)
    finish_many(clock_ids=[done.pk])
    hall_clock.travel(days=5)
    client.force_login(office.head)

    def rows(query):
        return set(client.get(f"{URL}{query}").context["page_obj"])

    me = f"?held_by={office.reviewer.pk}"
    assert rows("") == set()
    start = client.get(URL).content.decode()
    assert f'href="?held_by={office.reviewer.pk}"' in start
    assert 'href="?held_by=nobody"' in start
    assert rows(me) == {step, visit}
    assert rows("?held_by=nobody") == {free}
    assert rows(f"{me}&kind=visit") == {visit}
    assert rows(f"{me}&light=red") == {visit}
    assert rows(f"{me}&department={office.department.pk}") == {step, visit}
    assert rows("?held_by=nonsense") == set()
    choices = client.get(URL).context["filter_form"].fields["held_by"].choices
    assert [key for key, _label in choices] == ["", str(office.reviewer.pk), "nobody"]
    assert [label[-3:] for _key, label in choices[1:]] == ["（2）", "（1）"]


def test_offers_only_who_could_have_one(client, office, colleague):
    away = make_user()
    make_post(away, office.department, Role.REVIEWER)
    make_absence(away, colleague)
    make_duty(office)
    client.force_login(office.head)
    offered = [key for key, _label in client.get(of(office.reviewer)).context["form"].fields["to_user"].choices]
    assert set(offered) == {"", str(office.reviewer.pk), str(colleague.pk)}


def test_preview_then_result_then_the_second_click(client, office, colleague):
    first, second, third = (make_duty(office) for _ in range(3))
    client.force_login(office.head)
    response = client.post(of(office.reviewer), answers([first, second], colleague))
    assert shown(response) == [(first, "possible"), (second, "possible")]
    assert "改派 2 项待办" in response.content.decode()
    assert Handover.objects.count() == 0
    finish_many(clock_ids=[second.pk])
    for results in (["done", "refused"], ["already", "refused"]):
        response = client.post(of(office.reviewer), answers([first, second], colleague, "do"))
        assert [result for _clock, result in shown(response)] == results
    assert set(Clock.objects.filter(handler=colleague)) == {first}
    assert Clock.objects.get(pk=third.pk).handler == office.reviewer


def test_all_of_the_list(client, office, colleague):
    clocks = [make_duty(office) for _ in range(60)]
    make_duty(office, handler=office.head)
    client.force_login(office.head)
    assert len(client.get(of(office.reviewer)).context["page_obj"]) == 50
    response = client.post(of(office.reviewer), answers([], colleague, everything="on"))
    assert {clock for clock, _result in shown(response)} == set(clocks)


def test_preview_says_which_cannot(client, office, colleague):
    fine, elsewhere = make_duty(office), make_duty(office, department=make_department())
    taken, theirs = make_duty(office, handler=office.head), make_duty(office, handler=colleague)
    client.force_login(office.director)
    response = client.post(of(office.reviewer), answers([fine, elsewhere, taken, theirs], colleague))
    assert dict(shown(response)) == {fine: "possible", elsewhere: "refused", taken: "refused", theirs: "already"}
    page = response.content.decode()
    assert "同事孙没有承办该项待办的岗位。" in page
    assert page.count('name="clocks"') == 1
    make_absence(colleague, office.reviewer)
    response = client.post(of(office.reviewer), answers([fine], colleague))
    assert shown(response) == [(fine, "refused")]
    assert "以上待办均不能改派" in response.content.decode()


def test_what_is_missing_is_said_and_what_was_checked_stays(client, office, colleague):
    clock = make_duty(office)
    client.force_login(office.head)
    response = client.post(of(office.reviewer), answers([clock], colleague, note="", to_user=""))
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"note", "to_user"}
    assert f'value="{clock.pk}" id="clock-{clock.pk}" checked' in response.content.decode()
    response = client.post(of(office.reviewer), answers([], colleague))
    assert set(response.context["form"].errors) == {"clocks"}


@pytest.mark.parametrize("clocks", [["x"], ["0192f0c0-0000-7000-8000-000000000000"]])
def test_nonsense_is_refused(client, office, colleague, clocks):
    make_duty(office)
    client.force_login(office.head)
    for step in ("preview", "do"):
        response = client.post(of(office.reviewer), {**answers([], colleague, step), "clocks": clocks})
        assert response.status_code == 400


def test_duties_of_others_are_none(client, office, colleague):
    """A head who posts a foreign clock's id learns nothing about it."""
    foreign = make_duty(office, department=make_department(), title="外局机密办件")
    make_duty(office)
    client.force_login(office.head)
    for step in ("preview", "do"):
        response = client.post(of(office.reviewer), answers([foreign], colleague, step))
        assert response.status_code == 400
        assert "外局机密办件" not in response.content.decode()
    assert Handover.objects.count() == 0


def queries(client, url, data=None):
    ask = (lambda: client.post(url, data)) if data else (lambda: client.get(url))
    ask()
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


def test_list_and_preview_cost_the_same_for_many(client, office, colleague):
    client.force_login(office.head)
    url = of(office.reviewer)
    clocks = [make_duty(office)]
    costs = queries(client, url), queries(client, url, answers(clocks, colleague))
    for _ in range(8):
        clocks.append(make_duty(office))
        person = make_user()
        make_post(person, office.department, Role.REVIEWER)
        make_duty(office, handler=person)
    assert (queries(client, url), queries(client, url, answers(clocks, colleague))) == costs
