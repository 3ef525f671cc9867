"""Wording of what public notices, commitments and certificates issued as one tell people."""

from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from notifications.templates import register

register(
    "approvals.published",
    _("Case %(number)s is on public notice"),
    _("“%(matter)s” is on public notice until %(until)s. Without an objection it is accepted by itself then."),
)
register(
    "approvals.objected",
    _("Case %(number)s: objection %(objection)s came in"),
    _("Somebody objects to the public notice of “%(matter)s”. Your department settles it within three working days."),
)
register(
    "approvals.objected_window",
    _("Case %(number)s: objection %(objection)s came in"),
    _("Somebody objects to the public notice of “%(matter)s”. The department in charge settles it."),
)
register(
    "approvals.later_check_passed",
    _("Case %(number)s: the later check was passed"),
    _("What was committed for “%(matter)s” was checked; everything is as it was said to be."),
)
register(
    "approvals.later_check_rectify",
    _("Case %(number)s: put something right by %(until)s"),
    _("The later check of “%(matter)s” found: %(reason)s. If it is not put right in time the decision is revoked."),
)
register(
    "approvals.later_check_failed",
    _("Case %(number)s: the decision was revoked"),
    _(
        "The later check of “%(matter)s” found that the commitment was not kept: %(reason)s. The decision and its"
        " certificate are revoked. If you disagree you may apply for administrative reconsideration within sixty"
        " days, or sue before the people's court within six months."
    ),
)
register(
    "approvals.later_check_failed_supervision",
    _("Case %(number)s: a commitment was not kept"),
    _("“%(matter)s” of %(firm)s was revoked after its later check. The enterprise is barred from short ways."),
)
register(
    "approvals.together_delivered",
    _("Application %(number)s: %(count)s certificates are here, as one"),
    _("The decisions were delivered to your account together. Open them to read them."),
)
register(
    "approvals.together_ready",
    _("Application %(number)s: %(count)s certificates lie ready, as one"),
    _("Collect them at the window in one go; you sign once."),
)
register(
    "approvals.together_collected",
    _("Application %(number)s: %(count)s certificates were collected"),
    _("%(by)s collected them at the counter and signed once."),
)

register_acts(
    {
        "case.published": _("Public notice began"),
        "case.objected": _("Objection came in"),
        "case.objection_settled": _("Objection settled"),
        "case.notice_closed": _("Public notice ended"),
        "application.conditions_signed": _("Commitment signed"),
        "step.left_out": _("Step left out: decided on a commitment"),
        "case.later_check_started": _("Later check began"),
        "case.later_check_passed": _("Later check passed"),
        "case.later_check_to_rectify": _("Later check: to be put right"),
        "case.later_check_failed": _("Later check failed, decision revoked"),
    }
)
