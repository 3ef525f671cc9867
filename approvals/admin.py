"""A look into the rows for administrators. Status is read-only: it is written by the services alone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import (
    Application,
    ArchiveFailure,
    Case,
    CaseForm,
    CorrectionNotice,
    JointHandling,
    Matter,
    MatterVersion,
    Step,
)
from approvals.services.form_papers import make_again


class LookOnly(admin.ModelAdmin):
    """Rows can be found and read; nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Matter)
class MatterAdmin(admin.ModelAdmin):
    """In which order matters are offered; editing, retiring and offering have their pages under /catalogue/."""

    list_display = ["code", "name", "stage", "department", "window", "is_active"]
    list_filter = ["stage", "is_active", "department"]
    list_select_related = ["department", "window"]
    search_fields = ["code", "name", "name_en"]
    readonly_fields = [
        "code",
        "name",
        "name_en",
        "stage",
        "department",
        "window",
        "current",
        "is_active",
        "file_digest",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MatterVersion)
class MatterVersionAdmin(LookOnly):
    list_display = ["matter", "number", "created_at"]
    list_select_related = ["matter"]
    search_fields = ["matter__code", "matter__name"]


@admin.register(Application)
class ApplicationAdmin(LookOnly):
    list_display = ["number", "project", "enterprise", "status", "channel", "submitted_at"]
    list_filter = ["status", "channel"]
    list_select_related = ["project", "enterprise"]
    search_fields = ["number", "project__name", "enterprise__name"]


@admin.register(Case)
class CaseAdmin(LookOnly):
    list_display = ["number", "matter", "enterprise", "department", "status", "received_at"]
    list_filter = ["status", "decision", "deemed_accepted", "department"]
    list_select_related = ["matter", "enterprise", "department"]
    search_fields = ["number", "project__name", "enterprise__name"]
    show_full_result_count = False


@admin.register(CaseForm)
class CaseFormAdmin(LookOnly):
    """Application forms as they were handed in; those whose paper failed can be tried again."""

    list_display = ["case", "ordinal", "handed_in_at", "file", "attempts", "error"]
    list_filter = [("error", admin.EmptyFieldListFilter)]
    list_select_related = ["case", "file"]
    search_fields = ["case__number"]
    show_full_result_count = False
    actions = ["try_again"]

    @admin.action(description=gettext_lazy("Make the paper again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[CaseForm]) -> None:
        count = make_again(form_ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, _("%(count)s papers will be made again.") % {"count": count})


@admin.register(JointHandling)
class JointHandlingAdmin(LookOnly):
    list_display = ["application", "department", "started_by", "started_at", "ended_at"]
    list_filter = ["department"]
    list_select_related = ["application", "department", "started_by"]
    search_fields = ["application__number", "application__project__name"]


@admin.register(Step)
class StepAdmin(LookOnly):
    list_display = ["case", "name", "department", "status", "handler", "opened_at", "finished_at"]
    list_filter = ["status", "kind", "department"]
    list_select_related = ["case", "department", "handler"]
    search_fields = ["case__number", "name"]
    show_full_result_count = False


@admin.register(CorrectionNotice)
class CorrectionNoticeAdmin(LookOnly):
    """Further notices for the same case are what supervision looks at."""

    list_display = ["case", "ordinal", "issued_by", "issued_at", "answered_at", "reason_again"]
    list_filter = [("ordinal", admin.AllValuesFieldListFilter)]
    list_select_related = ["case", "issued_by"]
    search_fields = ["case__number"]


@admin.register(ArchiveFailure)
class ArchiveFailureAdmin(LookOnly):
    list_display = ["case", "attempts", "failed_at", "next_try_at", "error"]
    list_select_related = ["case"]
    search_fields = ["case__number"]
