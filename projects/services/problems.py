"""Problems one by one: raised, worked on, said to be cleared, confirmed or rejected by the firm, withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput, NotAllowed
from common.ids import uuid7
from common.time import end_of_day, now, today
from deadlines.calendars import current
from deadlines.services import cancel_many, finish_many
from enterprises.models import Membership
from enterprises.selectors import ANY
from enterprises.services import confirm_actor
from ledger.services import Record, record, record_many
from notifications.services import Notice, notify_many
from projects import limits, rules_key
from projects.answerable import LEVEL_OF, SEAT_OF, teams
from projects.models import Problem, ProblemNote, Project, TeamMember
from projects.services.climbing import concerned, first_answerable, lock_problem, lock_team, start_level
from projects.transitions import PROBLEM

MOST_DAYS = 250


@transaction.atomic
def raise_problem(
    *,
    actor: Actor,
    project: Project,
    title: str,
    text: str,
    source: tuple[str, int] | None = None,
    days: int | None = None,
) -> Problem:
    """Put a problem of a declared project on record; its service secretary answers for it from now on.

    Where no secretary is in office the next one above does, in the end the director. ``source`` names
    what it came from, ("coordination.decision", 7). ``days`` are working days for the first level where
    the usual ones do not fit. Raises InvalidInput by field ("title", "text", "days"), NotAllowed, and
    NobodyAnswersError where there is neither a team nor a director.
    """
    by_firm = _speaks_for_firm(actor, project)
    _check_raiser(actor, project, by_firm=by_firm)
    _check_words(title, text, days)
    lock_team(project.pk)
    to = first_answerable(teams([project.pk]), project.pk)
    problem = Problem(
        project=project, title=title.strip(), text=text.strip(), level=LEVEL_OF[to.seat], owner_id=to.user_id,
        raised_by=actor.user, raised_at=now(), by_firm=by_firm, level_since=now(), clock_id=uuid7(),
        source_type=source[0].lower() if source else "", source_id=source[1] if source else None,
    )  # fmt: skip
    problem.save(force_insert=True)
    start_level(problem, to, actor=actor, days=days, clock_id=problem.clock_id)
    data = {"note": problem.title, "problem": problem.pk, "owner": to.user_id, "source": list(source or ())}
    record_many(actor=actor, records=[Record(problem, "problem.raised", data), Record(project, "problem.raised", data)])
    _tell(problem, actor, "problem.raised", {}, mine="problem.yours")
    return problem


@transaction.atomic
def note_problem(*, actor: Actor, problem: Problem, text: str) -> ProblemNote:
    """Write down what was done; the owner and whoever works on it, leaders too."""
    locked = _locked(problem, "note")
    _require(rules_key.may_note.test(actor.person, locked))
    if not text.strip():
        raise InvalidInput({"text": _("Write down what was done.")})
    note = ProblemNote.objects.create(problem=locked, author=actor.person, at=now(), text=text.strip())
    record(actor=actor, subject=locked, act="problem.noted", data={"note": note.text[:300]})
    return note


@transaction.atomic
def ask_helper(*, actor: Actor, problem: Problem, helper: User | None, note: str = "") -> Problem:
    """Let a member of the team work on it (责任部门); the owner goes on answering for it. None ends that."""
    locked = _locked(problem, "ask")
    _require(rules_key.owns.test(actor.person, locked))
    if helper is not None and not _is_in_team(helper, locked):
        raise InvalidInput({"helper": _("This person is not in the service team.")})
    locked.helper = helper
    locked.save(update_fields=["helper"])
    data = {"helper": helper.pk if helper else None, "note": f"{helper or '—'} {note.strip()}".strip()}
    record(actor=actor, subject=locked, act="problem.asked", data=data)
    if helper is not None:
        params = _params(locked) | {"note": note.strip() or "–"}
        notify_many([Notice([helper.pk], "problem.asked", params, locked.get_absolute_url())])
    return locked


@transaction.atomic
def propose_cleared(*, actor: Actor, problem: Problem, solution: str) -> Problem:
    """Say that it is cleared, and how: the level's clock ends, and the firm has the word."""
    locked = _locked(problem, "propose")
    _require(rules_key.owns.test(actor.person, locked))
    if not solution.strip():
        raise InvalidInput({"solution": _("Say how it was cleared: the firm reads this.")})
    locked.status = PROBLEM.next(Problem.Status(locked.status), "propose")
    locked.solution, locked.proposed_at, locked.remind_at = solution.strip(), now(), remind_at()
    locked.reminders = 0
    locked.save(update_fields=["status", "solution", "proposed_at", "remind_at", "reminders"])
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    record(actor=actor, subject=locked, act="problem.proposed", data={"note": locked.solution})
    _tell(locked, actor, "problem.proposed", {"solution": locked.solution})
    return locked


@transaction.atomic
def confirm_cleared(*, actor: Actor, problem: Problem, words: str = "") -> Problem:
    """The firm says that it is cleared; only now the problem is closed."""
    locked = _answered(actor, problem, "confirm")
    _close(locked, actor, Problem.Status.CLOSED)
    record(actor=actor, subject=locked, act="problem.confirmed", data={"note": words.strip()})
    _tell(locked, actor, "problem.confirmed", {}, firm=False)
    return locked


@transaction.atomic
def reject_cleared(*, actor: Actor, problem: Problem, words: str) -> Problem:
    """The firm says that it is not cleared, and why: back to the owner, with a clock that begins anew."""
    locked = _answered(actor, problem, "reject")
    if not words.strip():
        raise InvalidInput({"words": _("Say what is still in the way.")})
    locked.status = PROBLEM.next(Problem.Status(locked.status), "reject")
    locked.rejections += 1
    locked.remind_at = None
    to = teams([locked.project_id]).answerable(locked.project_id, SEAT_OF[Problem.Level(locked.level)])
    if to is None:
        to = first_answerable(teams([locked.project_id]), locked.project_id)
    start_level(locked, to, actor=actor)
    locked.save(update_fields=["status", "rejections", "remind_at", "level", "owner", "level_since", "clock"])
    data = {"note": words.strip(), "times": locked.rejections}
    record(actor=actor, subject=locked, act="problem.rejected", data=data)
    _tell(locked, actor, "problem.rejected", {"words": words.strip()}, firm=False)
    return locked


@transaction.atomic
def withdraw_problem(*, actor: Actor, problem: Problem, reason: str) -> Problem:
    """Whoever raised it takes it back, with a reason."""
    locked = _locked(problem, "withdraw")
    _require(rules_key.raised_it.test(actor.person, locked))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    PROBLEM.next(Problem.Status(locked.status), "withdraw")
    _close(locked, actor, Problem.Status.WITHDRAWN)
    cancel_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    record(actor=actor, subject=locked, act="problem.withdrawn", data={"reason": reason.strip()})
    _tell(locked, actor, "problem.withdrawn", {"reason": reason.strip()})
    return locked


@transaction.atomic
def remind_silent_firms() -> int:
    """Remind firms that have not said whether a problem is cleared, and tell its leader; again after as many days.

    Nothing is closed by silence. Safe to repeat: each row's next moment lies ahead afterwards. A constant number of
    statements, besides the people of each firm.
    """
    due = Problem.objects.filter(status=Problem.Status.PROPOSED, remind_at__lt=now())
    rows = list(due.select_for_update(of=("self",), skip_locked=True).select_related("project").order_by("pk"))
    if not rows:
        return 0
    following = remind_at()
    for row in rows:
        row.reminders, row.remind_at = row.reminders + 1, following
    Problem.objects.bulk_update(rows, ["reminders", "remind_at"])
    records = [Record(row, "problem.firm_reminded", {"times": row.reminders}) for row in rows]
    record_many(actor=Actor.system(), records=records)
    firms = {row.project.enterprise_id for row in rows}
    members: dict[int, list[int]] = {}
    active = Membership.objects.active().filter(enterprise__in=firms)
    for firm, user_id in active.values_list("enterprise_id", "user_id"):
        members.setdefault(firm, []).append(user_id)
    known = teams({row.project_id for row in rows})
    notices = []
    for row in rows:
        params, link = _params(row) | {"times": row.reminders}, row.get_absolute_url()
        leader = known.answerable(row.project_id, "leader")
        notices.append(Notice(members.get(row.project.enterprise_id, []), "problem.remind_firm", params, link))
        told = sorted({row.owner_id, *([leader.user_id] if leader else [])})
        notices.append(Notice(told, "problem.firm_silent", params, link))
    notify_many(notices)
    return len(rows)


def remind_at() -> datetime:
    """The end of the firm's days from today."""
    return end_of_day(current().add(today(), limits.days(limits.Code.FIRM_ANSWER)))


def _speaks_for_firm(actor: Actor, project: Project) -> bool:
    if actor.user is None:
        return False
    if actor.on_behalf_of:
        return True
    return Membership.objects.active().filter(user=actor.user, enterprise=project.enterprise_id).exists()


def _check_raiser(actor: Actor, project: Project, *, by_firm: bool) -> None:
    if project.status != Project.Status.DECLARED:
        raise InvalidInput({"project": _("Only a declared project has problems on record.")})
    if by_firm:
        confirm_actor(actor, project.enterprise, ANY)
    elif actor.user is not None:
        _require(rules_key.may_raise.test(actor.user, project))


def _check_words(title: str, text: str, days: int | None) -> None:
    errors: dict[str, object] = {}
    if not title.strip():
        errors["title"] = _("Say in a few words what stands in the way.")
    elif len(title.strip()) > 120:
        errors["title"] = _("At most %(most)s characters.") % {"most": 120}
    if not text.strip():
        errors["text"] = _("Describe the problem, so that somebody can act on it.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        errors["days"] = _("Between 1 and %(most)s working days.") % {"most": MOST_DAYS}
    if errors:
        raise InvalidInput(errors)


def _is_in_team(user: User, problem: Problem) -> bool:
    return TeamMember.objects.current().filter(user=user, key__project=problem.project_id).exists()


def _locked(problem: Problem, act: str) -> Problem:
    locked = lock_problem(problem)
    PROBLEM.next(Problem.Status(locked.status), act)
    return locked


def _answered(actor: Actor, problem: Problem, act: str) -> Problem:
    """A problem on which the firm gives its word."""
    locked = lock_problem(problem)
    if not rules_key.may_answer.test(actor.person, locked):
        raise NotAllowed(_("Only the firm says whether its problem is cleared."))
    PROBLEM.next(Problem.Status(locked.status), act)
    return locked


def _require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _close(problem: Problem, actor: Actor, status: Problem.Status) -> None:
    problem.status = status
    problem.closed_by, problem.closed_at, problem.remind_at = actor.user, now(), None
    problem.save(update_fields=["status", "closed_by", "closed_at", "remind_at"])


def _params(problem: Problem) -> dict[str, object]:
    return {"title": problem.title, "project": str(problem.project)}


def _tell(
    problem: Problem, actor: Actor, template: str, more: dict[str, object], *, mine: str = "", firm: bool = True
) -> None:
    """Everybody concerned but the one who acted; the owner by a text of his own where there is one."""
    told = set(concerned(problem, firm=firm)) - {actor.user_id}
    params = _params(problem) | {"from": "–", "reason": "–", "level": problem.level} | more
    notices = []
    if mine and problem.owner_id in told:
        told.discard(problem.owner_id)
        notices.append(Notice([problem.owner_id], mine, params, problem.get_absolute_url()))
    notices.append(Notice(sorted(told), template, params, problem.get_absolute_url()))
    notify_many(notices)
