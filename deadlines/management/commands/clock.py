"""``manage.py clock explain ID`` and ``manage.py clock show ID``; an unmistakable beginning of the id will do."""

import json
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from common.display import light_view, local_moment
from deadlines import wording
from deadlines.api import explanation_data
from deadlines.explaining import Agreement, Explanation, explain_clock
from deadlines.labels import alarm_label
from deadlines.models import Clock
from deadlines.services import unknown_year
from deadlines.workdays import UnknownYearError

HEX = re.compile(r"[0-9a-f]{1,32}")
SHOWN = 5


def find_clock(text: str) -> Clock:
    """The clock whose id begins with ``text``; refuses what is no id, fits none or fits several."""
    digits = text.strip().lower().replace("-", "")
    if not HEX.fullmatch(digits):
        raise CommandError(_("“%(text)s” is not the id of a clock.") % {"text": text})
    beginning = "-".join(filter(None, (digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))))
    named = Clock.objects.annotate(id_text=Cast("id", TextField())).filter(id_text__startswith=beginning)
    found = list(named.select_related("department", "handler").order_by("id")[: SHOWN + 1])
    if not found:
        raise CommandError(_("No clock has an id that begins with “%(text)s”.") % {"text": text})
    if len(found) > 1:
        several = ", ".join(str(clock.pk) for clock in found[:SHOWN])
        more = " …" if len(found) > SHOWN else ""
        raise CommandError(
            _("Several clocks have an id that begins with “%(text)s”: %(several)s") % {"text": text, "several": several}
            + more
        )
    return found[0]


class Command(BaseCommand):
    help = "Why a limit ends on its day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        explain = commands.add_parser("explain", help="day by day")
        explain.add_argument("--json", action="store_true", help="as the API answers")
        show = commands.add_parser("show", help="limits and state")
        for one in (explain, show):
            one.add_argument("id", help="id of the clock, or the beginning of it")

    def handle(self, *args: Any, **options: Any) -> None:
        clock = find_clock(options["id"])
        try:
            explanation = explain_clock(clock)
        except UnknownYearError as error:
            raise CommandError(str(unknown_year(error))) from error
        if options["command"] == "show":
            self._show(explanation)
        elif options["json"]:
            self.stdout.write(
                json.dumps(explanation_data(explanation), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            )
        else:
            self._explain(explanation)

    def _explain(self, explanation: Explanation) -> None:
        self._head(explanation)
        for row in wording.rows(explanation):
            counts = f"{row.promised:>4} {row.lawful:>4}"
            words = [row.weekday, row.note or row.kind, *(row.promised_notes or row.lawful_notes)]
            words += [text for text, _tone in row.marks]
            self.stdout.write(f"{row.line.day.isoformat()} {counts}  {' · '.join(filter(None, words))}")
        if explanation.stands_still:
            self.stdout.write(_("The limit stands still; it is counted on when the special procedure ends."))

    def _head(self, explanation: Explanation) -> None:
        clock = explanation.clock
        self.stdout.write(f"{clock.pk} {clock}")
        for row in wording.limit_rows(explanation):
            self.stdout.write(f"{row.label}: {row.text}" + (f" ({row.late})" if row.late else ""))
        if explanation.agreement == Agreement.DISAGREES:
            self.stdout.write(self.style.ERROR(_("The dates do not agree with the count of days")))
        elif explanation.agreement == Agreement.OLDER_CALENDAR:
            self.stdout.write(_("The calendar has changed since"))

    def _show(self, explanation: Explanation) -> None:
        clock = explanation.clock
        self._head(explanation)
        lines = [
            (_("Light"), light_view(clock.light()).text),
            (_("Department"), str(clock.department or _("The hall itself"))),
            (_("Handler"), str(clock.handler or _("Not yet taken"))),
            (_("Since"), local_moment(clock.starts_at)),
            (_("Done"), local_moment(clock.finished_at) if clock.finished_at else ""),
            (_("On record as overdue"), local_moment(clock.breached_at) if clock.breached_at else ""),
            (_("Alarm"), alarm_label(clock.alarm)),
        ]
        for label, text in lines:
            if text:
                self.stdout.write(f"{label}: {text}")
