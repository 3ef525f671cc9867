from django.contrib import admin
from django.http import HttpRequest

from files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):
    """To look a file up; its content never changes, so nothing can be edited."""

    list_display = ["name", "size", "content_type", "uploaded_by", "created_at"]
    search_fields = ["name", "sha256"]
    list_select_related = ["uploaded_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False
