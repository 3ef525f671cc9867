"""An inquiry comes in: recorded by whoever is asked first, or asked online."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed
from common.ids import uuid7
from common.time import now
from documents.services.attempts import all_or_nothing
from enterprises.models import Enterprise
from enterprises.selectors import actor_for
from files.models import StoredFile
from files.services import store
from ledger.services import record
from notifications.services import notify
from reception import numbering, rules
from reception.models import Inquiry
from reception.people import Posting, on_duty, posting_of
from reception.services.answering import answer_inquiry
from reception.services.duties import asker_link, askers, start_duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks what."""

    name: str
    phone: str = ""
    subject: str
    text: str
    matter_code: str = ""
    enterprise: Enterprise | None = None


def record_inquiry(
    *, actor: Actor, channel: str, asked: Asked, files: Sequence[UploadedFile] = (), answer: str = ""
) -> Inquiry:
    """Whoever is asked first writes it down and owns it from now on (首问责任人); his clock starts.

    With ``answer``, what was said on the spot, the asker may still reopen. Raises NotAllowed for whoever holds no
    post, InvalidInput at the field.
    """
    if actor.user is None or not rules.may_record(actor.user):
        raise NotAllowed(_("Only people of the hall record inquiries."))
    if channel not in (Inquiry.Channel.COUNTER, Inquiry.Channel.TELEPHONE):
        raise InvalidInput({"channel": [_("Choose how the question came in.")]})
    posting = posting_of(actor.user)
    assert posting is not None  # the rule looked
    with all_or_nothing() as kept:
        inquiry = _take_in(actor, channel, asked, files, kept, posting)
        if answer.strip():
            inquiry = answer_inquiry(actor=actor, inquiry=inquiry, text=answer)
    return inquiry


def ask_online(*, actor: Actor, asked: Asked, files: Sequence[UploadedFile] = ()) -> Inquiry:
    """A question from the web: the least laden window clerk on duty owns it first, never nobody.

    ``actor.user`` is None for a visitor without an account, who cannot send files. Raises NotAllowed for people of
    the hall, InvalidInput at the field.
    """
    if actor.user is not None and not rules.may_ask_online(actor.user):
        raise NotAllowed(_("People of the hall record what they are asked."))
    if actor.user is not None and asked.enterprise and actor_for(actor.user, asked.enterprise) is None:
        raise InvalidInput({"enterprise": [_("You do not act for this enterprise.")]})
    if actor.user is None and (files or asked.enterprise):
        raise NotAllowed(_("Sign in to send files or to ask for an enterprise."))
    with all_or_nothing() as kept:
        return _take_in(actor, Inquiry.Channel.WEB, asked, files, kept, None)


def _take_in(
    actor: Actor,
    channel: str,
    asked: Asked,
    files: Sequence[UploadedFile],
    kept: list[StoredFile],
    posting: Posting | None,
) -> Inquiry:
    _check(asked)
    kept.extend(store(actor=actor, upload=upload) for upload in files)
    moment = now()
    year = timezone.localtime(moment).year
    # The series stays locked until the end, so two questions at once do not both go to the clerk who has least.
    serial = numbering.take_serial(year)
    posting = posting or on_duty()
    if posting is None or posting.user_id is None:
        raise InvalidInput({"": [_("Nobody is on duty to receive your question. Please call 12345.")]})
    by_staff = channel != Inquiry.Channel.WEB
    inquiry = Inquiry(
        number=numbering.number_of(year, serial),
        year=year,
        serial=serial,
        query_code=numbering.new_code(),
        channel=channel,
        status=Inquiry.Status.OPEN,
        asker_name=asked.name.strip(),
        asker_phone=asked.phone.strip(),
        enterprise=asked.enterprise,
        asked_by=None if by_staff else actor.user,
        subject=asked.subject.strip(),
        text=asked.text.strip(),
        matter_code=asked.matter_code.strip(),
        first_owner_id=posting.user_id,
        owner_id=posting.user_id,
        department_id=posting.department_id,
        role=posting.role,
        recorded_by=actor.user if by_staff else None,
        created_at=moment,
        clock_id=uuid7(),
    )
    inquiry.save(force_insert=True)
    inquiry.files.set(kept)
    start_duty(inquiry, actor=actor, starts_at=moment, clock_id=inquiry.clock_id)
    # Neither ledger nor messages can be cleared: what is said of the asker stays on the row.
    data = {"channel": channel, "owner": posting.user_id, "files": len(kept)}
    record(actor=actor, subject=inquiry, act="inquiry.recorded", at=moment, data=data)
    _tell(actor, inquiry)
    return inquiry


def _check(asked: Asked) -> None:
    errors: dict[str, list[object]] = {}
    if not asked.name.strip():
        errors["name"] = [_("Write down who asks.")]
    if not asked.subject.strip():
        errors["subject"] = [_("Say in a few words what it is about.")]
    if not asked.text.strip():
        errors["text"] = [_("Write down the question.")]
    if errors:
        raise InvalidInput(errors)


def _tell(actor: Actor, inquiry: Inquiry) -> None:
    params = {"number": inquiry.number, "subject": inquiry.subject}
    if inquiry.owner_id and inquiry.owner_id != actor.user_id:
        notify(
            recipients=[inquiry.owner_id],
            template="inquiry.received",
            params=params,
            link=inquiry.get_absolute_url(),
        )
    people = [one for one in askers(inquiry) if one != inquiry.owner_id]
    notify(recipients=people, template="inquiry.taken_in", params=params, link=asker_link(inquiry))
