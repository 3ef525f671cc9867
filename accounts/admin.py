from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, Department, Post, User


class PostInline(admin.TabularInline):
    model = Post
    extra = 0


@admin.register(User)
class HallUserAdmin(UserAdmin):
    list_display = ["username", "name", "phone", "is_active"]
    inlines = [PostInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "phone", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
    ]


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "name_en", "kind", "phone", "mark"]
    list_filter = ["kind"]
    search_fields = ["code", "name", "name_en"]


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    """To look at: absences are entered on their own page, where the substitute is checked."""

    list_display = ["user", "substitute", "starts_on", "ends_on", "kind", "entered_by", "cancelled_at", "ended_at"]
    list_filter = ["kind"]
    list_select_related = ["user", "substitute", "entered_by"]
    search_fields = ["user__name", "substitute__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
