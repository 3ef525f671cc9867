"""Projects under /api/v1/: the same rows, services and rules as the pages."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from accounts.actors import Actor
from accounts.models import User
from common.rest import ProblemSerializer
from enterprises.selectors import ANY, require_actor
from projects import services
from projects.filters import ProjectApiFilter
from projects.models import Project
from projects.serializers import DraftSerializer, NationalCodeSerializer, NewDraftSerializer, ProjectSerializer

REFUSALS = {400: ProblemSerializer, 403: ProblemSerializer, 404: ProblemSerializer, 409: ProblemSerializer}


class ProjectViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Project]):
    """Projects of the firms that the caller acts for; all declared ones for staff of the hall."""

    queryset = Project.objects.none()
    serializer_class = ProjectSerializer
    filterset_class = ProjectApiFilter

    def get_queryset(self) -> QuerySet[Project]:
        user = self.request.user
        return Project.objects.visible_to(user).select_related("enterprise") if user.is_authenticated else self.queryset

    def _user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # the permission classes have seen to it
        return user

    def _actor(self, project: Project, *, declares: bool = False) -> Actor:
        return require_actor(self._user(), project.enterprise, None if declares else ANY)

    def _shown(self, project: Project, status: int = 200) -> Response:
        return Response(ProjectSerializer(project).data, status=status)

    @extend_schema(request=NewDraftSerializer, responses={201: ProjectSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Begin a draft for a firm that one acts for."""
        sent = NewDraftSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        enterprise = values.pop("enterprise", None)
        if enterprise is None:
            NewDraftSerializer(data={}).is_valid(raise_exception=True)
        actor = require_actor(self._user(), enterprise)
        return self._shown(services.start_project(actor=actor, enterprise=enterprise, values=values), 201)

    @extend_schema(request=DraftSerializer, responses={200: ProjectSerializer, **REFUSALS})
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Save some fields of a draft; all of them or, when one is wrong, none."""
        project = self.get_object()
        sent = DraftSerializer(project, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        saved = services.save_draft(actor=self._actor(project), project=project, values=dict(sent.validated_data))
        return self._shown(saved)

    @extend_schema(request=None, responses={200: ProjectSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def declare(self, request: Request, pk: str | None = None) -> Response:
        """Declare a complete draft; declaring twice changes nothing."""
        project = self.get_object()
        return self._shown(services.declare_project(actor=self._actor(project, declares=True), project=project))

    @extend_schema(request=NationalCodeSerializer, responses={200: ProjectSerializer, **REFUSALS})
    @action(detail=True, methods=["post"], url_path="national-code")
    def national_code(self, request: Request, pk: str | None = None) -> Response:
        """Add or correct the code that the national platform has issued."""
        sent = NationalCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        project = self.get_object()
        code = sent.validated_data["national_code"]
        return self._shown(services.correct_national_code(actor=self._actor(project), project=project, code=code))


def register(router: BaseRouter) -> None:
    """Called by portal.api."""
    router.register("projects", ProjectViewSet, basename="project")
