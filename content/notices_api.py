"""Public notices at /api/v1/public-notices/; no account is needed."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.routers import DefaultRouter
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.models import PublicNotice
from common.time import now


class PublicNoticeSerializer(serializers.ModelSerializer[PublicNotice]):
    """The notice as published. Of objections only how many there are."""

    case = serializers.CharField(source="case.number")
    matter = serializers.CharField(source="case.matter.label")
    enterprise = serializers.CharField(source="case.enterprise.name")
    credit_code = serializers.CharField(source="case.enterprise.credit_code")
    department = serializers.CharField(source="case.department.label")
    ends_at = serializers.DateTimeField(help_text="The last moment at which anybody may object.")
    open = serializers.SerializerMethodField()
    objections = serializers.IntegerField(source="objection_count")
    url = serializers.CharField(source="get_absolute_url")

    class Meta:
        model = PublicNotice
        fields = [
            "id", "title", "text", "case", "matter", "enterprise", "credit_code", "department", "published_at",
            "ends_at", "closed_at", "open", "objections", "url",
        ]  # fmt: skip

    def get_open(self, notice: PublicNotice) -> bool:
        return notice.is_open(now())


STATE = OpenApiParameter("state", str, enum=["open", "closed"], description="Only running ones, or only ended ones.")


@extend_schema_view(list=extend_schema(parameters=[STATE]))
class PublicNoticeViewSet(ReadOnlyModelViewSet[PublicNotice]):
    """Public notices, the newest first."""

    queryset = PublicNotice.objects.none()
    serializer_class = PublicNoticeSerializer
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def get_queryset(self) -> QuerySet[PublicNotice]:
        rows = PublicNotice.objects.for_lists().order_by("-published_at", "-id")
        state = self.request.query_params.get("state", "")
        if state == "open":
            return rows.open_at(now())
        return rows.closed_at_moment(now()) if state == "closed" else rows


def register(router: DefaultRouter) -> None:
    router.register("public-notices", PublicNoticeViewSet, basename="public-notice")
