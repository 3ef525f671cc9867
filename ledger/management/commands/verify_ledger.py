"""``manage.py verify_ledger``: does every chain still hold?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ledger.models import Entry
from ledger.selectors import first_break
from ledger.services import Subject

REASONS = {
    "gap": gettext_noop("a row before it is missing, or its position was changed"),
    "link": gettext_noop("it does not carry the hash of the row before it"),
    "content": gettext_noop("its content is not what was written"),
    "head": gettext_noop("the end of the chain is missing, or the head was changed"),
}


def parse_subject(text: str) -> Subject:
    """Read "approvals.case:17"."""
    label, _colon, number = text.partition(":")
    if "." not in label or not number.isdecimal():
        raise CommandError(_("A subject is written like approvals.case:17."))
    return label.lower(), int(number)


class Command(BaseCommand):
    help = "Verify the hash chains of the ledger and name the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subject", help="one subject only, e.g. approvals.case:17")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = parse_subject(options["subject"]) if options["subject"] else None
        broken = first_break(subject)
        if broken is None:
            entries = Entry.objects.of(*subject) if isinstance(subject, tuple) else Entry.objects.all()
            self.stdout.write(_("The ledger holds: %(count)s entries.") % {"count": entries.count()})
            return
        raise CommandError(
            _("The ledger is broken at entry %(entry)s (%(subject)s, position %(seq)s): %(reason)s.")
            % {
                "entry": broken.entry_id if broken.entry_id is not None else "–",
                "subject": f"{broken.subject_type}:{broken.subject_id}",
                "seq": broken.seq,
                "reason": _(REASONS[broken.reason]),
            }
        )
