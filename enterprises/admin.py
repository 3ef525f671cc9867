"""What administrators see. States are read-only: services write them, with ledger and notices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from enterprises.models import Enterprise, Mandate, Membership, Request, Visit, VisitCadence


class ReadOnly:
    """Rows to look at; nothing is added, changed or deleted past the services."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class MembershipInline(ReadOnly, admin.TabularInline):
    model = Membership
    extra = 0
    fk_name = "enterprise"
    raw_id_fields = ["user"]


@admin.register(Enterprise)
class EnterpriseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "credit_code", "tier", "legal_representative"]
    list_filter = ["tier", "is_foreign"]
    search_fields = ["name", "credit_code"]
    inlines = [MembershipInline]


@admin.register(Mandate)
class MandateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "enterprise", "agent", "starts_on", "ends_on", "revoked_at"]
    list_select_related = ["enterprise", "agent"]
    search_fields = ["enterprise__name", "agent__name"]


@admin.register(VisitCadence)
class VisitCadenceAdmin(admin.ModelAdmin):
    list_display = ["tier", "months", "lead_workdays"]


class RequestInline(ReadOnly, admin.TabularInline):
    model = Request
    extra = 0


@admin.register(Visit)
class VisitAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "enterprise", "officer", "status", "planned_on", "visited_on"]
    list_filter = ["status"]
    list_select_related = ["enterprise", "officer"]
    search_fields = ["enterprise__name"]
    inlines = [RequestInline]
