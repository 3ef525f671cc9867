"""Calendar, rungs and clocks in the admin; the calendar only to look at, rungs through the services."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.display import light_view
from deadlines import services
from deadlines.labels import channel_label, code_label
from deadlines.models import (
    CalendarOverride,
    CalendarRevision,
    CalendarYear,
    Clock,
    Extension,
    FiredRung,
    HallHours,
    Handover,
    NoticeDay,
    Rung,
    Stop,
    SweepState,
)
from notifications.channels import registered as registered_channels


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor(request.user)


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at: these rows are written by the engine alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CalendarDataAdmin(ReadOnlyAdmin):
    """The calendar is changed on its own page, which shows beforehand what would move: one way only."""

    change_list_template = "admin/deadlines/calendar_list.html"


@admin.register(CalendarOverride)
class CalendarOverrideAdmin(CalendarDataAdmin):
    list_display = ["date", "is_workday", "closed", "name", "source", "created_by", "created_at"]
    list_select_related = ["created_by"]


@admin.register(CalendarYear)
class CalendarYearAdmin(CalendarDataAdmin):
    list_display = ["year", "published", "source"]


@admin.register(NoticeDay)
class NoticeDayAdmin(CalendarDataAdmin):
    list_display = ["date", "is_workday", "name", "year"]
    list_filter = ["year"]
    list_select_related = ["year"]


@admin.register(HallHours)
class HallHoursAdmin(CalendarDataAdmin):
    list_display = ["weekday", "opens", "closes"]


@admin.register(CalendarRevision)
class CalendarRevisionAdmin(CalendarDataAdmin):
    list_display = ["id", "shown_reason", "shown_moved", "shown_at", "shown_by"]
    list_select_related = ["made_by"]

    @admin.display(description=_("Reason"))
    def shown_reason(self, revision: CalendarRevision) -> str:
        return revision.reason

    @admin.display(description=_("Dates moved"))
    def shown_moved(self, revision: CalendarRevision) -> int:
        return revision.moved

    @admin.display(description=_("Changed at"), ordering="made_at")
    def shown_at(self, revision: CalendarRevision) -> datetime:
        return revision.made_at

    @admin.display(description=_("Changed by"))
    def shown_by(self, revision: CalendarRevision) -> User | None:
        return revision.made_by


class CodeInWords:
    """The code of a rung as people read it; one that the hall has not named stays as it is."""

    @admin.display(description=_("Rung"), ordering="code")
    def shown_code(self, row: Rung | FiredRung) -> str:
        return code_label(row.code.split(".", maxsplit=1)[0])


class RungAdminForm(ModelForm):
    """Channels are ticked, not typed."""

    channels = MultipleChoiceField(
        label=Rung._meta.get_field("channels").verbose_name,
        help_text=Rung._meta.get_field("channels").help_text,
        required=False,
        widget=CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channels"]
        assert isinstance(field, MultipleChoiceField)
        field.choices = [(channel.code, channel_label(channel.code)) for channel in registered_channels()]


@admin.register(Rung)
class RungAdmin(CodeInWords, admin.ModelAdmin):
    """A change reaches the open duties at once: what has been sent is never sent again."""

    form = RungAdminForm
    list_display = ["shown_code", "kind", "department", "anchor", "offset", "unit", "who", "quiet", "digest", "active"]
    list_filter = ["kind", ("department", admin.RelatedOnlyFieldListFilter), "active"]
    list_select_related = ["department"]

    def save_model(self, request: HttpRequest, obj: Rung, form: ModelForm, change: bool) -> None:
        services.save_rung(actor=_actor(request), rung=obj)

    def delete_model(self, request: HttpRequest, obj: Rung) -> None:
        services.remove_rung(actor=_actor(request), rung=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for rung in queryset:
            self.delete_model(request, rung)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A general rung is switched off, not deleted: the next migrate would bring it back."""
        return (obj is None or bool(obj.kind)) and super().has_delete_permission(request, obj)


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "shown_light", "due_at", "lawful_due_at", "outcome", "department", "alarm"]
    list_filter = ["kind", "outcome", "alarm"]
    list_select_related = ["department", "handler"]
    search_fields = ["title", "=subject_id"]
    show_full_result_count = False

    @admin.display(description=_("Light"))
    def shown_light(self, clock: Clock) -> str:
        return light_view(clock.light()).text


@admin.register(FiredRung)
class FiredRungAdmin(CodeInWords, ReadOnlyAdmin):
    list_display = ["clock", "shown_code", "due_at", "fired_at"]
    list_filter = ["code"]
    list_select_related = ["clock"]
    show_full_result_count = False


@admin.register(Stop)
class StopAdmin(ReadOnlyAdmin):
    list_display = ["clock", "ground", "planned_until", "starts_at", "ends_at", "started_by"]
    list_filter = ["ground"]
    list_select_related = ["clock", "started_by"]
    show_full_result_count = False


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    list_display = ["clock", "amount", "status", "asked_by", "asked_at", "decided_by"]
    list_filter = ["status"]
    list_select_related = ["clock", "asked_by", "decided_by"]
    show_full_result_count = False


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    list_display = ["clock", "from_user", "to_user", "cause", "by", "at"]
    list_filter = ["cause"]
    list_select_related = ["clock", "from_user", "to_user", "by"]
    show_full_result_count = False


@admin.register(SweepState)
class SweepStateAdmin(ReadOnlyAdmin):
    list_display = ["last_run_at", "fired", "expired", "seconds", "error"]
