"""Words of the archive: acts of the ledger, and what administrators are told."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "approvals.archive_failed",
    _("Case %(number)s could not be archived"),
    _(
        "Putting the ended case %(number)s into the archive failed %(attempts)s times. The list says why; the hall"
        " goes on trying."
    ),
)
register_acts(
    {
        "case.archived": _("Put into the archive"),
        "case.archive_added": _("Archive folder added to"),
        "case.signature_added": _("Signature scanned in afterwards"),
        "case.archive_completed": _("Archive folder complete"),
        "case.archive_checked": _("Digests of the archive folder checked"),
        "case.archive_exported": _("Archive folder exported"),
        "enterprise.archive_exported": _("Archive of the enterprise exported"),
    }
)
