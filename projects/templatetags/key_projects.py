"""What a project's own page says of its service team and its problems."""

from typing import Any

from django import template

from accounts.models import Anyone, User
from projects import rules_key, selectors
from projects.models import KeyProject, Project

register = template.Library()


@register.inclusion_tag("projects/key/_panel.html")
def key_project_panel(project: Project, user: Anyone, may_act: bool = False) -> dict[str, Any]:
    """Team with telephones, open problems, the way to the key project's page; for leaders the way onto the list."""
    if not isinstance(user, User) or project.status != Project.Status.DECLARED:
        return {}
    key = KeyProject.objects.visible_to(user).filter(project=project).first()
    confirmed = key is not None and key.is_confirmed
    return {
        "project": project,
        "key": key,
        "confirmed": confirmed,
        "team": selectors.team_of(key) if key is not None and confirmed else [],
        "problems": list(selectors.open_problems(projects=[project.pk], user=user)),
        "may_raise": may_act or rules_key.may_raise.test(user, project),
        "may_list": key is None and rules_key.decides_on_list.test(user),
    }
