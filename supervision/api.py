"""Ratings at /api/v1/ratings/: to read, under the same rule as the pages."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.routers import DefaultRouter
from rest_framework.viewsets import ReadOnlyModelViewSet

from supervision.models import Rating


class RatingFilter(filters.FilterSet):
    """``waiting`` true gives bad ratings without an answer; moments are ISO 8601."""

    case = filters.CharFilter("case__number")
    waiting = filters.BooleanFilter(method="only_waiting")
    rated_after = filters.IsoDateTimeFilter("rated_at", "gte")
    rated_before = filters.IsoDateTimeFilter("rated_at", "lt")

    class Meta:
        model = Rating
        fields = ["grade"]

    def only_waiting(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        waiting = Rating.objects.waiting_for_answer()
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)


class RatingSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="case.number", read_only=True)
    matter = serializers.CharField(source="case.matter.code", read_only=True)
    window = serializers.CharField(source="case.window.code", read_only=True)
    due_at = serializers.DateTimeField(source="clock.due_at", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Rating
        fields = [
            "id", "case", "matter", "window", "grade", "comment", "rated_at", "due_at", "answer", "called_back_on",
            "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class RatingViewSet(ReadOnlyModelViewSet):
    """Ratings of the cases you may see."""

    queryset = Rating.objects.none()
    serializer_class = RatingSerializer
    filterset_class = RatingFilter

    def get_queryset(self) -> QuerySet[Rating]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Rating.objects.visible_to(self.request.user).for_lists().order_by("-id")


def register(router: DefaultRouter) -> None:
    router.register("ratings", RatingViewSet, basename="rating")
