"""Notices to staff: writing, correcting, withdrawing, reading, reminding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now, today
from deadlines.calendars import current
from ledger.services import record
from notifications.services import Notice, notify_many
from office import limits, rules
from office.models import NoticeVersion, Receipt, StaffNotice
from office.services.common import keep
from office.transitions import NOTICE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """What a notice says."""

    title: str
    text: str
    importance: str = StaffNotice.Importance.NORMAL
    read_by: date | None = None


@transaction.atomic
def publish_notice(
    *,
    actor: Actor,
    content: NoticeText,
    departments: Sequence[Department] = (),
    roles: Sequence[str] = (),
    is_pinned: bool = False,
    uploads: Sequence[UploadedFile] = (),
) -> StaffNotice:
    """Tell people of the hall: of these departments and in these roles; empty means all of them.

    Who holds such a post today gets a receipt to confirm. Raises InvalidInput at the field.
    """
    user = actor.person
    if not rules.may_tell_staff(user):
        raise NotAllowed(_("Notices are written by heads, the director, leaders and administrators."))
    _check(content)
    readers = _readers(departments, roles)
    readers.pop(user.pk, None)
    if not readers:
        raise InvalidInput({"departments": _("Nobody holds a post like this, so nobody would read it.")})
    moment = now()
    notice = StaffNotice.objects.create(
        **_columns(content), roles=list(roles), is_pinned=is_pinned, published_by=user, published_at=moment,
        changed_at=moment,
    )  # fmt: skip
    notice.departments.set(departments)
    notice.files.set(keep(actor, uploads))
    Receipt.objects.bulk_create(
        Receipt(notice=notice, user_id=reader, department_id=department) for reader, department in readers.items()
    )
    record(actor=actor, subject=notice, act="notice.published", data={"title": notice.title, "readers": len(readers)})
    _tell(readers, "notice.published", notice, actor)
    return notice


@transaction.atomic
def correct_notice(*, actor: Actor, notice: StaffNotice, content: NoticeText, reason: str) -> StaffNotice:
    """Put a new version in force; the old one stays to be read, and everybody confirms anew."""
    locked = _lock(actor, notice, "correct")
    errors = _faults(content)
    if not reason.strip():
        errors["reason"] = _("Say what was corrected; readers see it.")
    if (locked.title, locked.text) == (content.title.strip(), content.text.strip()) and "text" not in errors:
        errors["text"] = _("Nothing has been changed.")
    if errors:
        raise InvalidInput(errors)
    moment = now()
    NoticeVersion.objects.create(
        notice=locked, number=locked.version, title=locked.title, text=locked.text, reason=reason.strip(),
        replaced_by=actor.person, replaced_at=moment,
    )  # fmt: skip
    for name, value in _columns(content).items():
        setattr(locked, name, value)
    locked.version += 1
    locked.changed_at = moment
    locked.save(update_fields=[*_columns(content), "version", "changed_at"])
    locked.receipts.update(reminded_on=None)
    record(
        actor=actor, subject=locked, act="notice.corrected", data={"version": locked.version, "reason": reason.strip()}
    )
    _tell(locked.receipts.values_list("user_id", flat=True), "notice.corrected", locked, actor, reason=reason.strip())
    return locked


@transaction.atomic
def withdraw_notice(*, actor: Actor, notice: StaffNotice, reason: str) -> StaffNotice:
    """The notice no longer holds; it can still be read, with the reason."""
    locked = _lock(actor, notice, "withdraw")
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    locked.status = NOTICE.next(StaffNotice.Status(locked.status), "withdraw")
    locked.withdrawn_reason, locked.is_pinned, locked.changed_at = reason.strip(), False, now()
    locked.save(update_fields=["status", "withdrawn_reason", "is_pinned", "changed_at"])
    record(actor=actor, subject=locked, act="notice.withdrawn", data={"reason": reason.strip()})
    _tell(locked.receipts.values_list("user_id", flat=True), "notice.withdrawn", locked, actor, reason=reason.strip())
    return locked


@transaction.atomic
def pin_notice(*, actor: Actor, notice: StaffNotice, pinned: bool) -> StaffNotice:
    """Keep it on top of everybody's list, or let it sink."""
    locked = _lock(actor, notice, "pin")
    if locked.is_pinned != pinned:
        locked.is_pinned = pinned
        locked.save(update_fields=["is_pinned"])
        record(actor=actor, subject=locked, act="notice.pinned" if pinned else "notice.unpinned")
    return locked


@transaction.atomic
def confirm_read(*, actor: Actor, notice: StaffNotice, version: int) -> Receipt:
    """The reader confirms the version that he saw; twice changes nothing.

    Raises TransitionNotAllowed when it was corrected or withdrawn meanwhile.
    """
    locked = StaffNotice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
    NOTICE.next(StaffNotice.Status(locked.status), "read")
    receipt = Receipt.objects.select_for_update(of=("self",)).filter(notice=locked, user=actor.person).first()
    if receipt is None:
        raise NotAllowed(_("This notice was not written to you."))
    if version != locked.version:
        raise TransitionNotAllowed(_("The notice has been corrected meanwhile. Read it again."))
    if receipt.read_version != version:
        receipt.read_version, receipt.read_at = version, now()
        receipt.save(update_fields=["read_version", "read_at"])
    return receipt


@transaction.atomic
def remind_readers(*, actor: Actor, notice: StaffNotice) -> int:
    """Remind by hand who has not read it, each at most once a day; says how many."""
    locked = _lock(actor, notice, "remind")
    return _remind([locked], actor)


@transaction.atomic
def remind_due(day: date | None = None) -> int:
    """Remind, on working days, who has not read a notice whose day is near or past; says how many letters.

    Safe to repeat and to run twice at once: each reader at most once a day.
    """
    day = day or today()
    calendar = current()
    if not calendar.is_workday(day):
        return 0
    until = calendar.add(day, limits.days(limits.Code.READ_AHEAD))
    due = StaffNotice.objects.select_for_update(of=("self",)).filter(status="published", read_by__lte=until)
    return _remind(list(due.order_by("pk")), Actor.system())


def _remind(notices: Sequence[StaffNotice], actor: Actor) -> int:
    waiting = Receipt.objects.unread().not_reminded_today().filter(notice__in=notices)
    found = list(waiting.values_list("pk", "notice_id", "user_id"))
    Receipt.objects.filter(pk__in=[pk for pk, _notice, _user in found]).update(reminded_on=today())
    by_notice: dict[int, list[int]] = {}
    for _pk, notice_id, user_id in found:
        by_notice.setdefault(notice_id, []).append(user_id)
    notify_many([_letter(by_notice[one.pk], "notice.unread", one, actor) for one in notices if one.pk in by_notice])
    return len(found)


def _lock(actor: Actor, notice: StaffNotice, act: str) -> StaffNotice:
    locked = StaffNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if actor.user is None or not rules.may_change_notice(actor.user, locked):
        raise NotAllowed(_("Only who wrote the notice changes it, or an administrator."))
    NOTICE.next(StaffNotice.Status(locked.status), act)
    return locked


def _faults(content: NoticeText) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if not content.title.strip():
        errors["title"] = _("Say in a few words what it is about.")
    if not content.text.strip():
        errors["text"] = _("Write what people are to know.")
    if content.importance not in StaffNotice.Importance.values:
        errors["importance"] = _("Choose how important it is.")
    if content.read_by is not None and content.read_by < today():
        errors["read_by"] = _("Choose today or a day to come.")
    return errors


def _check(content: NoticeText) -> None:
    if errors := _faults(content):
        raise InvalidInput(errors)


def _columns(content: NoticeText) -> dict[str, Any]:
    return {
        "title": content.title.strip()[:120],
        "text": content.text.strip(),
        "importance": content.importance,
        "read_by": content.read_by,
    }


def _readers(departments: Sequence[Department], roles: Sequence[str]) -> dict[int, int]:
    """Who holds such a post today, with the first department for which they do."""
    posts = Post.objects.current().filter(user__is_active=True)
    if departments:
        posts = posts.in_departments([one.pk for one in departments])
    if roles:
        posts = posts.with_role(*(Role(one) for one in roles))
    found: dict[int, int] = {}
    for user_id, department_id in posts.order_by("is_substitute", "id").values_list("user_id", "department_id"):
        found.setdefault(user_id, department_id)
    return found


def _letter(people: Iterable[int | User], template: str, notice: StaffNotice, actor: Actor, **params: Any) -> Notice:
    said = {"title": notice.title, "person": str(actor.user or notice.published_by), **params}
    return Notice(list(people), template, said, link=notice.get_absolute_url())


def _tell(people: Iterable[int], template: str, notice: StaffNotice, actor: Actor, **params: Any) -> None:
    notify_many([_letter(people, template, notice, actor, **params)])
