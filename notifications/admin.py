"""The outbox in the admin: what was sent to whom, and why something was not."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifications import services
from notifications.models import DeliveryTimes, Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    list_display = ["id", "recipient", "channel", "template", "status", "attempts", "sent_at", "read_at", "error"]
    list_filter = ["channel", "status", "digest"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__username", "recipient__name", "template"]
    show_full_result_count = False
    actions = ["send_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Send the failed ones again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = services.send_again(message_ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, _("%(count)s messages wait to be sent again.") % {"count": count})


@admin.register(DeliveryTimes)
class DeliveryTimesAdmin(admin.ModelAdmin):
    """One row, to change. Quiet hours hold at once; what waits for a digest keeps the time it was given."""

    list_display = ["__str__", "quiet_from", "quiet_until", "digest_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
