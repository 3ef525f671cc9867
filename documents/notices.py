"""How the ledger names what happens to documents."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts

register_acts(
    {
        "document.issued": _("Document issued"),
        "document.revoked": _("Document revoked"),
        "document.made": _("Document file made"),
    }
)
