"""Guides and the questionnaire under /api/v1/, for anybody: the same content as the pages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import ViewSet

from approvals import facts as catalogue_facts
from approvals.catalogue.model import Fact
from common.rest import ProblemSerializer
from content import limiter
from content.asking import Answers, Questionnaire
from content.catalogue import Offer, offered
from content.needlist import NeededMatter, PersonalList, personal_list
from content.search import search, words_of
from content.starts import Start, start_of

MOST_FACTS = 100


class GuideSerializer(serializers.Serializer):
    """A matter in a list of guides; texts in the language asked for."""

    code = serializers.CharField()
    name = serializers.CharField()
    stage = serializers.CharField()
    department = serializers.CharField()
    kind = serializers.CharField()
    version = serializers.IntegerField()
    promised_days = serializers.IntegerField(help_text="Until the decision, in `unit`.")
    lawful_days = serializers.IntegerField()
    unit = serializers.CharField(help_text="workday or calendar")
    visits = serializers.IntegerField()
    materials = serializers.IntegerField()


class FullGuideSerializer(GuideSerializer):
    content = serializers.DictField(help_text="The complete guide, Chinese with English beside it (`…_en`).")


class AskSerializer(serializers.Serializer):
    """Facts as approvals/catalogue/facts.yaml names them: true and false, figures, codes; null for "not known"."""

    start = serializers.CharField(
        max_length=60, default="other", help_text="What one comes to do: code of a theme, or `other` for all matters."
    )
    facts = serializers.DictField(child=serializers.JSONField(allow_null=True), default=dict)


class AnsweredMatterSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    confirmed = serializers.BooleanField()
    depends_on = serializers.ListField(child=serializers.CharField(), help_text="Facts that would settle it.")
    waits_for = serializers.ListField(child=serializers.CharField(), help_text="Names of matters that come first.")
    days = serializers.IntegerField(help_text="The whole way in working days.")


class AnsweredPaperSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    may_follow = serializers.BooleanField()
    needed_by = serializers.ListField(child=serializers.CharField())


class AnswerSerializer(serializers.Serializer):
    """Which matters, in their order, with papers and working days."""

    start = serializers.CharField()
    theme = serializers.CharField(allow_blank=True)
    next_question = serializers.CharField(allow_null=True, help_text="The fact to ask next, null when all is settled.")
    matters = AnsweredMatterSerializer(many=True)
    papers = AnsweredPaperSerializer(many=True)
    days_sequential = serializers.IntegerField(help_text="One matter after the other.")
    days_parallel = serializers.IntegerField(help_text="Each as soon as the certificates before it are there.")
    days_deferral = serializers.IntegerField(help_text="Side by side, certificates that may follow come later.")


class Asked(BaseThrottle):
    """So many questions a minute from one address."""

    wait_seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        address = limiter.address_of(request._request)
        self.wait_seconds = limiter.wait_for(limiter.WHICH, address)
        if not self.wait_seconds:
            limiter.count_use(limiter.WHICH, address)
        return self.wait_seconds == 0

    def wait(self) -> float | None:
        return float(math.ceil(self.wait_seconds))


def _row(one: Offer) -> dict[str, Any]:
    decision = one.content.limits.decision
    return {
        "code": one.matter.code,
        "name": one.matter.label,
        "stage": one.matter.stage,
        "department": one.matter.department.label,
        "kind": one.content.kind,
        "version": one.version.number,
        "promised_days": decision.promised,
        "lawful_days": decision.lawful,
        "unit": decision.unit,
        "visits": one.content.visits,
        "materials": len(one.content.materials),
    }


class GuideViewSet(ViewSet):
    """Service guides for everybody."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9-]+"

    @extend_schema(
        operation_id="list_guides",
        parameters=[OpenApiParameter("q", str, description="Words that a guide must have, divided by blanks.")],
        responses={200: GuideSerializer(many=True)},
    )
    def list(self, request: Request) -> Response:
        """All guides in force, or those with these words, the best first."""
        hits = search(offered().matters.values(), words_of(str(request.query_params.get("q", ""))))
        return Response(GuideSerializer([_row(hit.offer) for hit in hits], many=True).data)

    @extend_schema(
        operation_id="read_guide",
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the matter.")],
        responses={200: FullGuideSerializer, 404: ProblemSerializer},
    )
    def retrieve(self, request: Request, code: str) -> Response:
        """The complete guide in force."""
        one = offered().matters.get(code)
        if one is None:
            raise Http404
        return Response(FullGuideSerializer({**_row(one), "content": one.version.content}).data)


class WhichViewSet(ViewSet):
    """Which matters a project needs."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [Asked]

    @extend_schema(
        operation_id="which_matters",
        request=AskSerializer,
        responses={200: AnswerSerializer, 400: ProblemSerializer, 429: None},
    )
    def create(self, request: Request) -> Response:
        """Nothing is kept. 400 names facts that are unknown or don't fit."""
        sent = AskSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        start = start_of(sent.validated_data["start"])
        if start is None:
            raise serializers.ValidationError({"start": [_("There is no such beginning.")]})
        answers = answers_from(start, sent.validated_data["facts"])
        return Response(AnswerSerializer(_answer(start, answers)).data)


def answers_from(start: Start, facts: Mapping[str, Any]) -> Answers:
    """Facts as sent in JSON; raises DRF's ValidationError by fact."""
    wrong: dict[str, list[Any]] = {}
    known: dict[str, Any] = {}
    questions = start.questionnaire
    for name, value in list(facts.items())[:MOST_FACTS]:
        fact = catalogue_facts.definitions().get(name)
        if fact is None:
            wrong[name] = [_("There is no such question.")]
        elif value is not None and not fits(questions, fact, value):
            wrong[name] = [_("This answer does not fit the question.")]
        elif value is not None and name in questions.order:
            known[name] = value
    if wrong:
        raise serializers.ValidationError({"facts": wrong})
    declined = {name for name, value in facts.items() if value is None and name in questions.order}
    return Answers(known, frozenset(declined))


def fits(questions: Questionnaire, fact: Fact, value: Any) -> bool:
    """Whether a JSON value is an answer to the question."""
    match fact.type:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**14
        case "division":
            return isinstance(value, str) and value in questions.sections
        case "section":
            return isinstance(value, str) and value in questions.sections.values()
    return isinstance(value, str) and value in {code for code, _name, _name_en in questions.choices_of(fact)}


def _answer(start: Start, answers: Answers) -> dict[str, Any]:
    found = personal_list(start, answers)
    walk = start.questionnaire.walk(answers)
    return {
        "start": start.code,
        "theme": found.theme.code if found.theme else "",
        "next_question": walk.next,
        "matters": [_matter(item) for item in (*found.confirmed, *found.possible)],
        "papers": _papers(found),
        "days_sequential": found.timing.sequential,
        "days_parallel": found.timing.parallel,
        "days_deferral": found.timing.deferral,
    }


def _matter(item: NeededMatter) -> dict[str, Any]:
    return {
        "code": item.matter.code,
        "name": item.matter.label,
        "reason": item.reason,
        "confirmed": item.confirmed,
        "depends_on": list(item.open_questions),
        "waits_for": list(item.waits_for),
        "days": item.days,
    }


def _papers(found: PersonalList) -> list[dict[str, Any]]:
    return [
        {
            "code": paper.code,
            "name": paper.name,
            "required": paper.required,
            "may_follow": paper.may_follow,
            "needed_by": paper.needed_by,
        }
        for paper in found.papers
    ]
