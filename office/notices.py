"""Messages of this app, and how the ledger names its acts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.display import register_acts
from notifications.templates import register

register(
    "task.assigned", _("New task: %(title)s"), _("%(person)s gives you the task “%(title)s”. Take it on its page.")
)
register(
    "task.handed_over",
    _("A task is yours now: %(title)s"),
    _("%(person)s passes the task “%(title)s” on to you. Its limit stays."),
)
register(
    "task.moved",
    _("Your task has another handler: %(title)s"),
    _("The task “%(title)s” that you gave to %(department)s is now done by %(handler)s."),
)
register(
    "task.answered",
    _("Answer to your task: %(title)s"),
    _("%(person)s has answered the task “%(title)s”. Look at the answer and close or return the task."),
)
register(
    "task.returned",
    _("Task returned: %(title)s"),
    _("%(person)s returns your answer to “%(title)s”: %(reason)s. The task has a new limit."),
)
register("task.closed", _("Task closed: %(title)s"), _("%(person)s has closed the task “%(title)s”."))
register(
    "task.withdrawn",
    _("Task withdrawn: %(title)s"),
    _("The task “%(title)s” was withdrawn: %(reason)s. You have nothing more to do."),
)
register(
    "task.extension_asked",
    _("More days asked for: %(title)s"),
    _("%(person)s asks for %(days)s more working days for the task “%(title)s”: %(reason)s"),
)
register("task.extended", _("More days granted: %(title)s"), _("The task “%(title)s” has %(days)s more working days."))
register(
    "task.extension_refused",
    _("More days refused: %(title)s"),
    _("The task “%(title)s” keeps its limit. %(reason)s"),
)

register(
    "papers.sent",
    _("Papers from %(from)s: %(number)s"),
    _("%(person)s of %(from)s hands papers over to you. Count them and sign for each on the page of the list."),
)
register(
    "papers.signed",
    _("Papers signed for: %(number)s"),
    _("%(to)s has received all papers of list %(number)s."),
)
register(
    "papers.wrong",
    _("Papers missing or refused: %(number)s"),
    _("%(to)s has not received %(count)s of the papers of list %(number)s as listed. Settle it on the list's page."),
)
register(
    "papers.settled",
    _("Hand-over settled: %(number)s"),
    _("%(from)s has taken back what you refused or found what was missing of list %(number)s."),
)
register(
    "papers.lost",
    _("Papers lost: %(number)s"),
    _("%(count)s of the papers of list %(number)s are lost. See the list's page for what %(from)s says."),
)
register(
    "papers.withdrawn",
    _("Hand-over withdrawn: %(number)s"),
    _("%(from)s keeps the papers of list %(number)s: %(reason)s"),
)
register(
    "notice.published",
    _("Notice: %(title)s"),
    _("%(person)s has written the notice “%(title)s”. Read it and confirm that you have."),
)
register(
    "notice.corrected",
    _("Notice corrected: %(title)s"),
    _("The notice “%(title)s” was corrected: %(reason)s. Read it again and confirm."),
)
register("notice.withdrawn", _("Notice withdrawn: %(title)s"), _("The notice “%(title)s” no longer holds: %(reason)s"))
register(
    "notice.unread",
    _("Please read: %(title)s"),
    _("You have not confirmed yet that you have read the notice “%(title)s”."),
)

register_acts(
    {
        "task.assigned": _("Task given"),
        "task.taken": _("Task taken"),
        "task.handed_over": _("Task passed on"),
        "task.answered": _("Task answered"),
        "task.returned": _("Answer returned"),
        "task.closed": _("Task closed"),
        "task.withdrawn": _("Task withdrawn"),
        "task.extension_asked": pgettext_lazy("task act", "More days asked for"),
        "task.extended": pgettext_lazy("task act", "More days granted"),
        "task.extension_refused": pgettext_lazy("task act", "More days refused"),
        "papers.sent": _("Papers handed over"),
        "papers.signed": _("Papers signed for"),
        "papers.settled": _("Refused or missing papers settled"),
        "papers.withdrawn": _("Hand-over of papers withdrawn"),
        "notice.published": _("Notice published"),
        "notice.corrected": _("Notice corrected"),
        "notice.withdrawn": _("Notice withdrawn"),
        "notice.pinned": _("Notice pinned"),
        "notice.unpinned": _("Notice unpinned"),
    }
)
