"""What pages of other floors show of instructions, deviations and the green channel; tags, so that all say the same."""

from typing import Any

from django import template

from accounts.models import User
from coordination import rules
from coordination.forms import ReasonForm
from coordination.models import Deviation, GreenChannel, Instruction

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("coordination/_panel.html", takes_context=True)
def coordination_panel(context: Context, user: Any, subject_type: str, subject_id: int, project_id: int) -> Context:
    """On a project's or a case's page: instructions around it, what was approved, and the way to give one.

    A firm sees what was approved for it with the reason, nothing of how the hall came to it.
    """
    if not isinstance(user, User):
        return {}
    staff = user.is_hall_staff
    project_page = subject_type == "projects.project"
    instructions = Instruction.objects.visible_to(user).exclude(status="draft").select_related("leader")
    here = {"project": project_id} if project_page else {"subject_type": subject_type, "subject_id": subject_id}
    deviations = Deviation.objects.in_force().filter(project=project_id).select_related("approved_by")
    if not project_page:
        deviations = deviations.filter(subject_id__isnull=True) | deviations.filter(
            subject_type=subject_type, subject_id=subject_id
        )
    return {
        "csrf_token": context.get("csrf_token", ""),
        "request": context.get("request"),
        "about": f"{subject_type}:{subject_id}",
        "project_id": project_id,
        "project_page": project_page,
        "staff": staff,
        "instructions": list(instructions.filter(**here)[:10]) if staff else [],
        "deviations": list(deviations),
        "green": GreenChannel.objects.in_force().filter(project=project_id).select_related("given_by").first(),
        "may_instruct": staff and rules.may_instruct(user),
        "may_open_green": project_page and rules.may_open_green(user),
        "reason_form": ReasonForm(),
    }


@register.inclusion_tag("coordination/_green_mark.html")
def green_mark(project_id: int, green: Any) -> Context:
    """The mark of a row in a list, ``green`` being the ids of the projects that go first."""
    return {"green": project_id in (green or ())}
