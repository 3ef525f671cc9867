"""The list of key projects: proposing by criteria, confirming, declining, taking off."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from common.errors import InvalidInput, NotAllowed
from common.time import now, today
from ledger.services import Record, record, record_many
from notifications.services import notify
from projects import rules_key
from projects.models import KeyCriterion, KeyProject, Milestone, Project
from projects.services.duties import drop_duties
from projects.services.vacancies import open_vacancies
from projects.transitions import KEY


def meets(criterion: KeyCriterion) -> Q:
    """The condition on projects that a criterion sets."""
    condition = Q(status=Project.Status.DECLARED)
    if criterion.min_investment is not None:
        condition &= Q(total_investment__gte=criterion.min_investment)
    if criterion.divisions:
        condition &= Q(industry__in=criterion.divisions)
    if criterion.capital:
        condition &= Q(capital=criterion.capital)
    return condition


@transaction.atomic
def propose_key_projects() -> int:
    """Propose every declared project that meets a criterion and is not on the list in any state; says how many.

    Safe to repeat and to run twice at once: a project has one row. A query for each criterion, then a
    constant number of statements.
    """
    met: dict[int, list[str]] = {}
    for criterion in KeyCriterion.objects.filter(active=True):
        fresh = Project.objects.filter(meets(criterion), key=None).order_by("id")
        for pk in fresh.values_list("pk", flat=True):
            met.setdefault(pk, []).append(criterion.name)
    moment = now()
    before = set(KeyProject.objects.filter(project__in=met).values_list("project_id", flat=True))
    rows = [KeyProject(project_id=pk, met=names, proposed_at=moment) for pk, names in met.items() if pk not in before]
    KeyProject.objects.bulk_create(rows, ignore_conflicts=True)
    made = list(
        KeyProject.objects.filter(project__in=[row.project_id for row in rows], proposed_at=moment).select_related(
            "project"
        )
    )
    records = [Record(one, "key.proposed", {"note": "；".join(one.met), "met": one.met}) for one in made]
    record_many(actor=Actor.system(), records=records)
    if made:
        posts = Post.objects.current().with_role(Role.DIRECTOR)
        notify(
            recipients=set(posts.values_list("user_id", flat=True)),
            template="key.proposed",
            params={"count": len(made), "names": "；".join(str(one.project) for one in made[:5])},
            link=f"{reverse('projects:key_projects')}?state=proposed",
        )
    return len(made)


@transaction.atomic
def confirm_key_project(*, actor: Actor, project: Project, reason: str = "") -> KeyProject:
    """Put a declared project on the list; one that no criterion has proposed needs a reason.

    Its six milestones begin, and an empty office of its team is a duty of the director from now on.
    """
    _decide(actor)
    _refuse_undeclared(project)
    made, created = KeyProject.objects.get_or_create(project=project, defaults={"proposed_at": now()})
    key = _lock(made)
    if key.status != KeyProject.Status.PROPOSED or created:
        _reason(reason)
    key.status = KEY.next(KeyProject.Status(key.status), "confirm")
    key.since = today()
    _sign(key, actor, reason)
    Milestone.objects.bulk_create([Milestone(key=key, point=point) for point in Milestone.Point], ignore_conflicts=True)
    open_vacancies(actor=actor, keys=[key])
    record(actor=actor, subject=key, act="key.confirmed", data={"reason": key.reason})
    return key


@transaction.atomic
def decline_key_project(*, actor: Actor, key: KeyProject, reason: str) -> KeyProject:
    """Not take what was proposed; it is not proposed again by itself."""
    _decide(actor)
    locked = _lock(key)
    locked.status = KEY.next(KeyProject.Status(locked.status), "decline")
    _reason(reason)
    _sign(locked, actor, reason)
    record(actor=actor, subject=locked, act="key.declined", data={"reason": locked.reason})
    return locked


@transaction.atomic
def remove_key_project(*, actor: Actor, key: KeyProject, reason: str) -> KeyProject:
    """Take a project off the list: reports, milestones and vacancies are no duties any more.

    Its problems stay with their owners until the firm confirms that they are cleared.
    """
    _decide(actor)
    locked = _lock(key)
    locked.status = KEY.next(KeyProject.Status(locked.status), "remove")
    _reason(reason)
    locked.since = None
    _sign(locked, actor, reason)
    drop_duties(key=locked)
    record(actor=actor, subject=locked, act="key.removed", data={"reason": locked.reason})
    return locked


def _decide(actor: Actor) -> None:
    if not rules_key.decides_on_list.test(actor.person):
        raise NotAllowed(_("The director or a leader decides which projects are key projects."))


def _reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})


def _refuse_undeclared(project: Project) -> None:
    if project.status != Project.Status.DECLARED:
        raise InvalidInput({"project": _("Only a declared project can be a key project.")})


def _lock(key: KeyProject) -> KeyProject:
    return KeyProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=key.pk)


def _sign(key: KeyProject, actor: Actor, reason: str) -> None:
    key.decided_by, key.decided_at, key.reason = actor.person, now(), reason.strip()
    key.save(update_fields=["status", "since", "decided_by", "decided_at", "reason"])
