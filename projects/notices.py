"""Messages around key projects, teams and problems."""

from django.utils.translation import gettext_lazy as _

from notifications.templates import register

register(
    "key.proposed",
    _("%(count)s projects are proposed as key projects"),
    _("By the criteria in force these should be key projects: %(names)s. Confirm them or say why not."),
)
register(
    "team.appointed",
    _("You have an office in the service team of %(project)s"),
    _("You are in the service team of %(project)s now; its open duties of your office are yours. Note: %(note)s."),
)
register(
    "team.handed_over",
    _("%(project)s: an office was handed over to you"),
    _("You have an office in the service team of %(project)s now, with its open duties. Note: %(note)s. Confirm that "
      "you have received it."),
)  # fmt: skip
register(
    "team.received",
    _("%(person)s has received your hand-over of %(project)s"),
    _("%(person)s has confirmed the receipt of what you handed over."),
)
register(
    "team.replaced",
    _("%(person)s has taken over your office in the team of %(project)s"),
    _("Your office and its open duties are with %(person)s now."),
)
register(
    "team.joined",
    _("You are in the service team of %(project)s"),
    _("You were taken into the service team of %(project)s."),
)
register(
    "problem.yours",
    _("A problem for you to clear: %(title)s"),
    _("%(project)s: “%(title)s” is yours to clear. Before you: %(from)s. Reason: %(reason)s."),
)
register(
    "problem.raised",
    _("A problem was raised: %(title)s"),
    _("%(project)s: “%(title)s” is on record. You will hear what becomes of it."),
)
register(
    "problem.climbed",
    _("A problem goes to the next level: %(title)s"),
    _("%(project)s: “%(title)s” was taken to level %(level)s by %(from)s. Reason: %(reason)s."),
)
register(
    "problem.climbed_late",
    _("A problem was not cleared in time: %(title)s"),
    _("%(project)s: “%(title)s” was not cleared in its days and is on level %(level)s now. Before: %(from)s."),
)
register(
    "problem.asked",
    _("You are asked to work on a problem: %(title)s"),
    _("%(project)s: “%(title)s”. %(note)s"),
)
register(
    "problem.proposed",
    _("Said to be cleared: %(title)s"),
    _("%(project)s: “%(title)s” is said to be cleared: %(solution)s. Only the firm can confirm it."),
)
register(
    "problem.confirmed",
    _("The firm has confirmed: %(title)s is cleared"),
    _("%(project)s: the firm has confirmed that “%(title)s” is cleared."),
)
register(
    "problem.rejected",
    _("The firm says it is not cleared: %(title)s"),
    _("%(project)s: “%(title)s” is back with its owner. The firm's words: %(words)s."),
)
register(
    "problem.withdrawn",
    _("A problem was withdrawn: %(title)s"),
    _("%(project)s: “%(title)s” was withdrawn. Reason: %(reason)s."),
)
register(
    "problem.remind_firm",
    _("Is it cleared? %(title)s"),
    _("%(project)s: “%(title)s” is said to be cleared. Please confirm it, or say what is still in the way. "
      "Without your word it stays open."),
)  # fmt: skip
register(
    "problem.firm_silent",
    _("The firm has not answered: %(title)s"),
    _("%(project)s: the firm has not said whether “%(title)s” is cleared. Reminded %(times)s times. Call or visit it."),
)
