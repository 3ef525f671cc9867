"""What programs see of matters, applications, cases and steps, and what they send to act on them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals import application_form, form_values
from approvals.application_form import Answer
from approvals.models import (
    Application,
    Case,
    CaseMaterial,
    CorrectionNotice,
    Deferral,
    DeferralBar,
    Delivery,
    Matter,
    Opinion,
    Step,
)
from approvals.rules import works_inside
from approvals.standing import standing_of
from common.time import now
from deadlines.models import Clock, Extension, Ground, Stop


class MatterSerializer(serializers.ModelSerializer[Matter]):
    department = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    window = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    version = serializers.IntegerField(source="current.number", read_only=True, default=None)

    class Meta:
        model = Matter
        fields = ["code", "name", "name_en", "stage", "department", "window", "is_active", "version"]


class MatterDetailSerializer(MatterSerializer):
    content = serializers.JSONField(
        source="current.content", read_only=True, default=None, help_text="As approvals/catalogue/schema.json says."
    )

    class Meta(MatterSerializer.Meta):
        fields = [*MatterSerializer.Meta.fields, "content"]


class ClockSerializer(serializers.ModelSerializer[Clock]):
    light = serializers.SerializerMethodField(help_text="green, yellow, red, stopped or done.")

    class Meta:
        model = Clock
        fields = [
            "kind", "light", "due_at", "lawful_due_at", "unit", "promised", "lawful", "extended", "stopped_at",
            "resumes_at", "provisional",
        ]  # fmt: skip

    def get_light(self, clock: Clock) -> str:
        return str(clock.light(now()))


class CaseSerializer(serializers.ModelSerializer[Case]):
    matter = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    matter_name = serializers.CharField(source="matter.name", read_only=True)
    department = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True)
    project_name = serializers.CharField(source="project.name", read_only=True)
    clock = ClockSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Case
        fields = [
            "number", "status", "matter", "matter_name", "department", "application", "project", "project_name",
            "enterprise", "enterprise_name", "clock", "received_at", "accepted_at", "deemed_accepted",
            "not_accepted_reason", "handed_over_at", "decided_at", "decision", "decision_reason", "result_number",
            "delivered_at",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Case) -> dict[str, Any]:
        """The decision reaches the firm only once the window has issued it."""
        shown: dict[str, Any] = super().to_representation(instance)
        request = self.context.get("request")
        inside = request is not None and works_inside.test(request.user)
        if instance.status == Case.Status.DECIDED and not inside:
            shown |= {"decision": "", "decision_reason": "", "result_number": "", "decided_at": None}
        return shown


class CaseMaterialSerializer(serializers.ModelSerializer[CaseMaterial]):
    code = serializers.CharField(source="material.code", read_only=True)
    name = serializers.CharField(source="material.name", read_only=True)

    class Meta:
        model = CaseMaterial
        fields = ["id", "code", "name", "required", "secondary", "verdict", "remark"]


class NoticeSerializer(serializers.ModelSerializer[CorrectionNotice]):
    class Meta:
        model = CorrectionNotice
        fields = ["ordinal", "items", "reason_again", "issued_at", "answered_at"]


class StopSerializer(serializers.ModelSerializer[Stop]):
    """A special procedure, during which the limit stands still."""

    class Meta:
        model = Stop
        fields = ["clock", "ground", "reason", "planned_days", "planned_until", "starts_at", "ends_at"]


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = ["id", "status", "amount", "reason", "asked_at", "decided_at", "remark", "due_before"]


class DeferralSerializer(serializers.ModelSerializer[Deferral]):
    """A gap: a paper that the applicant hands in later, or a certificate of another case (容缺)."""

    material = serializers.CharField(source="material.material.code", read_only=True, default="")
    clock = ClockSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Deferral
        fields = ["id", "material", "prerequisite", "status", "hold", "promised_on", "handed_in_at", "ended_at",
                  "remark", "clock"]  # fmt: skip


class DeferralBarSerializer(serializers.ModelSerializer[DeferralBar]):
    """A firm that may not defer until the bar is lifted."""

    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True)
    credit_code = serializers.CharField(source="enterprise.credit_code", read_only=True)
    case = serializers.SlugRelatedField(slug_field="number", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = DeferralBar
        fields = ["id", "enterprise", "enterprise_name", "credit_code", "case", "reason", "barred_at", "lifted_at",
                  "lift_reason"]  # fmt: skip


class CaseDetailSerializer(CaseSerializer):
    deferrals = DeferralSerializer(many=True, read_only=True)
    materials = CaseMaterialSerializer(many=True, read_only=True)
    notices = NoticeSerializer(many=True, read_only=True)
    stops = serializers.SerializerMethodField()
    extensions = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = [*CaseSerializer.Meta.fields, "materials", "notices", "deferrals", "stops", "extensions"]
        read_only_fields = fields

    @extend_schema_field(StopSerializer(many=True))
    def get_stops(self, case: Case) -> list[dict[str, Any]]:
        return list(StopSerializer(standing_of(case).stops, many=True).data)

    @extend_schema_field(ExtensionSerializer(many=True))
    def get_extensions(self, case: Case) -> list[dict[str, Any]]:
        """What the applicant was told; requests and refusals stay inside."""
        request = self.context.get("request")
        found = standing_of(case).extensions
        if request is None or not works_inside.test(request.user):
            found = [one for one in found if one.status in (Extension.Status.APPROVED, Extension.Status.REVOKED)]
        return list(ExtensionSerializer(found, many=True).data)


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    matters = serializers.SerializerMethodField(help_text="Codes of the matters chosen.")

    class Meta:
        model = Application
        fields = ["id", "number", "status", "channel", "project", "enterprise", "matters", "created_at", "submitted_at"]

    def get_matters(self, application: Application) -> list[str]:
        return [row.matter.code for row in application.chosen.all()]


class FormLineSerializer(serializers.Serializer[Any]):
    """A line of the application form with what counts as its answer now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=["text", "longtext", "number", "date", "boolean", "choice"])
    unit = serializers.CharField(allow_blank=True)
    choices = serializers.DictField(child=serializers.CharField(), help_text="Words by code, of a choice only.")
    required = serializers.BooleanField()  # type: ignore[assignment]
    asked_by = serializers.ListField(child=serializers.CharField(), help_text="Codes of the matters that ask.")
    value = serializers.JSONField(allow_null=True)
    origin = serializers.CharField(allow_blank=True, help_text="project, enterprise, fact, or earlier for an offer.")
    fixed = serializers.BooleanField(help_text="A fact of declaration or registry; changed there only.")


def form_line(answer: Answer) -> dict[str, Any]:
    """An answer as ``FormLineSerializer`` shows it."""
    line = answer.line.field
    return {
        "name": answer.name,
        "label": answer.label,
        "type": line.type,
        "unit": form_values.unit(line),
        "choices": dict(form_values.choices(line)),
        "required": answer.line.required,
        "asked_by": list(answer.line.asked_by),
        "value": answer.value,
        "origin": answer.origin,
        "fixed": answer.fixed,
    }


class ApplicationDetailSerializer(ApplicationSerializer):
    form = serializers.SerializerMethodField(help_text="One line for each field, whichever matters ask it.")
    answers = serializers.JSONField(read_only=True, help_text="What was filled in: {field: value}.")

    class Meta(ApplicationSerializer.Meta):
        fields = [*ApplicationSerializer.Meta.fields, "form", "answers"]

    @extend_schema_field(FormLineSerializer(many=True))
    def get_form(self, application: Application) -> list[dict[str, Any]]:
        draft = application.status == Application.Status.DRAFT
        return [form_line(answer) for answer in application_form.sheet(application, offer=draft).answers]


class AnswersSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True), help_text="{field: value}; null takes an answer back."
    )


class SubmittedCaseSerializer(CaseSerializer):
    """Right after submitting: with the code for the public query."""

    class Meta(CaseSerializer.Meta):
        fields = ["number", "query_code", *CaseSerializer.Meta.fields[1:]]
        read_only_fields = fields


class OpinionSerializer(serializers.ModelSerializer[Opinion]):
    # Empty for what the hall itself put on record.
    author = serializers.CharField(source="author.name", read_only=True, default="")

    class Meta:
        model = Opinion
        fields = ["kind", "text", "author", "at"]


class StepSerializer(serializers.ModelSerializer[Step]):
    case = serializers.CharField(source="case.number", read_only=True)
    department = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    handler_name = serializers.SerializerMethodField()
    clock = ClockSerializer(read_only=True, allow_null=True)
    opinions = OpinionSerializer(many=True, read_only=True)

    class Meta:
        model = Step
        fields = [
            "id", "case", "code", "name", "name_en", "kind", "department", "position", "needs", "days", "status",
            "handler", "handler_name", "clock", "opened_at", "finished_at", "proposed_by", "proposal",
            "proposal_reason", "approved_by", "opinions",
        ]  # fmt: skip
        read_only_fields = fields

    def get_handler_name(self, step: Step) -> str:
        return str(step.handler or "")


# What is sent. ``seen`` is the status the caller saw; 409 when the row has another one by now.


class ActSerializer(serializers.Serializer[Any]):
    seen = serializers.CharField(required=False, max_length=12, help_text="Status that the caller saw.")


class FindingSerializer(serializers.Serializer[Any]):
    material = serializers.IntegerField(help_text="Id of the case's material.")
    verdict = serializers.ChoiceField(choices=CaseMaterial.Verdict.choices, allow_blank=True)
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class CheckSerializer(ActSerializer):
    findings = FindingSerializer(many=True)


class AcceptSerializer(ActSerializer):
    hand_over = serializers.BooleanField(required=False, default=False)


class MarkedFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(max_length=60, help_text="Name of a field of the matter's form.")
    text = serializers.CharField(max_length=500)


class CorrectSerializer(ActSerializer):
    items = serializers.ListField(
        child=serializers.CharField(max_length=500), required=False, default=list, help_text="Besides wrong materials."
    )
    fields_wrong = MarkedFieldSerializer(many=True, required=False, default=list)
    reason_again = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class ReasonSerializer(ActSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class ResubmitSerializer(ActSerializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True), required=False, default=dict, help_text="Of the marked fields."
    )
    confirmed = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text="Marked fields that are right."
    )


class IssueSerializer(ActSerializer):
    way = serializers.ChoiceField(choices=Delivery.Way.choices)


class OpinionActSerializer(ActSerializer):
    agrees = serializers.BooleanField()
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ProposeSerializer(ActSerializer):
    decision = serializers.ChoiceField(choices=Case.Decision.choices)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class TextSerializer(ActSerializer):
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class BeginSpecialSerializer(ActSerializer):
    ground = serializers.ChoiceField(choices=Ground.choices, help_text="行政许可法 art. 45.")
    reason = serializers.CharField(max_length=500)
    planned_days = serializers.IntegerField(min_value=1, max_value=250, help_text="Working days.")
    starts_at = serializers.DateTimeField(required=False, help_text="When it began earlier than now.")
    late_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class EndSpecialSerializer(ActSerializer):
    ends_at = serializers.DateTimeField(required=False, help_text="When it ended earlier than now.")
    late_reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class AskExtensionSerializer(ActSerializer):
    amount = serializers.IntegerField(min_value=1, help_text="In the unit of the case's clock.")
    reason = serializers.CharField(max_length=500)


class ExtensionActSerializer(serializers.Serializer[Any]):
    extension = serializers.IntegerField(help_text="Id of the request, from the case.")
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class DecideExtensionSerializer(ExtensionActSerializer):
    approve = serializers.BooleanField(help_text="A refusal needs a remark.")
