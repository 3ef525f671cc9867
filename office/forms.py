"""Forms of tasks. They check form; what depends on other rows is checked by the services."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Post, User
from office.models import OfficeLimit, Task

FILES_AT_ONCE = 10


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


def text_field(
    label: Any, *, rows: int = 4, required: bool = True, most: int = 4000, hint: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=most, required=required, help_text=hint
    )


def staffed_departments() -> Any:
    """Departments in which somebody holds a post today."""
    held = Post.objects.current().filter(user__is_active=True).values("department")
    return Department.objects.filter(pk__in=held)


def staff() -> Any:
    """Everybody who holds a post today."""
    posts = Post.objects.current().values("user")
    return (
        User.objects.filter(is_active=True, pk__in=posts).order_by("name", "id").prefetch_related("posts__department")
    )


class PersonChoice(forms.ModelChoiceField[User]):
    """People by name, with where they work."""

    def label_from_instance(self, user: User) -> str:
        departments = "、".join(dict.fromkeys(post.department.label for post in user.posts.all()))
        return f"{user} · {departments}" if departments else str(user)


class TaskForm(forms.Form):
    """A task for a lead department or one person, perhaps with departments that assist."""

    title = forms.CharField(label=_("Task"), max_length=120, help_text=_("In a few words, as it stands in lists."))
    text = text_field(_("What is to be done"), rows=6)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Lead department"), empty_label=_("Choose a department"), required=False
    )
    handler = PersonChoice(
        User.objects.none(),
        label=pgettext_lazy("task", "Person"),
        empty_label=_("Whoever of the department takes it"),
        required=False,
        help_text=_("Leave it open to give the task to the department."),
    )
    assisting = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("Assisting departments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Limit in working days"), min_value=1, max_value=250)
    attachments = files_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = staffed_departments()
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["assisting"].queryset = departments  # type: ignore[attr-defined]
        self.fields["handler"].queryset = staff()  # type: ignore[attr-defined]
        self.fields["days"].initial = OfficeLimit.objects.get(code=OfficeLimit.Code.TASK).days

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("department") and not data.get("handler") and "department" not in self.errors:
            self.add_error("department", _("Choose a department or a person."))
        if data.get("department") and data["department"] in (data.get("assisting") or []):
            self.add_error("assisting", _("The lead department does not assist itself."))
        return data


class AnswerForm(forms.Form):
    """What was done."""

    text = text_field(_("Answer"), rows=6, hint=_("What was done, and what came of it."))
    attachments = files_field()


class ReasonForm(forms.Form):
    reason = text_field(_("Reason"), rows=3, most=500)


class ReturnForm(forms.Form):
    reason = text_field(_("What is missing"), rows=3, most=500)
    days = forms.IntegerField(label=_("Limit in working days"), min_value=1, max_value=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = OfficeLimit.objects.get(code=OfficeLimit.Code.TASK).days


class MoreDaysForm(forms.Form):
    days = forms.IntegerField(label=_("Working days more"), min_value=1, max_value=250)
    reason = text_field(_("Reason"), rows=3, most=500)


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", pgettext_lazy("task extension", "Grant")), ("no", pgettext_lazy("task extension", "Refuse"))],
        widget=forms.RadioSelect,
    )
    remark = text_field(_("Words"), rows=2, most=500, required=False, hint=_("A refusal needs a reason."))


class HandOverForm(forms.Form):
    """To somebody else of the department that has the task."""

    to = PersonChoice(User.objects.none(), label=_("To whom"), empty_label=_("Choose a person"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.current().in_departments([task.department_id]).values("user")
        self.fields["to"].queryset = staff().filter(pk__in=posts).exclude(pk=task.handler_id)  # type: ignore[attr-defined]


class TaskFilterForm(forms.Form):
    """Filters of the list; they live in the address."""

    box = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=pgettext_lazy("search", "Words"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Not ended")), *Task.Status.choices, ("all", _("All"))]
    )
    light = forms.ChoiceField(
        label=_("Light"),
        required=False,
        choices=[("", _("All")), ("red", _("Overdue")), ("yellow", _("Due soon")), ("green", _("On time"))],
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = staffed_departments()  # type: ignore[attr-defined]
