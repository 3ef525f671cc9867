"""Forms of appointments and the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from reception.forms.inquiries import PhoneField
from reception.models import Queue
from reception.slots import Slot

CODE_INPUT = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "figure"}


class BookingForm(forms.Form):
    """When, and who comes."""

    starts_at = forms.TypedChoiceField(
        label=_("Time"), coerce=datetime.fromisoformat, widget=forms.RadioSelect,
        error_messages={"required": _("Choose a time."), "invalid_choice": _("This time is no longer free.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = PhoneField()
    matter = forms.CharField(
        label=_("What do you come for?"), max_length=120, required=False, help_text=_("So that the window prepares.")
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [slot for slot in slots if slot.left]
        times: Any = self.fields["starts_at"]
        times.choices = [(slot.starts_at.isoformat(), _shown(slot)) for slot in free]
        if user is not None:
            self.fields["name"].initial, self.fields["phone"].initial = user.name, user.phone


def _shown(slot: Slot) -> str:
    start, end = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    left = ngettext("%(count)s place left", "%(count)s places left", slot.left) % {"count": slot.left}
    return f"{start:%H:%M}–{end:%H:%M} · {left}"


class CodeForm(forms.Form):
    """The code of an appointment."""

    code = forms.CharField(label=_("Appointment code"), max_length=20, widget=forms.TextInput(attrs=CODE_INPUT))


class QueueChoice(forms.ModelChoiceField[Queue]):
    def label_from_instance(self, queue: Queue) -> str:
        return f"{queue.letter} · {queue.department.label}"


class CounterForm(forms.Form):
    """Where a clerk sits today, and for which window."""

    queue = QueueChoice(Queue.objects.none(), label=_("Window"), empty_label=None)
    number = forms.IntegerField(label=_("Counter number"), min_value=1, max_value=99)

    def __init__(self, *args: Any, department_ids: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Queue.objects.filter(department__in=department_ids).select_related("department")
        self.fields["queue"].queryset = mine  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    queue = QueueChoice(Queue.objects.none(), label=_("To which window?"), empty_label=_("Choose"))

    def __init__(self, *args: Any, leaving: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Queue.objects.exclude(pk=leaving).select_related("department")
        self.fields["queue"].queryset = others  # type: ignore[attr-defined]
