"""The plan as it stood when an application was handed in: what happens is measured against it."""

from __future__ import annotations

from django.utils import timezone

from approvals import themes
from approvals.models import Application, Plan
from approvals.planning.actual import cases_of, forecast
from approvals.planning.content import comparison_as_json, names_as_json
from approvals.planning.reading import chosen_matters, comparison_of
from deadlines import calendars


def freeze(application: Application) -> Plan | None:
    """Keep the three ways of a just submitted application; a constant number of statements.

    Belongs to the transaction that submits. None where nothing can be planned: beyond the reach of the calendar.
    """
    assert application.submitted_at is not None
    starts = timezone.localtime(application.submitted_at).date()
    calendar = calendars.current()
    planned = chosen_matters(application.chosen.all())
    outside = forecast(cases_of(application.project_id, without=application.pk), calendar, starts)
    theme = themes.content_of(application.theme_id) if application.theme_id else None
    found = comparison_of(
        planned, theme, starts, given=outside.coming, there=outside.there, calendar=calendar
    )  # fmt: skip
    if found is None:
        return None
    content = {
        "calendar_version": calendar.version,
        "overlap": application.overlap,
        "matters": names_as_json(planned),
        **comparison_as_json(found),
    }
    return Plan.objects.create(application=application, content=content, made_at=application.submitted_at)
