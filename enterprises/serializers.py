"""What programs see of enterprises and visits."""

from typing import Any

from rest_framework import serializers

from common.time import now
from enterprises.models import Enterprise, Request, Visit
from enterprises.services.visits import Report, RequestNote


class EnterpriseSerializer(serializers.ModelSerializer[Enterprise]):
    class Meta:
        model = Enterprise
        fields = [
            "id", "credit_code", "name", "legal_representative", "industry", "address", "phone", "tier",
            "is_foreign", "created_at",
        ]  # fmt: skip


class RequestSerializer(serializers.ModelSerializer[Request]):
    class Meta:
        model = Request
        fields = ["id", "connection", "text", "created_at"]
        read_only_fields = ["id", "created_at"]


class VisitSerializer(serializers.ModelSerializer[Visit]):
    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True)
    officer_name = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField(source="clock.due_at", read_only=True, default=None)
    light = serializers.SerializerMethodField(help_text="green, yellow, red, done; null without a clock.")
    requests = RequestSerializer(many=True, read_only=True)

    class Meta:
        model = Visit
        fields = [
            "id", "enterprise", "enterprise_name", "officer", "officer_name", "status", "planned_on", "due_at",
            "light", "visited_on", "met", "summary", "recorded_at", "requests",
        ]  # fmt: skip

    def get_officer_name(self, visit: Visit) -> str:
        return str(visit.officer or "")

    def get_light(self, visit: Visit) -> str | None:
        return str(visit.clock.light(now())) if visit.clock else None


class RecordSerializer(serializers.Serializer[Any]):
    """What ``record`` takes: the same as the page."""

    visited_on = serializers.DateField()
    met = serializers.CharField(max_length=200)
    summary = serializers.CharField()
    requests = RequestSerializer(many=True, required=False)

    def report(self) -> Report:
        data = self.validated_data
        notes = tuple(RequestNote(row["connection"], row["text"]) for row in data.get("requests", []))
        return Report(visited_on=data["visited_on"], met=data["met"], summary=data["summary"], requests=notes)
