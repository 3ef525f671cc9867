"""What every API answer of the hall shares: how a refusal looks."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler
from rest_framework.views import set_rollback

from common.errors import HallError


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """A refusal: 400 wrong input, 403 not allowed, 409 the state has changed."""

    code = serializers.CharField(help_text="Stable machine code, such as not_allowed, stale, invalid.")
    detail = serializers.CharField(help_text="The first message, in the language asked for.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="All messages by field; the empty name holds what belongs to no field.",
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, plus the refusals of our services with their own status and words."""
    if not isinstance(error, HallError):
        return drf_exception_handler(error, context)
    set_rollback()
    body = {
        "code": error.code,
        "detail": str(error.message),
        "errors": {field: [str(text) for text in texts] for field, texts in error.errors.items()},
    }
    return Response(body, status=error.status)
