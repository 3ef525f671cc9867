"""What administrators see. States are read-only: services write them, with ledger and notices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from office.models import OfficeLimit, Task


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
