"""Clocks at /api/v1/clocks/: to read, with "why this date" in figures and in words."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.viewsets import ReadOnlyModelViewSet

from common.errors import HallError
from common.time import now
from deadlines.explaining import Agreement, Explanation, Limit, explain_clock
from deadlines.labels import kind_label, name_label, unknown_year
from deadlines.lights import Light
from deadlines.models import Clock, Ground
from deadlines.querysets import light_q
from deadlines.wording import sentence
from deadlines.workdays import DayKind, UnknownYearError

LIGHTS = [(light.value, light.value) for light in Light]


class ClockFilter(filters.FilterSet):
    """``open`` true gives duties not yet done; ``ordering`` is due_at or -due_at."""

    light = filters.ChoiceFilter(choices=LIGHTS, method="in_light")
    department = filters.CharFilter("department__code", help_text="Code of the department.")
    open = filters.BooleanFilter("finished_at", "isnull")
    ordering = filters.OrderingFilter(fields=["due_at"])

    class Meta:
        model = Clock
        fields = ["kind"]

    def in_light(self, rows: QuerySet[Clock], _name: str, value: str) -> QuerySet[Clock]:
        return rows.filter(light_q(value, now()))


class ClockDetailSerializer(serializers.ModelSerializer):
    """A duty and its limits. ``promised``, ``lawful`` and ``extended`` are in ``unit``."""

    department = serializers.CharField(source="department.code", read_only=True, allow_null=True, default=None)
    light = serializers.SerializerMethodField()

    class Meta:
        model = Clock
        fields = [
            "id", "kind", "title", "department", "unit", "promised", "lawful", "extended", "starts_at", "due_at",
            "lawful_due_at", "light", "stopped_at", "resumes_at", "provisional", "finished_at", "outcome",
            "breached_at", "lawful_breached_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=LIGHTS))
    def get_light(self, clock: Clock) -> str:
        return clock.light()


class CountSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(allow_null=True, help_text="Running count of days; null where it is not counted.")
    extension = serializers.IntegerField(allow_null=True, help_text="Which day of the extension this is.")
    seconds = serializers.IntegerField(allow_null=True, help_text="Of a limit in hours: what the day counted.")
    total = serializers.IntegerField(allow_null=True, help_text="Of a limit in hours: counted up to the day's end.")
    ends = serializers.BooleanField(help_text="The limit ends on this day.")


class DaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField(source="day")
    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in DayKind])
    kind_text = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField(help_text="Name of the holiday.")
    source = serializers.CharField(help_text="Where the day was announced.")  # type: ignore[assignment]
    provisional = serializers.BooleanField()
    event = serializers.BooleanField(help_text="Day of the event with which the limit begins.")
    stopped = serializers.ListField(
        child=serializers.ChoiceField(choices=Ground.choices),
        allow_null=True,
        help_text="Grounds of the special procedures that take the day out; null where none does.",
    )
    promised = CountSerializer(allow_null=True, help_text="Null behind the end of the promised limit.")
    lawful = CountSerializer(allow_null=True, help_text="Null behind the end of the lawful limit.")
    today = serializers.BooleanField()
    done = serializers.BooleanField(help_text="The duty was done on this day.")

    def get_kind_text(self, line: Any) -> str:
        return kind_label(line.kind)

    def get_name(self, line: Any) -> str:
        return name_label(line.name)


class LimitSerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    extended = serializers.IntegerField()
    due_at = serializers.DateTimeField(help_text="As it stands on the clock; a forecast while it stands still.")
    ends_at = serializers.DateTimeField(allow_null=True, help_text="As counted; null while the limit stands still.")
    left_out = serializers.IntegerField(help_text="What special procedures take out: units, of hours in seconds.")
    text = serializers.CharField(help_text="The sum in one sentence, in the language asked for.")


class ExplainedStopSerializer(serializers.Serializer[Any]):
    ground = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why this date: both limits, the special procedures, and every day from the event on."""

    clock = serializers.UUIDField()
    unit = serializers.ChoiceField(choices=Clock.Unit.choices)
    stands_still = serializers.BooleanField()
    agreement = serializers.ChoiceField(choices=[(one.value, one.value) for one in Agreement])
    promised = LimitSerializer()
    lawful = LimitSerializer(allow_null=True)
    stops = ExplainedStopSerializer(many=True)
    days = DaySerializer(many=True)


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """What the interface and ``manage.py clock explain --json`` answer."""
    lawful = explanation.lawful
    return ExplanationSerializer(
        {
            "clock": explanation.clock.pk,
            "unit": explanation.clock.unit,
            "stands_still": explanation.stands_still,
            "agreement": explanation.agreement.value,
            "promised": _limit(explanation, explanation.promised),
            "lawful": _limit(explanation, lawful) if lawful else None,
            "stops": explanation.stops,
            "days": explanation.lines,
        }
    ).data


def _limit(explanation: Explanation, limit: Limit) -> dict[str, Any]:
    return {
        "amount": limit.amount,
        "extended": limit.extended,
        "due_at": limit.due_at,
        "ends_at": limit.ends_at,
        "left_out": limit.left_out,
        "text": sentence(explanation, limit),
    }


class ClockViewSet(ReadOnlyModelViewSet):
    """Limits of the duties you may see, the earliest due first; applicants see those of their cases."""

    queryset = Clock.objects.none()
    serializer_class = ClockDetailSerializer
    filterset_class = ClockFilter

    def get_queryset(self) -> QuerySet[Clock]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return Clock.objects.visible_to(self.request.user).select_related("department").order_by("due_at", "id")

    @extend_schema(responses=ExplanationSerializer, filters=False)
    @action(detail=True, methods=["get"], filterset_class=None)
    def explain(self, request: Request, pk: str | None = None) -> Response:
        """Day by day: counted, weekend, holiday, make-up day, special procedure."""
        try:
            explanation = explain_clock(self.get_object())
        except UnknownYearError as error:
            raise HallError(unknown_year(error), code="unknown_year") from error
        return Response(explanation_data(explanation))


def register(router: DefaultRouter) -> None:
    router.register("clocks", ClockViewSet, basename="clock")
