"""Opening, renewing and revoking feeds: one address at a time, on record without its token."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from common.errors import NotAllowed, Stale
from common.time import now
from deadlines import feeds, services
from deadlines.models import Feed
from deadlines.models.feed import new_token
from deadlines.rules import may_follow_department, may_have_feeds
from ledger.models import Entry
from ledger.selectors import timeline
from tests.deadlines.conftest import Office
from tests.deadlines.test_sweep_together import together
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock

pytestmark = pytest.mark.django_db


def acts(feed: Feed) -> list[str]:
    return [entry.act for entry in timeline(("deadlines.feed", feed.pk))]


@pytest.fixture
def reviewer(office: Office) -> Actor:
    return Actor(office.reviewer)


@pytest.fixture
def head(office: Office) -> Actor:
    return Actor(office.head)


def test_tokens_are_long_and_fit_into_an_address() -> None:
    tokens = {new_token() for _number in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)


@pytest.mark.parametrize("of_department", [False, True])
def test_the_database_holds_one_unrevoked_feed_for_each_thing(office: Office, of_department: bool) -> None:
    fields = {"owner": office.head, "department": office.department if of_department else None, "created_at": now()}
    Feed.objects.create(token="a", revoked_at=now(), **fields)
    Feed.objects.create(token="b", **fields)
    with pytest.raises(IntegrityError, match="one_unrevoked_feed"), transaction.atomic():
        Feed.objects.create(token="c", **fields)
    Feed.objects.create(token="c", **{**fields, "department": office.hall})


def test_opening_twice_gives_the_same_feed_and_one_entry(reviewer: Actor) -> None:
    first = services.open_feed(actor=reviewer)
    second = services.open_feed(actor=reviewer)
    assert (first, first.token) == (second, second.token)
    assert acts(first) == ["feed.opened"]


def test_own_and_department_feed_stand_beside_each_other(head: Actor, office: Office) -> None:
    own = services.open_feed(actor=head)
    whole = services.open_feed(actor=head, department_id=office.department.pk)
    assert own.token != whole.token
    assert list(Feed.objects.visible_to(head.user)) == [own, whole]
    assert list(Feed.objects.visible_to(office.reviewer)) == []


def test_a_renewed_feed_has_another_address_and_the_old_one_is_dead(reviewer: Actor) -> None:
    old = services.open_feed(actor=reviewer)
    fresh = services.renew_feed(actor=reviewer, feed_id=old.pk)
    assert (feeds.find(old.token), feeds.find(fresh.token)) == (None, fresh)
    assert acts(fresh) == ["feed.renewed"]
    assert timeline(("deadlines.feed", fresh.pk)).get().data["replaces"] == old.pk


def test_a_double_click_on_renewing_renews_once(reviewer: Actor) -> None:
    old = services.open_feed(actor=reviewer)
    fresh = services.renew_feed(actor=reviewer, feed_id=old.pk)
    assert services.renew_feed(actor=reviewer, feed_id=old.pk) == fresh
    assert Feed.objects.count() == 2


def test_a_revoked_feed_cannot_be_renewed(reviewer: Actor) -> None:
    feed = services.open_feed(actor=reviewer)
    services.revoke_feed(actor=reviewer, feed_id=feed.pk)
    with pytest.raises(Stale):
        services.renew_feed(actor=reviewer, feed_id=feed.pk)


def test_revoking_twice_is_one_act_and_opening_again_gives_a_new_address(reviewer: Actor) -> None:
    feed = services.open_feed(actor=reviewer)
    services.revoke_feed(actor=reviewer, feed_id=feed.pk)
    services.revoke_feed(actor=reviewer, feed_id=feed.pk)
    assert acts(feed) == ["feed.opened", "feed.revoked"]
    again = services.open_feed(actor=reviewer)
    assert again.token != feed.token
    assert feeds.find(feed.token) is None


def test_revoking_what_was_renewed_elsewhere_says_that_an_address_lives(reviewer: Actor) -> None:
    old = services.open_feed(actor=reviewer)
    fresh = services.renew_feed(actor=reviewer, feed_id=old.pk)
    with pytest.raises(Stale):
        services.revoke_feed(actor=reviewer, feed_id=old.pk)
    assert feeds.find(fresh.token) == fresh


def test_nobody_touches_the_feed_of_somebody_else(reviewer: Actor, head: Actor) -> None:
    feed = services.open_feed(actor=reviewer)
    for act in (services.renew_feed, services.revoke_feed):
        with pytest.raises(NotAllowed):
            act(actor=head, feed_id=feed.pk)
    assert feeds.find(feed.token) == feed


def test_the_hall_itself_has_no_feed() -> None:
    with pytest.raises(NotAllowed):
        services.open_feed(actor=Actor.system())


def test_no_token_is_on_record(head: Actor, office: Office) -> None:
    for department_id in (None, office.department.pk):
        feed = services.open_feed(actor=head, department_id=department_id)
        fresh = services.renew_feed(actor=head, feed_id=feed.pk)
        services.revoke_feed(actor=head, feed_id=fresh.pk)
    rows = json.dumps(list(Entry.objects.filter(subject_type="deadlines.feed").values("act", "data")))
    tokens = list(Feed.objects.values_list("token", flat=True))
    assert len(tokens) == 4
    assert [token for token in tokens if token in rows] == []


@pytest.mark.parametrize(
    ("role", "own", "elsewhere"),
    [
        (Role.REVIEWER, False, False),
        (Role.APPROVER, False, False),
        (Role.CLERK, False, False),
        (Role.ADMINISTRATOR, False, False),
        (Role.HEAD, True, False),
        (Role.DIRECTOR, True, True),
        (Role.LEADER, True, True),
        (Role.SUPERVISOR, True, True),
    ],
)
def test_who_may_follow_a_department(db: None, role: str, own: bool, elsewhere: bool) -> None:
    department, other = make_department(), make_department()
    user = make_user()
    make_post(user, department, role)
    assert (may_follow_department(user, department.pk), may_follow_department(user, other.pk)) == (own, elsewhere)
    assert [row in feeds.departments_for(user) for row in (department, other)] == [own, elsewhere]
    if not own:
        with pytest.raises(NotAllowed):
            services.open_feed(actor=Actor(user), department_id=department.pk)


def test_who_may_have_feeds(office: Office) -> None:
    closed = make_user(is_active=False)
    make_post(closed, office.department, Role.HEAD)
    assert [may_have_feeds(user) for user in (office.reviewer, make_user(), closed)] == [True, False, False]
    assert not may_follow_department(closed, office.department.pk)
    with pytest.raises(NotAllowed):
        services.open_feed(actor=Actor(make_user()))


def test_last_read_is_written_once_an_hour(reviewer: Actor) -> None:
    feed = services.open_feed(actor=reviewer)
    assert services.mark_feed_read(feed=feed)
    # Another process that had loaded the row before does not write again either.
    assert not services.mark_feed_read(feed=feed)
    feed.refresh_from_db()
    assert not services.mark_feed_read(feed=feed)
    Feed.objects.update(last_read_at=now() - timedelta(hours=1, seconds=1))
    feed.refresh_from_db()
    assert services.mark_feed_read(feed=feed)


# Which duties


def shown(feed: Feed) -> list[str]:
    found = feeds.find(feed.token)
    return [] if found is None else [clock.title for clock in feeds.clocks_of(found)]


def test_own_duties_are_those_handled_and_those_that_wait_in_ones_posts(reviewer: Actor, office: Office) -> None:
    colleague, closed = make_user(), make_user(is_active=False)
    elsewhere = make_department()
    post = {"department": office.department, "role": Role.REVIEWER}
    make_clock(title="mine", handler=office.reviewer, department=elsewhere, role=Role.CLERK)
    make_clock(title="untaken", **post)
    make_clock(title="any department", role=Role.REVIEWER)
    make_clock(title="of a closed account", handler=closed, **post)
    make_clock(title="taken by a colleague", handler=colleague, **post)
    make_clock(title="another role", department=office.department, role=Role.APPROVER)
    make_clock(title="another department", department=elsewhere, role=Role.REVIEWER)
    make_clock(title="no role", department=office.department)
    done = make_clock(title="done", **post)
    services.finish(clock_id=done.pk)
    feed = services.open_feed(actor=reviewer)
    assert sorted(shown(feed)) == ["any department", "mine", "of a closed account", "untaken"]


def test_a_post_that_ended_takes_its_untaken_duties_with_it(reviewer: Actor, office: Office) -> None:
    make_clock(title="untaken", department=office.department, role=Role.REVIEWER)
    make_clock(title="mine", handler=office.reviewer)
    feed = services.open_feed(actor=reviewer)
    Post.objects.filter(user=office.reviewer).update(ends_on="2020-02-01")
    assert shown(feed) == []
    make_post(office.reviewer, office.hall, Role.CLERK)
    assert shown(feed) == ["mine"]


def test_a_department_shows_all_that_is_open_in_it_by_due_date(head: Actor, office: Office) -> None:
    make_clock(title="later", department=office.department, promised=9, handler=office.reviewer)
    make_clock(title="sooner", department=office.department, promised=2)
    make_clock(title="elsewhere", department=office.hall)
    feed = services.open_feed(actor=head, department_id=office.department.pk)
    assert shown(feed) == ["sooner", "later"]


def test_what_is_furthest_ahead_is_left_out_beyond_the_cap(
    head: Actor, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 2)
    for days in (9, 1, 5):
        make_clock(title=str(days), department=office.department, promised=days)
    assert shown(services.open_feed(actor=head, department_id=office.department.pk)) == ["1", "5"]


@pytest.mark.parametrize("loss", ["post ended", "account closed", "only another post left"])
def test_lost_rights_are_seen_at_the_next_read(head: Actor, office: Office, loss: str) -> None:
    feed = services.open_feed(actor=head, department_id=office.department.pk)
    assert feeds.find(feed.token) == feed
    if loss == "account closed":
        User.objects.filter(pk=office.head.pk).update(is_active=False)
    else:
        Post.objects.filter(user=office.head).update(ends_on="2020-02-01")
    if loss == "only another post left":
        make_post(office.head, office.department, Role.REVIEWER)
    assert feeds.find(feed.token) is None


def test_somebody_who_lost_the_right_may_revoke_but_not_renew(head: Actor, office: Office) -> None:
    feed = services.open_feed(actor=head, department_id=office.department.pk)
    Post.objects.filter(user=office.head).update(role=Role.REVIEWER)
    later = Actor(User.objects.get(pk=office.head.pk))
    with pytest.raises(NotAllowed):
        services.renew_feed(actor=later, feed_id=feed.pk)
    assert services.revoke_feed(actor=later, feed_id=feed.pk).revoked_at is not None


# Two connections


@pytest.fixture
def committed_head(committed_office: Office) -> tuple[Actor, Department]:
    return Actor(committed_office.head), committed_office.department


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_department", [False, True])
def test_two_connections_that_open_at_once_get_one_feed(
    committed_head: tuple[Actor, Department], of_department: bool
) -> None:
    actor, department = committed_head
    department_id = department.pk if of_department else None
    found: list[str] = []
    failures = together(
        *(lambda: found.append(services.open_feed(actor=actor, department_id=department_id).token) for _ in range(4))
    )
    assert failures == []
    feed = Feed.objects.get()
    assert found == [feed.token] * 4
    assert acts(feed) == ["feed.opened"]


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_renew_at_once_get_one_new_address(committed_head: tuple[Actor, Department]) -> None:
    actor, _department = committed_head
    old = services.open_feed(actor=actor)
    found: list[str] = []
    failures = together(
        *(lambda: found.append(services.renew_feed(actor=actor, feed_id=old.pk).token) for _ in range(4))
    )
    assert failures == []
    fresh = Feed.objects.unrevoked().get()
    assert found == [fresh.token] * 4
    assert Feed.objects.count() == 2
