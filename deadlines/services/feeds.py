"""Opening, renewing and revoking calendar feeds. The token never enters the ledger."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor
from accounts.models import User
from common.errors import NotAllowed, Stale
from common.time import now
from deadlines.models import Feed
from deadlines.models.feed import new_token
from deadlines.rules import may_follow_department, may_have_feeds
from ledger.services import record

# Calendar programs ask every few minutes; "last read" for people needs no more than this.
READ_MARK_EVERY = timedelta(hours=1)


@transaction.atomic
def open_feed(*, actor: Actor, department_id: int | None = None) -> Feed:
    """The actor's feed of his own duties, or of a department's; one that is open already is returned as it is.

    Raises NotAllowed for whoever holds no post, or none that lets him follow the department.
    """
    _authorise(actor.person, department_id)
    # The partial unique constraint decides between two connections: the second waits, then reads the first's row.
    feed, created = Feed.objects.get_or_create(  # type: ignore[misc]  # the plugin forgets looking up null
        owner=actor.person,
        department_id=department_id,
        revoked_at=None,
        defaults={"created_at": now(), "token": new_token()},
    )
    if created:
        _record(actor, feed, "feed.opened")
    return feed


@transaction.atomic
def renew_feed(*, actor: Actor, feed_id: int) -> Feed:
    """Give the feed a new address and return the new row; the old address is dead from here on.

    Of a feed that has been renewed already (a double click) the present one is returned, and nothing is
    written. Raises Stale when there is none any more, NotAllowed when the feed is somebody else's or the
    right to it has been lost.
    """
    old = _lock(actor, feed_id)
    _authorise(actor.person, old.department_id)
    if old.revoked_at is not None:
        present = _present(old)
        if present is None:
            raise Stale
        return present
    moment = now()
    _end(old, moment)
    fresh = Feed.objects.create(
        owner_id=old.owner_id, department_id=old.department_id, created_at=moment, token=new_token()
    )
    _record(actor, fresh, "feed.renewed", replaces=old.pk)
    return fresh


@transaction.atomic
def revoke_feed(*, actor: Actor, feed_id: int) -> Feed:
    """Let the address die. Revoking twice changes nothing; a lost post does not stand in the way.

    Raises Stale when the feed has got another address meanwhile, which would stay alive unnoticed.
    """
    feed = _lock(actor, feed_id)
    if feed.revoked_at is None:
        _end(feed, now())
        _record(actor, feed, "feed.revoked")
    elif _present(feed) is not None:
        raise Stale
    return feed


def mark_feed_read(*, feed: Feed) -> bool:
    """Keep when the feed was last read, at most once in ``READ_MARK_EVERY``; was it written?"""
    moment = now()
    limit = moment - READ_MARK_EVERY
    if feed.last_read_at is not None and feed.last_read_at > limit:
        return False
    unmarked = Feed.objects.filter(Q(last_read_at=None) | Q(last_read_at__lte=limit), pk=feed.pk)
    return bool(unmarked.update(last_read_at=moment))


def _authorise(person: User, department_id: int | None) -> None:
    allowed = may_have_feeds(person) if department_id is None else may_follow_department(person, department_id)
    if not allowed:
        raise NotAllowed


def _lock(actor: Actor, feed_id: int) -> Feed:
    feed = Feed.objects.visible_to(actor.person).select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise NotAllowed
    return feed


def _present(feed: Feed) -> Feed | None:
    """The unrevoked feed of the same person for the same thing."""
    same = Feed.objects.unrevoked().filter(owner_id=feed.owner_id)
    return next((one for one in same if one.department_id == feed.department_id), None)


def _end(feed: Feed, moment: datetime) -> None:
    feed.revoked_at = moment
    feed.save(update_fields=["revoked_at"])


def _record(actor: Actor, feed: Feed, act: str, **data: int) -> None:
    about = {"owner": feed.owner_id, "department": feed.department_id, **data}
    record(actor=actor, subject=feed, act=act, data=about)
