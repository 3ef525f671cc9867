"""To look at: papers are issued and revoked by the services of the apps that own their subjects."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from documents.models import Document, Series


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(_ReadOnly):
    list_display = ["number", "title", "holder", "department", "issued_at", "status", "revoked_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["department"]
    search_fields = ["number", "holder"]
    date_hierarchy = "issued_at"


@admin.register(Series)
class SeriesAdmin(_ReadOnly):
    list_display = ["mark", "year", "last", "department"]
    list_filter = ["year"]
    list_select_related = ["department"]
    search_fields = ["mark"]
