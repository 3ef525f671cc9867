"""Enterprises and visits under /api/v1/: the same rows, services and rules as the pages."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.actors import Actor
from common.rest import ProblemSerializer
from enterprises.filters import EnterpriseFilter, VisitApiFilter
from enterprises.models import Enterprise, Visit
from enterprises.serializers import EnterpriseSerializer, RecordSerializer, VisitSerializer
from enterprises.services.visits import record_visit


class EnterpriseViewSet(ReadOnlyModelViewSet[Enterprise]):
    """Enterprises that the caller acts for; all of them for staff of the hall."""

    queryset = Enterprise.objects.none()
    serializer_class = EnterpriseSerializer
    filterset_class = EnterpriseFilter

    def get_queryset(self) -> QuerySet[Enterprise]:
        return Enterprise.objects.visible_to(self.request.user)


class VisitViewSet(ReadOnlyModelViewSet[Visit]):
    """Planned and made visits, for service officers and leaders."""

    queryset = Visit.objects.none()
    serializer_class = VisitSerializer
    filterset_class = VisitApiFilter

    def get_queryset(self) -> QuerySet[Visit]:
        rows = Visit.objects.visible_to(self.request.user)
        return rows.select_related("enterprise", "officer", "clock").prefetch_related("requests")

    @extend_schema(
        request=RecordSerializer,
        responses={
            200: VisitSerializer,
            400: ProblemSerializer,
            403: ProblemSerializer,
            404: ProblemSerializer,
            409: ProblemSerializer,
        },
    )
    @action(detail=True, methods=["post"])
    def record(self, request: ApiRequest, pk: str | None = None) -> Response:
        """Write down a visit that was made; its clock stops."""
        sent = RecordSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = self.request.user
        assert user.is_authenticated  # the permission classes have seen to it
        record_visit(actor=Actor(user), visit=self.get_object(), report=sent.report())
        return Response(VisitSerializer(self.get_object()).data)


def register(router: BaseRouter) -> None:
    """Called by portal.api."""
    router.register("enterprises", EnterpriseViewSet, basename="enterprise")
    router.register("visits", VisitViewSet, basename="visit")
