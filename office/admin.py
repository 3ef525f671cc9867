"""What administrators see. States are read-only: services write them, with ledger and notices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from office.models import OfficeLimit, Paper, PaperHandover, StaffNotice, Task


class ReadOnly:
    """Rows to look at; nothing is added, changed or deleted past the services."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(OfficeLimit)
class OfficeLimitAdmin(admin.ModelAdmin):
    """How many days the duties get; a change holds for duties that begin from now on."""

    list_display = ["code", "days", "source"]
    list_editable = ["days", "source"]
    readonly_fields = ["code"]

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "department", "handler", "status", "assigned_at"]
    list_filter = ["status", "department"]
    search_fields = ["title"]


@admin.register(Paper)
class PaperAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "subject_title", "department", "state", "since"]
    list_filter = ["state", "department"]
    search_fields = ["name", "subject_title"]


@admin.register(PaperHandover)
class PaperHandoverAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "from_department", "to_department", "status", "sent_at"]
    list_filter = ["status"]
    search_fields = ["number"]


@admin.register(StaffNotice)
class StaffNoticeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "importance", "status", "published_by", "published_at"]
    list_filter = ["status", "importance"]
    search_fields = ["title"]
