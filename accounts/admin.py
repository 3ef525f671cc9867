from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Post, User


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
    list_display = ["code", "name", "name_en", "kind", "phone"]
    list_filter = ["kind"]
    search_fields = ["code", "name", "name_en"]
