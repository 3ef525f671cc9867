"""What somebody may do with a task now: each act with its form, its words and its service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from office import forms, rules, services
from office.models import Task
from office.transitions import TASK
from office.views.base import attempt


@dataclass
class Panel:
    """One act: its button, its form if it has one, and what carries it out."""

    act: str
    label: Any
    icon: str
    form: Form | None
    done: Any
    call: Callable[[Actor, Task, dict[str, Any]], Any]
    tone: str = ""

    @property
    def is_open(self) -> bool:
        """Sent and refused: shown with its errors."""
        return self.form is not None and self.form.is_bound

    @property
    def takes_files(self) -> bool:
        return self.form is not None and self.form.is_multipart()

    def carry_out(self, request: HttpRequest, task: Task) -> bool:
        if self.form is not None and not self.form.is_valid():
            return False
        data = self.form.cleaned_data if self.form else {}
        assert isinstance(request.user, User)
        actor = Actor(request.user)
        return attempt(request, lambda: self.call(actor, task, data), self.done, self.form)


def panels(user: User, task: Task, sent: str, request: HttpRequest) -> dict[str, Panel]:
    """The acts open to ``user``, the most likely first; the one that was ``sent`` is bound to the request."""
    offered = [*_of_worker(user, task), *_of_giver(user, task)]
    found = {}
    for act, make, *rest in offered:
        form = None
        if make is not None:
            data = (request.POST, request.FILES) if act == sent else (None, None)
            # Several forms stand on one page: each has ids of its own.
            form = make(*data, auto_id=f"id_{act}_%s")
        label, icon, done, call, tone = rest
        found[act] = Panel(act, label, icon, form, done, call, tone)
    return found


def _of_worker(user: User, task: Task) -> list[tuple[Any, ...]]:
    acts: list[tuple[Any, ...]] = []
    if rules.may_take(user, task) and TASK.allows(task.status, "take"):
        acts.append(("take", None, _("Take the task"), "hand", _("The task is yours."), _take, ""))
    if rules.may_answer(user, task) and TASK.allows(task.status, "answer"):
        acts.append(("answer", forms.AnswerForm, _("Answer"), "send", _("The answer is sent."), _answer, ""))
    if rules.is_handler(user, task) and TASK.allows(task.status, "extend") and not _asked(task):
        acts.append(
            (
                "extend",
                forms.MoreDaysForm,
                _("Ask for more days"),
                "calendar-plus",
                _("The giver has been asked."),
                _extend,
                "",
            )
        )
    if rules.may_hand_over(user, task) and TASK.allows(task.status, "hand_over"):

        def make(data: Any, files: Any, **options: Any) -> Form:
            return forms.HandOverForm(data, files, task=task, **options)

        acts.append(("hand_over", make, _("Pass on"), "user-round-plus", _("The task is passed on."), _hand_over, ""))
    return acts


def _of_giver(user: User, task: Task) -> list[tuple[Any, ...]]:
    if not rules.may_check(user, task):
        return []
    acts: list[tuple[Any, ...]] = []
    if TASK.allows(task.status, "close"):
        acts.append(("close", None, _("Close the task"), "check", _("The task is closed."), _close, ""))
        acts.append(("return", forms.ReturnForm, _("Return it"), "undo-2", _("The task is returned."), _return, ""))
    if _asked(task):
        acts.append(
            (
                "decide",
                forms.DecideForm,
                _("Decide on more days"),
                "calendar-check",
                _("The decision is sent."),
                _decide,
                "",
            )
        )
    if TASK.allows(task.status, "withdraw"):
        acts.append(("withdraw", forms.ReasonForm, _("Withdraw"), "x", _("The task is withdrawn."), _withdraw, "red"))
    return acts


def _asked(task: Task) -> Any:
    return next((one for one in task.extensions.all() if one.status == "asked"), None)


def _take(actor: Actor, task: Task, _data: dict[str, Any]) -> Any:
    return services.take_task(actor=actor, task=task)


def _answer(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    return services.answer_task(actor=actor, task=task, text=data["text"], uploads=data["attachments"])


def _extend(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    return services.ask_more_days(actor=actor, task=task, **data)


def _hand_over(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    return services.hand_over_task(actor=actor, task=task, **data)


def _close(actor: Actor, task: Task, _data: dict[str, Any]) -> Any:
    return services.close_task(actor=actor, task=task)


def _return(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    return services.return_task(actor=actor, task=task, **data)


def _decide(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    grant = data["decision"] == "yes"
    return services.decide_more_days(actor=actor, extension=_asked(task), grant=grant, remark=data["remark"])


def _withdraw(actor: Actor, task: Task, data: dict[str, Any]) -> Any:
    return services.withdraw_task(actor=actor, task=task, **data)
