"""What administrators see. States are read-only: services write them, with ledger and notices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reception.models import Answer, Inquiry, InquiryHandover, Limit


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
