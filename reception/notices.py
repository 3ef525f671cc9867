"""Messages of this app, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.display import register_acts
from notifications.templates import register

register(
    "inquiry.received",
    _("Inquiry %(number)s is yours: %(subject)s"),
    _("A question came in online. You are asked first and own the inquiry until somebody else has accepted it."),
)
register(
    "inquiry.taken_in",
    _("Your question %(number)s was taken in"),
    _("“%(subject)s” was taken in. You are told here as soon as it is answered."),
)
register(
    "inquiry.answered",
    _("Your question %(number)s was answered"),
    _("“%(subject)s” was answered. Confirm the answer or reopen the question by %(day)s; then it closes by itself."),
)
register(
    "inquiry.confirmed",
    _("The answer to %(number)s was confirmed"),
    _("The asker has confirmed your answer to “%(subject)s”. The inquiry is closed."),
)
register(
    "inquiry.reopened",
    _("Inquiry %(number)s was reopened"),
    _("The asker is not content with the answer to “%(subject)s”. Read why on its page; the time limit runs anew."),
)
register(
    "inquiry.reopened_again",
    _("Inquiry %(number)s was reopened %(times)s times"),
    _("“%(subject)s” of your department was reopened again. See to it that it is settled."),
)
register(
    "inquiry.handed_over",
    _("Inquiry to take over: %(number)s"),
    _("%(person)s asks you to take over “%(subject)s”. Reason: %(reason)s. Accept or refuse it on its page."),
)
register(
    "inquiry.accepted",
    _("%(person)s has taken over inquiry %(number)s"),
    _("“%(subject)s” is no longer yours: %(person)s has accepted it."),
)
register(
    "inquiry.handover_refused",
    _("%(person)s has not taken over inquiry %(number)s"),
    _("“%(subject)s” stays with you. Reason: %(reason)s."),
)
register(
    "inquiry.handover_lapsed",
    _("Inquiry %(number)s was not accepted in time"),
    _("%(person)s did not accept “%(subject)s” in time, so it stays with its owner."),
)
register(
    "inquiry.handover_withdrawn",
    _("Inquiry %(number)s is no longer to be taken over"),
    _("The owner has kept “%(subject)s”. You need do nothing more."),
)

register(
    "booking.made",
    _("Appointment on %(moment)s"),
    _("%(window)s expects you on %(moment)s. Give the code %(code)s at the ticket machine when you come."),
)
register(
    "booking.cancelled",
    _("Appointment on %(moment)s cancelled"),
    _("Your appointment at %(window)s on %(moment)s is cancelled."),
)

register_acts(
    {
        "inquiry.recorded": _("Inquiry recorded"),
        "inquiry.answered": _("Answered"),
        "inquiry.confirmed": _("Answer confirmed by the asker"),
        "inquiry.reopened": _("Reopened by the asker"),
        "inquiry.lapsed": _("Closed: nothing was heard from the asker"),
        "inquiry.handed_over": _("Handed over, waiting to be accepted"),
        "inquiry.accepted": _("Taken over"),
        "inquiry.handover_refused": _("Handover refused"),
        "inquiry.handover_lapsed": _("Handover not accepted in time"),
        "inquiry.handover_withdrawn": _("Handover taken back"),
        "booking.made": _("Appointment booked"),
        "booking.cancelled": _("Appointment cancelled"),
        "booking.arrived": _("Came to the appointment"),
        "ticket.drawn": _("Number drawn"),
        "ticket.called": _("Called"),
        "ticket.recalled": _("Called again"),
        "ticket.skipped": pgettext_lazy("ticket", "Skipped"),
        "ticket.missed": _("Skipped for the last time"),
        "ticket.transferred": _("Sent on to another window"),
        "ticket.done": _("Served"),
        "counter.opened": _("Counter opened"),
        "counter.closed": _("Counter closed"),
    }
)
