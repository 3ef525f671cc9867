"""Limits to edit; orders and helpers to look at only, services write them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agency.models import AgencyLimit, AgencyOrder, MandateHelper


@admin.register(AgencyLimit)
class AgencyLimitAdmin(admin.ModelAdmin):
    """One row for each duty; none is added or removed by hand."""

    list_display = ["duty", "workdays", "source"]
    readonly_fields = ["duty"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LookOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AgencyOrder)
class AgencyOrderAdmin(LookOnly):
    list_display = ["id", "mandate", "project", "intention", "status", "wanted_start", "opened_at"]
    list_filter = ["status"]
    list_select_related = ["mandate__enterprise", "mandate__agent", "project"]


@admin.register(MandateHelper)
class MandateHelperAdmin(LookOnly):
    list_display = ["id", "mandate", "user", "department", "of_street", "starts_on", "ends_on", "removed_at"]
    list_filter = ["of_street"]
    list_select_related = ["mandate__enterprise", "mandate__agent", "user", "department"]
