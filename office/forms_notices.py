"""Forms of notices to staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Role
from office.forms import files_field, staffed_departments, text_field
from office.models import StaffNotice
from office.services import NoticeText


class ContentForm(forms.Form):
    """What a notice says."""

    title = forms.CharField(label=pgettext_lazy("staff notice", "Title"), max_length=120)
    text = text_field(pgettext_lazy("staff notice", "Text"), rows=10, most=8000)
    importance = forms.ChoiceField(
        label=_("Importance"), choices=StaffNotice.Importance.choices, initial="normal", widget=forms.RadioSelect
    )
    read_by = forms.DateField(
        label=_("To be read by"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Whoever has not confirmed by then is reminded each working day."),
    )

    def content(self) -> NoticeText:
        data = self.cleaned_data
        return NoticeText(
            title=data["title"], text=data["text"], importance=data["importance"], read_by=data["read_by"]
        )


class NoticeForm(ContentForm):
    """A new notice: also to whom."""

    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=pgettext_lazy("readers", "Departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )
    is_pinned = forms.BooleanField(label=_("Keep it on top of the list"), required=False)
    attachments = files_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = staffed_departments()  # type: ignore[attr-defined]


class CorrectForm(ContentForm):
    reason = forms.CharField(
        label=_("What was corrected"), max_length=300, help_text=_("Readers see it and confirm the notice anew.")
    )


class WithdrawNoticeForm(forms.Form):
    reason = text_field(_("Reason"), rows=2, most=300)


class NoticeFilterForm(forms.Form):
    """Filters of the list; they live in the address."""

    box = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=pgettext_lazy("search", "Words"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    importance = forms.ChoiceField(
        label=_("Importance"), required=False, choices=[("", _("All")), *StaffNotice.Importance.choices]
    )
