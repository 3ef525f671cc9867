"""Monthly progress: begun by beat, reported by the secretary, corrected until the next month has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.ids import uuid7
from common.time import end_of_day, months_after, now, today
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm_many, finish_many
from files.services import store
from ledger.services import record
from projects import limits, rules_key
from projects.answerable import teams
from projects.models import KeyProject, Milestone, Progress, ProgressPhoto, ProgressVersion, Seat
from projects.services.owners import PROGRESS_LABEL
from projects.services.problems import raise_problem

# A hall that was asleep catches up, but not with years.
MOST_MONTHS = 12
MOST_PHOTOS = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a month brought; each problem is (title, text)."""

    works: str
    domestic: Decimal = Decimal(0)
    foreign: Decimal = Decimal(0)
    problems: tuple[tuple[str, str], ...] = ()


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def correctable_until(month: date) -> date:
    """The last day on which the report of a month may be corrected: that of the month after."""
    return months_after(month, 2) - timedelta(days=1)


@transaction.atomic
def begin_reports() -> int:
    """Begin the report of every month that is over for each key project under way; says how many.

    From the month in which construction started, or the project came on the list. Its limit is so many
    working days of the next month. Safe to repeat and to run twice at once: a project has one report
    a month. A constant number of statements.
    """
    this_month = first_of_month(today())
    rows = Milestone.objects.filter(key__status="confirmed", point=Milestone.Point.STARTED, reached_on__isnull=False)
    started = rows.values_list("key", "key__project", "key__since", "reached_on", "key__project__name")
    wanted: dict[tuple[int, date], tuple[int, str]] = {}
    for key_id, project_id, since, reached_on, name in started:
        assert reached_on is not None  # as asked for
        month = max(
            first_of_month(since or reached_on), first_of_month(reached_on), months_after(this_month, -MOST_MONTHS)
        )
        while month < this_month:
            wanted[(key_id, month)] = (project_id, name)
            month = months_after(month, 1)
    have = set(Progress.objects.filter(key__in={key_id for key_id, _m in wanted}).values_list("key_id", "month"))
    missing = [pair for pair in wanted if pair not in have]
    if not missing:
        return 0
    fresh = [Progress(key_id=key_id, month=month, clock_id=uuid7()) for key_id, month in missing]
    Progress.objects.bulk_create(fresh, ignore_conflicts=True)
    made = list(Progress.objects.filter(clock__in=[row.clock_id for row in fresh]))
    known = teams({wanted[(row.key_id, row.month)][0] for row in made})
    days = limits.days(limits.Code.PROGRESS)
    specs = []
    for row in made:
        project_id, name = wanted[(row.key_id, row.month)]
        to = known.answerable(project_id, Seat.SECRETARY)
        specs.append(
            ClockSpec(
                id=row.clock_id or uuid7(),
                kind=ClockKind.PROGRESS,
                subject=(PROGRESS_LABEL, row.pk),
                title=f"{name} · {row}",
                link=f"/key-projects/{project_id}/progress/{row}/",
                department_id=to.department_id if to else None,
                role=to.role if to else "director",
                handler_id=to.user_id if to else None,
                promised=days,
                # The days of the next month are counted: what begins is the last day of this one.
                starts_at=end_of_day(months_after(row.month, 1) - timedelta(days=1)),
            )
        )
    arm_many(specs=specs, actor=Actor.system())
    return len(made)


@transaction.atomic
def report_progress(*, actor: Actor, key: KeyProject, month: date, report: Report, reason: str = "") -> Progress:
    """Report a month, or put the report right with a reason; the former words stay as a version.

    Ends the month's clock. Every problem noted becomes a problem of the project. Raises InvalidInput
    by field ("works", "domestic", "foreign", "month", "reason", "problems"), NotAllowed, and
    TransitionNotAllowed once the next month has passed.
    """
    month = first_of_month(month)
    locked = KeyProject.objects.select_for_update(of=("self",)).select_related("project__enterprise").get(pk=key.pk)
    if not rules_key.keeps_books.test(actor.person, locked):
        raise NotAllowed(_("Progress is reported by the service secretary or the chief representative."))
    if not locked.is_confirmed:
        raise TransitionNotAllowed(_("The project is not on the list of key projects."))
    _check_month(locked, month)
    _check_report(report)
    row, _made = Progress.objects.get_or_create(key=locked, month=month)
    corrected = row.reported_at is not None
    if corrected:
        _keep_version(row, reason)
    row.works, row.domestic, row.foreign = report.works.strip(), report.domestic, report.foreign
    row.reported_by, row.reported_at, row.version = actor.person, now(), row.version + 1
    row.save(update_fields=["works", "domestic", "foreign", "reported_by", "reported_at", "version"])
    finish_many(clock_ids=[row.clock_id] if row.clock_id else [])
    data = {
        "note": f"{row}" + (f" · {reason.strip()}" if corrected else ""),
        "month": f"{row}",
        "domestic": str(row.domestic),
        "foreign": str(row.foreign),
        "version": row.version,
    }
    act = "progress.corrected" if corrected else "progress.reported"
    record(actor=actor, subject=locked, act=act, data=data)
    for title, text in report.problems:
        raise_problem(actor=actor, project=locked.project, title=title, text=text, source=(PROGRESS_LABEL, row.pk))
    return row


@transaction.atomic
def add_photo(*, actor: Actor, progress: Progress, upload: UploadedFile) -> ProgressPhoto:
    """Keep a photo of the site with a report that may still be corrected."""
    locked = Progress.objects.select_for_update(of=("self",)).select_related("key").get(pk=progress.pk)
    if not rules_key.keeps_books.test(actor.person, locked.key):
        raise NotAllowed
    _refuse_closed(locked.month)
    if locked.photos.count() >= MOST_PHOTOS:
        raise InvalidInput({"file": [_("At most %(most)s photos a month.") % {"most": MOST_PHOTOS}]})
    stored = store(actor=actor, upload=upload, accepts=("image",))
    photo = ProgressPhoto.objects.create(progress=locked, file=stored, added_by=actor.person, added_at=now())
    record(actor=actor, subject=locked.key, act="progress.photo_added",
           data={"note": f"{locked} {stored.name}"})  # fmt: skip
    return photo


@transaction.atomic
def remove_photo(*, actor: Actor, photo: ProgressPhoto) -> None:
    """Take a photo out of a report that may still be corrected; the file itself stays in the store."""
    progress = Progress.objects.select_for_update(of=("self",)).select_related("key").get(pk=photo.progress_id)
    if not rules_key.keeps_books.test(actor.person, progress.key):
        raise NotAllowed
    _refuse_closed(progress.month)
    ProgressPhoto.objects.filter(pk=photo.pk).delete()
    record(actor=actor, subject=progress.key, act="progress.photo_removed",
           data={"note": f"{progress} {photo.file.name}"})  # fmt: skip


def _check_month(key: KeyProject, month: date) -> None:
    if month > first_of_month(today()):
        raise InvalidInput({"month": _("This month is still to come.")})
    started = Milestone.objects.filter(key=key, point=Milestone.Point.STARTED).values_list("reached_on", flat=True)
    day = started.first()
    if day is None or month < first_of_month(day):
        raise InvalidInput({"month": _("Progress is reported from the month in which construction started.")})
    if not Progress.objects.filter(key=key, month=month, reported_at=None).exists():
        _refuse_closed(month)


def _refuse_closed(month: date) -> None:
    if today() > correctable_until(month):
        raise TransitionNotAllowed(_("The report can no longer be changed: the month after it has passed."))


def _check_report(report: Report) -> None:
    errors: dict[str, object] = {}
    if not report.works.strip():
        errors["works"] = _("Say what was built and done this month.")
    if report.domestic < 0:
        errors["domestic"] = _("An amount cannot be negative.")
    if report.foreign < 0:
        errors["foreign"] = _("An amount cannot be negative.")
    if any(not title.strip() or not text.strip() for title, text in report.problems):
        errors["problems"] = _("Each problem needs a title and a description.")
    if errors:
        raise InvalidInput(errors)


def _keep_version(row: Progress, reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({"reason": _("The report stands already: give the reason for the correction.")})
    _refuse_closed(row.month)
    assert row.reported_by_id is not None  # it stands
    assert row.reported_at is not None
    ProgressVersion.objects.create(
        progress=row, version=row.version, works=row.works, domestic=row.domestic, foreign=row.foreign,
        reported_by_id=row.reported_by_id, reported_at=row.reported_at, reason=reason.strip()[:300],
    )  # fmt: skip
