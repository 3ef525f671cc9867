from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError
from files import scanning
from files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):
    """To look a file up and see how its check and previews went; content never changes, so nothing is edited."""

    list_display = ["name", "size", "content_type", "uploaded_by", "created_at", "scan_state", "preview_state"]
    list_filter = ["scan_state", "preview_state", "content_type"]
    search_fields = ["name", "sha256", "scan_result"]
    list_select_related = ["uploaded_by"]
    actions = ["scan_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Check for viruses again"), permissions=["view"])
    def scan_again(self, request: HttpRequest, queryset: QuerySet[StoredFile]) -> None:
        """Those of the chosen files that could not be checked."""
        actor = Actor(request.user if isinstance(request.user, User) else None)
        refused: list[Any] = []
        for stored in queryset:
            try:
                scanning.scan_again(actor=actor, stored=stored)
            except HallError as error:
                refused.append(_("%(name)s: %(reason)s") % {"name": stored.name, "reason": error})
        done = len(queryset) - len(refused)
        text = ngettext("%(count)s file is checked again.", "%(count)s files are checked again.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.WARNING)
        for line in refused:
            self.message_user(request, line, messages.WARNING)
