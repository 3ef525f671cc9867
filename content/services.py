"""Keeping lists and turning them into projects and applications."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from approvals import facts as catalogue_facts
from approvals import needs
from approvals.models import Application
from approvals.services.drafting import answer_questions, choose_matters, start_application
from common.errors import InvalidInput, NotAllowed
from common.time import now
from content.asking import Answers
from content.lists import codes_for_project, said
from content.models import NeedList, make_code
from content.starts import Start
from enterprises.models import Enterprise
from projects import rules
from projects.models import Project
from projects.services import start_project

KEPT_FOR = timedelta(days=180)
LISTS_EACH = 100


@transaction.atomic
def save_list(
    *, actor: Actor, start: Start, answers: Answers, title: str = "", extra: Collection[str] = ()
) -> NeedList:
    """Keep a list; without an account for 180 days. Lists that have expired go at the same time.

    No ledger row: nobody is bound by it. Raises InvalidInput when somebody keeps more than he can look through.
    """
    moment = now()
    NeedList.objects.filter(owner=None, expires_at__lte=moment).delete()
    if actor.user is not None:
        _refuse_too_many(actor.user)
    return NeedList.objects.create(
        code=make_code(),
        start=start.code,
        facts={**answers.facts, **dict.fromkeys(answers.declined)},
        extra=list(extra),
        title=(title.strip() or str(start.label))[:120],
        owner=actor.user,
        created_at=moment,
        expires_at=None if actor.user else moment + KEPT_FOR,
    )


def _refuse_too_many(person: User) -> None:
    if NeedList.objects.filter(owner=person).count() >= LISTS_EACH:
        raise InvalidInput({"": _("You keep too many lists already. Delete one that you no longer need.")})


@transaction.atomic
def keep_list(*, actor: Actor, need_list: NeedList) -> NeedList:
    """Make a list one's own: the list itself while it is nobody's, a copy of somebody else's.

    One's own list of the same answers that has become no project yet is as good as another copy. Raises
    InvalidInput when somebody keeps more than he can look through.
    """
    person = actor.person
    locked = NeedList.objects.select_for_update().get(pk=need_list.pk)
    if locked.owner_id == person.pk:
        return locked
    if locked.owner_id is None:
        _refuse_too_many(person)
        locked.owner, locked.expires_at = person, None
        locked.save(update_fields=["owner", "expires_at"])
        return locked
    own = NeedList.objects.filter(owner=person, project=None, start=locked.start)
    if copy := own.filter(facts=locked.facts, extra=locked.extra).first():
        return copy
    _refuse_too_many(person)
    return NeedList.objects.create(
        code=make_code(),
        start=locked.start,
        facts=locked.facts,
        extra=locked.extra,
        title=locked.title,
        owner=person,
        created_at=now(),
    )


@transaction.atomic
def delete_list(*, actor: Actor, need_list: NeedList) -> None:
    """Delete one's own list; a project made from it stays. Raises NotAllowed for somebody else's."""
    if need_list.owner_id is None or need_list.owner_id != actor.user_id:
        raise NotAllowed
    need_list.delete()


@transaction.atomic
def start_project_from_list(*, actor: Actor, enterprise: Enterprise, name: str, need_list: NeedList) -> Project:
    """Open the draft of a project with what the list knows; the list remembers it for the choice of matters.

    Raises InvalidInput by field, NotAllowed.
    """
    known = said(need_list)
    values: dict[str, Any] = {
        field: known[fact] for fact, field in rules.FACT_FIELDS.items() if known.get(fact) is not None
    }
    project = start_project(actor=actor, enterprise=enterprise, values={**values, "name": name})
    _answer(actor, project, known)
    _tie(actor, need_list, project)
    return project


@transaction.atomic
def use_list_for_project(*, actor: Actor, project: Project, need_list: NeedList) -> Application:
    """Begin, or add to, the application of a declared project with the list's matters; answers go to the project.

    What the project says already stays. A matter that is running or granted already is left out. Raises
    InvalidInput, NotAllowed.
    """
    application = start_application(actor=actor, project=project)
    told = rules.facts(application.project)
    _answer(actor, project, {name: value for name, value in said(need_list).items() if name not in told})
    _tie(actor, need_list, project)
    project.refresh_from_db()
    running = {case.matter.code for case in needs.running_cases(project).values()}
    chosen = list(application.chosen.values_list("matter__code", flat=True))
    codes = [code for code in (*chosen, *codes_for_project(need_list, project)) if code not in running]
    return choose_matters(actor=actor, application=application, codes=codes) if codes else application


def _answer(actor: Actor, project: Project, known: dict[str, Any]) -> None:
    """The facts that the project itself has no field for; figures as the project keeps them."""
    answers = {fact.name: known[fact.name] for fact in catalogue_facts.questions() if known.get(fact.name) is not None}
    if answers:
        answer_questions(actor=actor, project=project, answers=answers)


def _tie(actor: Actor, need_list: NeedList, project: Project) -> None:
    """The person's own copy of the list, so that a shared one can serve several projects."""
    own = keep_list(actor=actor, need_list=need_list)
    own.project = project
    own.save(update_fields=["project"])
