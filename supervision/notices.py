"""What supervision says, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "supervision.bad_rating",
    _("Bad rating for case %(number)s"),
    _("“%(matter)s” was rated “%(grade)s”. Call back and answer by %(due)s."),
)
register(
    "supervision.rating_answered",
    _("Your rating of case %(number)s was answered"),
    _("The window answered your rating of “%(matter)s”: %(answer)s"),
)

register_acts(
    {
        "case.rated": _("Rated"),
        "rating.given": _("Rating given"),
        "rating.answered": _("Rating answered and called back"),
    }
)
