"""Issuing a paper: number and content are fixed within the act that it attests; the file follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts.actors import Actor
from accounts.models import Department
from common.tasks import enqueue
from common.time import now
from documents import kinds
from documents.codes import new_code
from documents.content import clean, complete
from documents.models import Document
from documents.numbers import take_number
from documents.selectors import current_version
from ledger.services import record

MAKE = "documents.make_pending"
# Columns to search and show by; the paper itself has the whole text.
MAX_TEXT = 200


@transaction.atomic
def issue_document(
    *,
    actor: Actor,
    kind: str,
    department: Department,
    subject: tuple[str, int],
    holder: str,
    data: Mapping[str, Any],
    at: datetime | None = None,
    valid_until: date | None = None,
) -> Document:
    """Number and freeze one paper; call it inside the transaction of the act, as late as may be.

    ``subject``: ``("approvals.case", 12)``, whose ledger gets a row. ``data``: the shape of docs/documents.md, in
    Chinese; what it leaves out of title, addressee, signed_by and date is filled in here. The series stays locked
    until the transaction ends, so whoever issues several in one act issues them in the order of their marks.
    The file is made by a worker after the commit. Raises LookupError for an unknown kind or template only.
    """
    known = kinds.kind_of(kind)
    moment = at or now()
    day = timezone.localtime(moment).date()
    number = take_number(department=department, kind_mark=known.mark, year=day.year)
    with translation.override(settings.LANGUAGE_CODE):  # papers are in the language of the hall, whoever acts
        content = complete(title=known.title, department=department, holder=holder, data=data, day=day)
    code = new_code()
    document = Document.objects.create(
        kind=known.code,
        title=content["title"][:MAX_TEXT],
        number=str(number),
        department=department,
        mark=number.mark,
        year=number.year,
        serial=number.serial,
        subject_type=subject[0],
        subject_id=subject[1],
        holder=clean(holder)[:MAX_TEXT],
        data=content,
        template_version=current_version(known.template),
        issued_at=moment,
        issued_by=actor.user,
        valid_until=valid_until,
        verify_code=code,
        verify_url=f"{settings.HALL_BASE_URL}/verify/{code}/",
        next_try_at=moment,
    )
    record(actor=actor, subject=subject, act="document.issued", data=document.subject_data(), at=moment)
    enqueue(MAKE)
    return document
