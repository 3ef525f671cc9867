"""What administrators see. States are read-only: services write them, with ledger and notices."""

import secrets
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reception.models import Answer, Booking, Inquiry, InquiryHandover, Kiosk, Limit, Opening, Queue


class ReadOnly:
    """Rows to look at; nothing is added, changed or deleted past the services."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(Limit)
class LimitAdmin(admin.ModelAdmin):
    """How long and how often; what runs already keeps its dates."""

    list_display = ["code", "amount", "unit", "source"]
    readonly_fields = ["code"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


class AnswerInline(ReadOnly, admin.TabularInline):
    model = Answer
    extra = 0


class HandoverInline(ReadOnly, admin.TabularInline):
    model = InquiryHandover
    fk_name = "inquiry"
    extra = 0


@admin.register(Inquiry)
class InquiryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "subject", "channel", "status", "owner", "department", "created_at"]
    list_filter = ["status", "channel"]
    list_select_related = ["owner", "department"]
    search_fields = ["number", "subject", "asker_name", "asker_phone"]
    inlines = [AnswerInline, HandoverInline]


@admin.register(Opening)
class OpeningAdmin(admin.ModelAdmin):
    """When a window takes appointments. What is booked already stays."""

    list_display = ["department", "weekday", "opens", "closes", "minutes", "seats"]
    list_filter = ["department"]
    list_select_related = ["department"]


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin):
    list_display = ["letter", "department", "minutes_each"]
    list_select_related = ["department"]


@admin.register(Kiosk)
class KioskAdmin(admin.ModelAdmin):
    """Its page is /hall/kiosk/<key>/: give that address to the machine only."""

    list_display = ["name", "key", "active"]

    def get_changeform_initial_data(self, _request: HttpRequest) -> dict[str, Any]:
        return {"key": secrets.token_urlsafe(18)}


@admin.register(Booking)
class BookingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["department", "starts_at", "name", "phone", "status"]
    list_filter = ["status", "department"]
    list_select_related = ["department"]
    search_fields = ["name", "phone", "code"]
