"""The public query at /api/v1/query/; no account is needed."""

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from content import limiter, notices_api, public_query
from content.api_guides import GuideViewSet, WhichViewSet


class QuerySerializer(serializers.Serializer):
    number = serializers.CharField(max_length=40, help_text="Case number as on the receipt.")
    code = serializers.CharField(max_length=20, help_text="Query code as on the receipt.")


class PublicCaseSerializer(serializers.Serializer):
    """Where a case stands. Nothing about the firm, the project or any person."""

    number = serializers.CharField()
    matter = serializers.CharField()
    matter_code = serializers.CharField()
    stage = serializers.CharField()
    department = serializers.CharField()
    status = serializers.CharField()
    status_text = serializers.CharField()
    light = serializers.CharField(help_text="green, yellow, red, stopped, done, late or none")
    due_on = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField()
    days_left = serializers.IntegerField(allow_null=True, help_text="In `unit`; negative once overdue.")
    unit = serializers.CharField()
    received_on = serializers.DateField()
    next_step = serializers.CharField()
    special = serializers.CharField(help_text="Grounds of a special procedure that goes on, else empty.")
    stopped_on = serializers.DateField(allow_null=True)
    resumes_on = serializers.DateField(
        allow_null=True, help_text="Planned end of the special procedure; due_on is what then follows."
    )
    extended = serializers.IntegerField(help_text="What an extension added, in `unit`.")
    extension_reason = serializers.CharField()


class WrongGuesses(BaseThrottle):
    """The same counters as the page: only failures count."""

    wait_seconds = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        number = public_query.tidy(str(request.query_params.get("number", "")))
        self.wait_seconds = limiter.seconds_to_wait(limiter.address_of(request._request), number)
        return self.wait_seconds == 0

    def wait(self) -> float | None:
        return float(math.ceil(self.wait_seconds))


class PublicQueryViewSet(ViewSet):
    """Where a case stands, for whoever has its number and query code."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [WrongGuesses]

    @extend_schema(
        operation_id="query_case",
        parameters=[
            OpenApiParameter("number", str, required=True, description="Case number as on the receipt."),
            OpenApiParameter("code", str, required=True, description="Query code as on the receipt."),
        ],
        responses={200: PublicCaseSerializer, 400: None, 404: None, 429: None},
    )
    def list(self, request: Request) -> Response:
        """404 alike for a wrong number and a wrong code; 429 with Retry-After after too many of them."""
        asked = QuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        number, code = asked.validated_data["number"], asked.validated_data["code"]
        found = public_query.find(number, code)
        if found is None:
            limiter.count_failure(limiter.address_of(request._request), public_query.tidy(number))
            raise NotFound(_("No case fits this number and query code."))
        return Response(PublicCaseSerializer(found).data)


def register(router: DefaultRouter) -> None:
    router.register("query", PublicQueryViewSet, basename="query")
    router.register("guides", GuideViewSet, basename="guide")
    router.register("which", WhichViewSet, basename="which")
    notices_api.register(router)
