"""What programs see of projects, and what they may send."""

from typing import Any

from rest_framework import serializers

from enterprises.models import Enterprise
from projects import rules
from projects.models import Project
from projects.sections import FIELDS


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """Money in 10,000 yuan, areas in square metres."""

    enterprise_name = serializers.CharField(source="enterprise.name", read_only=True)
    gaps = serializers.SerializerMethodField(help_text="Of a draft: fields that are missing or wrong, with the reason.")

    class Meta:
        model = Project
        fields = ["id", "enterprise", "enterprise_name", "status", "stage", *FIELDS, "saved_at", "declared_at", "gaps"]
        read_only_fields = fields

    def get_gaps(self, project: Project) -> dict[str, list[str]]:
        if project.status != Project.Status.DRAFT:
            return {}
        return {field: [str(text) for text in texts] for field, texts in rules.problems(project).items()}


class DraftSerializer(serializers.ModelSerializer[Project]):
    """Field values of a draft, any of which may be left out. The services look at them once more."""

    class Meta:
        model = Project
        fields = list(FIELDS)
        extra_kwargs: dict[str, dict[str, Any]] = {
            # The form of a code is told by the service in words, so it is taken as it comes.
            "national_code": {"max_length": 60, "validators": []},
        }


class NewDraftSerializer(DraftSerializer):
    """A draft begins with its enterprise."""

    enterprise = serializers.PrimaryKeyRelatedField(queryset=Enterprise.objects.all())

    class Meta(DraftSerializer.Meta):
        fields = ["enterprise", *FIELDS]


class NationalCodeSerializer(serializers.Serializer[Any]):
    national_code = serializers.CharField(max_length=60)
