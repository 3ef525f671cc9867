"""Papers that tell the applicant in writing why a limit moves: 特别程序告知书, 延期告知书.

Dates are those that were told, from the ledger: whatever moves later, the paper stays as it was.
"""

import re
from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from approvals.models import Case, Step
from approvals.standing import Standing, standing_of
from approvals.views.paper_parts import Paper, about, paper_row
from common.display import local_date
from deadlines.models import Extension, Stop
from ledger.selectors import timeline

SPECIAL = re.compile(r"special-([1-9][0-9]?)")
EXTENSION = "extension"


def limit_papers(standing: Standing) -> list[tuple[str, str]]:
    """Code and title of every such paper: one for each stop, one for the extension that counts."""
    found = [(f"special-{number}", special_title(number)) for number, _stop in enumerate(standing.stops, 1)]
    if standing.granted:
        found.append((EXTENSION, _("Notice of extension")))
    return found


def special_title(number: int) -> str:
    title = _("Notice of a special procedure")
    return title if number == 1 else _("%(title)s (no. %(number)s)") % {"title": title, "number": number}


def limit_paper(case: Case, code: str) -> Paper | None:
    """The paper of this code, None when the code is of another kind; Http404 when there is none (yet)."""
    if code == EXTENSION:
        granted = standing_of(case).granted
        if granted is None:
            raise Http404
        return _extension(case, granted)
    match = SPECIAL.fullmatch(code)
    if match is None:
        return None
    stops, number = standing_of(case).stops, int(match[1])
    if number > len(stops):
        raise Http404
    return _special(case, stops[number - 1], number)


def _special(case: Case, stop: Stop, number: int) -> Paper:
    """What for, on which ground, since when and for how long: told in writing (行政许可法 art. 45)."""
    step = Step.objects.filter(clock=stop.clock_id).select_related("department").first()
    told = _told(case, "case.special_told", "stop", stop.pk)
    rows = [
        *about(case),
        paper_row(_("Ground"), stop.get_ground_display()),
        paper_row(_("What for"), stop.reason),
        paper_row(_("Step"), f"{step.label} · {step.department.label}" if step else ""),
        paper_row(_("Begins on"), local_date(stop.starts_at)),
        paper_row(
            _("Planned end"),
            _("%(date)s (%(days)s working days)") % {"date": local_date(stop.planned_until), "days": stop.planned_days},
        ),
        paper_row(_("Decision then promised by"), told.get("due", "")),
    ]
    return {
        "title": special_title(number),
        "rows": rows,
        "note": _(
            "Under art. 45 of the Administrative Licensing Law the time that the special procedure takes does not "
            "count towards the time limit for the decision. You will be told when it has ended."
        ),
        "at": stop.entered_at,
        "by_department": True,
    }


def _extension(case: Case, extension: Extension) -> Paper:
    """By how much, why, and the new date: told to the applicant (行政许可法 art. 42)."""
    told = _told(case, "case.more_time_told", "extension", extension.pk)
    rows = [
        *about(case),
        paper_row(_("Date promised before"), local_date(extension.due_before)),
        paper_row(
            _("Extended by"),
            _("%(amount)s %(unit)s") % {"amount": extension.amount, "unit": extension.clock.get_unit_display()},
        ),
        paper_row(_("Reason for the extension"), extension.reason),
        paper_row(_("Decision now promised by"), told.get("due", "")),
        paper_row(_("Latest date by law"), told.get("lawful_due", "")),
    ]
    return {
        "title": _("Notice of extension"),
        "rows": rows,
        "note": _(
            "Under art. 42 of the Administrative Licensing Law the time limit for the decision was extended once, "
            "with the approval of the head of the authority."
        ),
        "at": extension.decided_at,
        "by_department": True,
    }


def _told(case: Case, act: str, key: str, pk: int) -> dict[str, str]:
    """Dates that this notice told the applicant, written out."""
    entry = timeline(case).filter(act=act, **{f"data__{key}": pk}).first()
    data = entry.data if entry else {}
    dates = {name: data.get(name, "") for name in ("due", "lawful_due")}
    return {name: local_date(datetime.fromisoformat(text)) for name, text in dates.items() if text}
