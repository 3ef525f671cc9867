"""Matters, applications, cases and steps under /api/v1/: the services and rules of the pages."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from accounts.actors import Actor
from accounts.models import User
from approvals import filters, services
from approvals import serializers as s
from approvals.models import Application, Case, DeferralBar, Matter, Step
from approvals.planning.project import plan_of
from approvals.planning.rows import plan_as_json
from approvals.services.filling import save_answers_of_form
from approvals.standing import extension_of
from common.rest import ProblemSerializer
from enterprises.selectors import ANY, require_actor
from projects.models import Project

PROBLEMS = {400: ProblemSerializer, 403: ProblemSerializer, 404: ProblemSerializer, 409: ProblemSerializer}


def _user(request: Request) -> User:
    """The caller; the permission classes have let nobody else in."""
    return cast(User, request.user)


def _sent(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """What was sent, checked; raises DRF's ValidationError."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return {"seen": None, **checked.validated_data}


class MatterViewSet(ReadOnlyModelViewSet[Matter]):
    """The catalogue: what can be applied for."""

    queryset = Matter.objects.none()
    filterset_class = filters.MatterFilter
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Matter]:
        return Matter.objects.select_related("department", "window", "current")

    def get_serializer_class(self) -> type[BaseSerializer]:
        return s.MatterDetailSerializer if self.action == "retrieve" else s.MatterSerializer


class ApplicationViewSet(ReadOnlyModelViewSet[Application]):
    """Applications of the firms one acts for; the window sees all that were submitted."""

    queryset = Application.objects.none()
    filterset_class = filters.ApplicationFilter

    def get_queryset(self) -> QuerySet[Application]:
        rows = Application.objects.visible_to(_user(self.request))
        return rows.select_related("enterprise", "project").prefetch_related("chosen__matter")

    def get_serializer_class(self) -> type[BaseSerializer]:
        return s.ApplicationDetailSerializer if self.detail else s.ApplicationSerializer

    @extend_schema(request=s.AnswersSerializer, responses={200: s.ApplicationDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["patch"])
    def answers(self, request: Request, pk: str | None = None) -> Response:
        """Keep answers of a draft's form; gaps are fine, wrong values are told by field."""
        application = self.get_object()
        actor = require_actor(_user(request), application.enterprise, ANY)
        sent = _sent(s.AnswersSerializer, request)
        save_answers_of_form(actor=actor, application=application, answers=sent["answers"])
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={200: s.SubmittedCaseSerializer(many=True), **PROBLEMS})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """One case for each matter chosen. A second call answers with the same cases."""
        application = self.get_object()
        codes = [row.matter.code for row in application.chosen.all()]
        actor = require_actor(_user(request), application.enterprise, codes)
        services.submit_application(actor=actor, application=application)
        cases = Case.objects.filter(application=application).for_lists().order_by("id")
        return Response(s.SubmittedCaseSerializer(cases, many=True, context={"request": request}).data)


class CaseViewSet(ReadOnlyModelViewSet[Case]):
    """Cases by number. Acts of the window, and the applicant's answer and withdrawal."""

    queryset = Case.objects.none()
    filterset_class = filters.CaseFilter
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Case]:
        rows = Case.objects.visible_to(_user(self.request)).for_lists().select_related("version")
        return (
            rows.prefetch_related("materials__material", "notices", "deferrals__material__material", "deferrals__clock")
            if self.detail
            else rows
        )

    def get_serializer_class(self) -> type[BaseSerializer]:
        return s.CaseDetailSerializer if self.detail else s.CaseSerializer

    def _window(self) -> dict[str, Any]:
        return {"actor": Actor(_user(self.request)), "case": self.get_object()}

    def _applicant(self) -> dict[str, Any]:
        case = self.get_object()
        return {"actor": require_actor(_user(self.request), case.enterprise, case.matter.code), "case": case}

    def _answer(self) -> Response:
        """The case as it is now."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=s.CheckSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def check_materials(self, request: Request, number: str | None = None) -> Response:
        """Note findings per material; an empty verdict clears one."""
        sent = _sent(s.CheckSerializer, request)
        findings = {row["material"]: (row["verdict"], row["remark"]) for row in sent.pop("findings")}
        services.check_materials(**self._window(), findings=findings, **sent)
        return self._answer()

    @extend_schema(request=s.AcceptSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, number: str | None = None) -> Response:
        """Accept, perhaps handing over at once."""
        services.accept_case(**self._window(), **_sent(s.AcceptSerializer, request))
        return self._answer()

    @extend_schema(request=s.CorrectSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, number: str | None = None) -> Response:
        """Tell the applicant once everything that is missing."""
        sent = _sent(s.CorrectSerializer, request)
        items = [*sent.pop("fields_wrong"), *({"text": text} for text in sent.pop("items"))]
        services.send_correction(**self._window(), items=items, **sent)
        return self._answer()

    @extend_schema(request=s.ReasonSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def not_accept(self, request: Request, number: str | None = None) -> Response:
        """Refuse to accept, with the reason."""
        services.not_accept_case(**self._window(), **_sent(s.ReasonSerializer, request))
        return self._answer()

    @extend_schema(request=s.ActSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def hand_over(self, request: Request, number: str | None = None) -> Response:
        """Hand an accepted case to the departments."""
        services.hand_over_case(**self._window(), **_sent(s.ActSerializer, request))
        return self._answer()

    @extend_schema(request=s.IssueSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, number: str | None = None) -> Response:
        """Issue the decision, online or at the counter."""
        services.issue_decision(**self._window(), **_sent(s.IssueSerializer, request))
        return self._answer()

    @extend_schema(request=s.ResubmitSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def resubmit(self, request: Request, number: str | None = None) -> Response:
        """Answer the open correction notice in one go."""
        services.resubmit_case(**self._applicant(), **_sent(s.ResubmitSerializer, request))
        return self._answer()

    @extend_schema(request=s.ReasonSerializer, responses={200: s.CaseDetailSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str | None = None) -> Response:
        """Take the case back before it is decided."""
        services.withdraw_case(**self._applicant(), **_sent(s.ReasonSerializer, request))
        return self._answer()


class StepViewSet(ReadOnlyModelViewSet[Step]):
    """Steps of the departments in which one works; the window and leaders see all."""

    queryset = Step.objects.none()
    serializer_class = s.StepSerializer
    filterset_class = filters.StepFilter

    def get_queryset(self) -> QuerySet[Step]:
        return Step.objects.visible_to(_user(self.request)).for_lists().prefetch_related("opinions__author")

    def _mine(self) -> dict[str, Any]:
        return {"actor": Actor(_user(self.request)), "step": self.get_object()}

    def _answer(self) -> Response:
        """The step as it is now."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str | None = None) -> Response:
        """Put the step on one's own desk."""
        services.take_step(**self._mine())
        return self._answer()

    @extend_schema(request=s.OpinionActSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str | None = None) -> Response:
        """Give the department's opinion; the next steps open by themselves."""
        services.complete_review(**self._mine(), **_sent(s.OpinionActSerializer, request))
        return self._answer()

    @extend_schema(request=s.ProposeSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str | None = None) -> Response:
        """Propose to grant or to refuse."""
        services.propose_decision(**self._mine(), **_sent(s.ProposeSerializer, request))
        return self._answer()

    @extend_schema(request=s.TextSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str | None = None) -> Response:
        """The second pair of eyes: the proposal becomes the decision."""
        services.approve_proposal(**self._mine(), **_sent(s.TextSerializer, request))
        return self._answer()

    @extend_schema(request=s.TextSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def send_back(self, request: Request, pk: str | None = None) -> Response:
        """Return the proposal with words."""
        services.send_back(**self._mine(), **_sent(s.TextSerializer, request))
        return self._answer()

    @extend_schema(request=s.TextSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str | None = None) -> Response:
        """Ask the window for something."""
        sent = _sent(s.TextSerializer, request)
        services.ask_window(**self._mine(), text=sent["text"])
        return self._answer()

    @extend_schema(request=s.BeginSpecialSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def begin_special_procedure(self, request: Request, pk: str | None = None) -> Response:
        """Let the limits of step and case stand still; the applicant is told in writing."""
        services.begin_special_procedure(**self._mine(), **_sent(s.BeginSpecialSerializer, request))
        return self._answer()

    @extend_schema(request=s.EndSpecialSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def end_special_procedure(self, request: Request, pk: str | None = None) -> Response:
        """Let the limits go on with what was left of them."""
        services.end_special_procedure(**self._mine(), **_sent(s.EndSpecialSerializer, request))
        return self._answer()

    @extend_schema(request=s.AskExtensionSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def ask_extension(self, request: Request, pk: str | None = None) -> Response:
        """Ask for more time for the case; the head of the lead department decides."""
        services.ask_more_time(**self._mine(), **_sent(s.AskExtensionSerializer, request))
        return self._answer()

    @extend_schema(request=s.DecideExtensionSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def decide_extension(self, request: Request, pk: str | None = None) -> Response:
        """Approve or refuse the request; the applicant is told of an approval."""
        sent = self._extension_act(s.DecideExtensionSerializer, request)
        services.decide_more_time(**sent)
        return self._answer()

    @extend_schema(request=s.ExtensionActSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def withdraw_extension(self, request: Request, pk: str | None = None) -> Response:
        """Take back one's own request before it is decided."""
        sent = self._extension_act(s.ExtensionActSerializer, request)
        services.withdraw_request(actor=sent["actor"], extension=sent["extension"])
        return self._answer()

    @extend_schema(request=s.ExtensionActSerializer, responses={200: s.StepSerializer, **PROBLEMS})
    @action(detail=True, methods=["post"])
    def revoke_extension(self, request: Request, pk: str | None = None) -> Response:
        """Take an approval back, with the reason; the dates return."""
        services.revoke_more_time(**self._extension_act(s.ExtensionActSerializer, request))
        return self._answer()

    def _extension_act(self, serializer: type[Serializer], request: Request) -> dict[str, Any]:
        """Who acts on which extension of this step's case, with what was sent; 404 for one of another case."""
        mine, sent = self._mine(), _sent(serializer, request)
        sent.pop("seen")
        return {**sent, "actor": mine["actor"], "extension": extension_of(mine["step"].case, sent["extension"])}


class PlanViewSet(ViewSet):
    """The plan of a project, for whoever sees the project."""

    @extend_schema(
        parameters=[
            OpenApiParameter("project", int, OpenApiParameter.PATH),
            OpenApiParameter(
                "of", str, description="needed, draft or the id of an application; the newest unless given"
            ),
        ],
        responses={200: OpenApiTypes.OBJECT, 404: ProblemSerializer},
    )
    def list(self, request: Request, project: str) -> Response:
        """Three ways with their dates, slack and critical path; of a submitted application what became of it."""
        user = _user(request)
        row = get_object_or_404(Project.objects.visible_to(user).select_related("enterprise"), pk=project)
        return Response(plan_as_json(plan_of(row, user, key=request.query_params.get("of", ""))))


class DeferralBarViewSet(ReadOnlyModelViewSet[DeferralBar]):
    """Firms that may not defer (容缺): all of them for the hall's people, its own for a firm."""

    queryset = DeferralBar.objects.none()
    serializer_class = s.DeferralBarSerializer

    def get_queryset(self) -> QuerySet[DeferralBar]:
        return DeferralBar.objects.visible_to(_user(self.request)).order_by("-id")


def register(router: BaseRouter) -> None:
    """Called by portal.api."""
    router.register(r"projects/(?P<project>[0-9]+)/plan", PlanViewSet, basename="plan")
    router.register("matters", MatterViewSet, basename="matter")
    router.register("applications", ApplicationViewSet, basename="application")
    router.register("cases", CaseViewSet, basename="case")
    router.register("deferral-bars", DeferralBarViewSet, basename="deferral-bar")
    router.register("steps", StepViewSet, basename="step")
