"""Each act of an agent under one mandate, from the ledger: filtered, named, linked, exported. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agency.models import AgencyOrder
from approvals.models import Application, Case
from common.display import act_label, local_moment, safe_cell
from common.time import end_of_day, start_of_day
from enterprises.models import Enterprise, Mandate
from ledger.models import Entry
from projects.models import Project

# What a subject is called; of other kinds the name of the model is shown.
KINDS: dict[str, Any] = {
    "approvals.case": gettext_lazy("Case"),
    "approvals.application": gettext_lazy("Application"),
    "projects.project": gettext_lazy("Project"),
    "enterprises.enterprise": gettext_lazy("Enterprise"),
    "enterprises.mandate": gettext_lazy("Mandate"),
    "agency.agencyorder": gettext_lazy("Agency order"),
}
RELATED = {"approvals.case": ("matter",), "approvals.application": ("project",), "agency.agencyorder": ("project",)}
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One act as a list shows it; ``url`` is "" where there is no page for the reader."""

    entry: Entry
    act: str
    kind: str
    subject: str
    url: str

    @property
    def reason(self) -> str:
        return str(self.entry.data.get("reason") or self.entry.data.get("note") or "")


def entries_of(mandate: Mandate) -> QuerySet[Entry]:
    """The newest first, each act once: what is on record with an order stands on its project's timeline as well."""
    copies = Q(subject_type="projects.project", act__startswith="agency.")
    rows = Entry.objects.filter(mandate_id=mandate.pk).exclude(copies)
    return rows.select_related("actor").order_by("-id")


def narrowed(
    rows: QuerySet[Entry], *, kind: str = "", act: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Entry]:
    if kind:
        rows = rows.filter(subject_type=kind)
    if act:
        rows = rows.filter(act=act)
    if since:
        rows = rows.filter(at__gte=start_of_day(since))
    return rows.filter(at__lte=end_of_day(until)) if until else rows


def choices_of(mandate: Mandate) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Kinds of subject and acts that occur under this mandate, for the filter; one query."""
    pairs = set(entries_of(mandate).order_by().values_list("subject_type", "act").distinct())
    kinds = sorted({(kind, kind_label(kind)) for kind, _act in pairs}, key=lambda pair: pair[1])
    acts = sorted({(act, act_label(act)) for _kind, act in pairs}, key=lambda pair: pair[1])
    return kinds, acts


def kind_label(kind: str) -> str:
    if kind in KINDS:
        return str(KINDS[kind])
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except LookupError:
        return kind


def shown(entries: Sequence[Entry], user: User) -> list[Shown]:
    """One statement for each kind of subject, however many entries; links only to what ``user`` may see."""
    subjects = _subjects(entries)
    links = _links(subjects, user)
    found = []
    for entry in entries:
        key = (entry.subject_type, entry.subject_id)
        row = subjects.get(key)
        found.append(
            Shown(
                entry=entry,
                act=entry.act_label,
                kind=kind_label(entry.subject_type),
                subject=_name(row) if row is not None else str(entry.subject_id),
                url=links.get(key, ""),
            )
        )
    return found


Key = tuple[str, int]


def _subjects(entries: Sequence[Entry]) -> dict[Key, Model]:
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        ids[entry.subject_type].add(entry.subject_id)
    found: dict[Key, Model] = {}
    for kind, wanted in ids.items():
        try:
            model = apps.get_model(kind)
        except LookupError:
            continue
        rows = model._default_manager.filter(pk__in=wanted).select_related(*RELATED.get(kind, ()))
        found |= {(kind, row.pk): row for row in rows}
    return found


def _name(row: Model) -> str:
    if isinstance(row, Case):
        return f"{row.number} {row.matter.label}"
    if isinstance(row, Application):
        return row.number or _("Draft for %(project)s") % {"project": row.project}
    return str(row)


def _links(subjects: dict[Key, Model], user: User) -> dict[Key, str]:
    visible = {
        "approvals.case": Case.objects.visible_to(user),
        "approvals.application": Application.objects.visible_to(user),
        "projects.project": Project.objects.visible_to(user),
        "enterprises.enterprise": Enterprise.objects.visible_to(user),
        "enterprises.mandate": Mandate.objects.visible_to(user),
        "agency.agencyorder": AgencyOrder.objects.visible_to(user),
    }
    found: dict[Key, str] = {}
    for kind, rows in visible.items():
        ids = [pk for label, pk in subjects if label == kind]
        if ids:
            seen = set(rows.filter(pk__in=ids).values_list("pk", flat=True))
            found |= {(kind, pk): _url(subjects[(kind, pk)]) for pk in ids if pk in seen}
    return found


def _url(row: Model) -> str:
    if isinstance(row, Case):
        return reverse("approvals:case", args=[row.number])
    if isinstance(row, Application):
        submitted = row.status == Application.Status.SUBMITTED
        return reverse("approvals:receipt" if submitted else "approvals:application", args=[row.pk])
    if isinstance(row, Enterprise):
        return reverse("enterprises:detail", args=[row.pk])
    if isinstance(row, Mandate):
        return reverse("enterprises:mandate", args=[row.pk])
    return str(row.get_absolute_url()) if isinstance(row, Project | AgencyOrder) else ""


def csv_rows(entries: QuerySet[Entry], user: User) -> Iterator[list[str]]:
    """With a head, oldest last, at most ``MOST``; no cell that a spreadsheet takes for a formula."""
    yield [_("Time"), _("Act"), _("Kind"), _("Subject"), _("Agent"), _("On behalf of"), _("Words")]
    for row in shown(list(entries[:MOST]), user):
        cells = (
            local_moment(row.entry.at), row.act, row.kind, row.subject, row.entry.actor or "", row.entry.on_behalf_of,
            row.reason,
        )  # fmt: skip
        yield [safe_cell(cell) for cell in cells]
