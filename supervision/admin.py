from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from supervision.models import Rating


@admin.register(Rating)
class RatingAdmin(admin.ModelAdmin):
    """To look at only: ratings are given by firms and answered by the window."""

    list_display = ["case", "grade", "rated_at", "answered_at"]
    list_filter = ["grade"]
    search_fields = ["case__number"]
    list_select_related = ["case"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
