"""A kept list read back: its beginning, its answers, what it means for a project. Reads only."""

from __future__ import annotations

from typing import Any

from approvals import needs
from approvals.catalogue.model import needs as needed_matters
from content.asking import Answers
from content.catalogue import Offered
from content.models import NeedList
from content.needlist import PersonalList, personal_list
from content.starts import Start, start_of
from projects import rules
from projects.models import Project


def answers_of(need_list: NeedList) -> Answers:
    known = {name: value for name, value in need_list.facts.items() if value is not None}
    return Answers(known, frozenset(need_list.facts) - frozenset(known))


def start_for(need_list: NeedList, catalogue: Offered | None = None) -> Start | None:
    """None when what it began with is no longer offered."""
    return start_of(need_list.start, catalogue)


def said(need_list: NeedList) -> dict[str, Any]:
    """What was answered, and what the choice of the beginning said."""
    start = start_for(need_list)
    return {**answers_of(need_list).facts, **(start.said if start else {})}


def list_of(need_list: NeedList, catalogue: Offered | None = None) -> PersonalList | None:
    """The list as the catalogue stands now."""
    start = start_for(need_list, catalogue)
    return personal_list(start, answers_of(need_list), need_list.extra) if start else None


def codes_for_project(need_list: NeedList, project: Project) -> list[str]:
    """Matters of the list for this project.

    What the project says counts more than what was answered before. Of a construction project's matters those of
    stages that lie further ahead are left for later (ADR 15); what was picked by hand stays.
    """
    start = start_for(need_list)
    if start is None:
        return []
    known = {**start.questionnaire.facts_of(answers_of(need_list)), **rules.facts(project)}
    later = needs.later_stages(project) if start.project else frozenset()
    rows = {offer.content.code: offer for offer in start.offers}
    found = needed_matters([offer.content for offer in start.offers], known, defaults={})
    codes = [need.matter.code for need in found if need.confirmed and need.matter.stage not in later]
    extra = [code for code in need_list.extra if code in rows and code not in codes]
    return [*codes, *extra]


def wished(project: Project) -> list[str]:
    """For ``approvals.wishes``: the matters of the list that the project was made from."""
    need_list = NeedList.objects.filter(project=project).first()
    return codes_for_project(need_list, project) if need_list else []
