"""Forms of inquiries: recording, asking, handing over, answering, looking up."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Post, User
from common.bilingual import pick
from enterprises.credit_code import normalise
from enterprises.models import Enterprise
from reception.models import Inquiry
from reception.services import Asked

FILES_AT_ONCE = 5
PHONE = re.compile(r"\+?[0-9][0-9\-\s转#]{4,24}")


def text_field(label: Any, *, help_text: Any = "", rows: int = 4, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=4000,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploads in one field; cleans to a list, empty where none was chosen."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(chosen) > FILES_AT_ONCE:
            raise forms.ValidationError(_("Choose at most %(count)s files at once.") % {"count": FILES_AT_ONCE})
        return [super(ManyFilesField, self).clean(one, initial) for one in chosen]


def files_field() -> ManyFilesField:
    return ManyFilesField(
        label=_("Attachments"),
        help_text=_("PDF, PNG, JPEG, docx, xlsx or dwg; several may be chosen at once."),
        required=False,
    )


class PhoneField(forms.CharField):
    """Mobile or fixed line, as people write it down."""

    def __init__(self, **kwargs: Any) -> None:
        options = {"label": _("Telephone"), "max_length": 30, "widget": forms.TextInput(attrs={"inputmode": "tel"})}
        super().__init__(**{**options, **kwargs})

    def clean(self, value: Any) -> str:
        phone = str(super().clean(value) or "").strip()
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError(_("Enter a telephone number, such as 13912345678 or 0335-8512345."))
        return re.sub(r"\s", "", phone)


class QuestionForm(forms.Form):
    """What is asked, whoever asks."""

    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=120,
        help_text=_("A few words, such as: fire acceptance of a workshop."),
    )
    text = text_field(_("Question"), rows=5)
    matter_code = forms.CharField(
        label=_("Matter code"), max_length=40, required=False, help_text=_("On the guide, if you know it.")
    )

    def asked(self, *, name: str, phone: str, enterprise: Enterprise | None) -> Asked:
        data = self.cleaned_data
        return Asked(
            name=name, phone=phone, subject=data["subject"], text=data["text"], matter_code=data["matter_code"],
            enterprise=enterprise,
        )  # fmt: skip


class RecordForm(QuestionForm):
    """首问登记: one short page for whoever is asked first."""

    channel = forms.ChoiceField(
        label=_("How was it asked?"),
        choices=[(one.value, one.label) for one in (Inquiry.Channel.COUNTER, Inquiry.Channel.TELEPHONE)],
        initial=Inquiry.Channel.COUNTER,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Who asks?"), max_length=60)
    phone = PhoneField(required=False, help_text=_("So that the answer reaches the asker."))
    enterprise = forms.CharField(
        label=_("For which enterprise?"), max_length=120, required=False,
        help_text=_("Full name or unified social credit code. Its people then see question and answer."),
    )  # fmt: skip
    answer = text_field(
        _("Answered on the spot"), required=False, rows=3,
        help_text=_("Leave it empty when the answer follows; then your time limit runs."),
    )  # fmt: skip
    attachments = files_field()

    field_order = ["channel", "name", "phone", "enterprise", "subject", "text", "matter_code", "answer", "attachments"]

    def clean_enterprise(self) -> Enterprise | None:
        said = str(self.cleaned_data["enterprise"]).strip()
        if not said:
            return None
        found = Enterprise.objects.filter(credit_code=normalise(said)).first()
        found = found or Enterprise.objects.filter(name=said).first()
        if found is None:
            raise forms.ValidationError(
                _("No enterprise with this name or code. Leave it empty if it is not registered.")
            )
        return found


class WebForm(QuestionForm):
    """Asking online. Signed in one may ask for one's firm and send files."""

    name = forms.CharField(label=_("Your name"), max_length=60)
    phone = PhoneField(help_text=_("Mobile or fixed line. Shown only to the people who answer."))
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=_("For which enterprise?"), required=False, empty_label=_("For myself")
    )
    attachments = files_field()

    field_order = ["subject", "text", "matter_code", "enterprise", "name", "phone", "attachments"]

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is None:
            del self.fields["enterprise"], self.fields["attachments"]
            return
        firms = Enterprise.objects.filter(pk__in=Enterprise.objects.ids_acted_for(user)).order_by("name")
        if firms:
            self.fields["enterprise"].queryset = firms  # type: ignore[attr-defined]
        else:
            del self.fields["enterprise"]
        self.fields["name"].initial, self.fields["phone"].initial = user.name, user.phone


class PersonChoice(forms.ModelChoiceField[User]):
    def label_from_instance(self, user: User) -> str:
        departments = ", ".join(dict.fromkeys(post.department.label for post in user.posts.all()))
        return f"{user} · {departments}" if departments else str(user)


class HandOverForm(forms.Form):
    """To whom, and why."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("Choose"),
        help_text=_("Without a name, whoever of the department accepts first has it."),
    )  # fmt: skip
    to_user = PersonChoice(
        User.objects.none(),
        label=pgettext_lazy("inquiry handover", "Person"),
        required=False,
        empty_label=_("Nobody by name"),
    )
    reason = text_field(_("Reason"), rows=3)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.current().filter(user__is_active=True).select_related("department")
        people = User.objects.filter(pk__in=posts.values("user")).exclude(pk=user.pk).order_by("name", "id")
        departments: Any = self.fields["department"]
        departments.queryset = Department.objects.filter(pk__in=posts.values("department"))
        departments.label_from_instance = lambda one: pick(one.name, one.name_en)
        person: Any = self.fields["to_user"]
        person.queryset = people.prefetch_related("posts__department")


class AnswerForm(forms.Form):
    answer = text_field(_("Answer"), rows=5, help_text=_("The asker reads this."))


class RefuseForm(forms.Form):
    reason = text_field(_("Reason for refusing"), rows=2)


class ReopenForm(forms.Form):
    reason = text_field(_("What is still open?"), rows=3)


class LookUpForm(forms.Form):
    """Number and code as given when the question was taken in."""

    number = forms.CharField(
        label=_("Number of the question"), max_length=40, help_text=_("Such as SW202600012."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Query code"), max_length=20, help_text=_("Eight letters and digits beside the number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class ListFilter(forms.Form):
    """What the list of inquiries is narrowed to."""

    q = forms.CharField(
        label=_("Number, telephone or words"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *Inquiry.Status.choices])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All")), *Inquiry.Channel.choices])
