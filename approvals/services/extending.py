"""Extensions (延期, 行政许可法 art. 42): who hears what when one is asked for, decided, taken back.

What is lawful (once, capped, right rank, not once expired) the engine decides. Cases are locked
first here, in the hall's order.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.labels import CASE_LABEL
from approvals.models import Case, Step
from approvals.papers.course import issue_extension, revoke_extension_paper
from approvals.rules import may_review, require
from approvals.services.locking import lock_case, lock_step
from approvals.services.telling import tell_firm
from common.display import short_date
from common.errors import TransitionNotAllowed
from deadlines.models import Clock, Extension
from deadlines.services import ask_extension, decide_extension, revoke_extension, withdraw_extension
from ledger.services import record
from notifications.services import notify

ENDED = (Step.Status.DONE, Step.Status.CANCELLED)


@transaction.atomic
def ask_more_time(*, actor: Actor, step: Step, amount: int, reason: str, seen: str | None = None) -> Extension:
    """Ask for ``amount`` units more for deciding on the case; this step gets the same.

    Only a reviewer of the lead department may. Raises InvalidInput at ``amount`` or ``reason``,
    TransitionNotAllowed for a step that is done, and where the limit cannot be extended (again).
    """
    require(may_review, actor, step)
    case, _steps, mine = lock_step(step, seen)
    if mine.status in ENDED or case.clock_id is None:
        raise TransitionNotAllowed(_("This step is done: nothing of it can be extended."))
    return ask_more_time_on(actor=actor, clock_id=case.clock_id, amount=amount, reason=reason, inner_id=mine.clock_id)


@transaction.atomic
def ask_more_time_on(
    *, actor: Actor, clock_id: UUID, amount: int, reason: str, inner_id: UUID | None = None
) -> Extension:
    """Ask on any clock that has a rank, and tell everybody who holds the rank; see ``ask_extension``."""
    extension = ask_extension(actor=actor, clock_id=clock_id, amount=amount, reason=reason, inner_id=inner_id)
    clock = extension.clock
    notify(
        recipients=_rank_of(clock).exclude(user=actor.user).values_list("user_id", flat=True).distinct(),
        template="approvals.more_time_asked",
        params={"title": clock.title, "name": str(actor.user), "reason": extension.reason},
        link=clock.link,
    )
    return extension


def _rank_of(clock: Clock) -> QuerySet[Post]:
    """Posts that may decide: heads of the very department, or of any other rank all who hold it."""
    posts = Post.objects.current().with_role(clock.extension_rank)
    if clock.extension_rank == Role.HEAD:
        return posts.in_departments([clock.department_id] if clock.department_id else [])
    return posts


@transaction.atomic
def decide_more_time(*, actor: Actor, extension: Extension, approve: bool, remark: str = "") -> Extension:
    """Approve or refuse; the asker hears of it, and of an approval the applicant with reason and new date.

    Works for a clock of any subject; of a subject other than a case the caller tells the
    applicants. Raises what ``decide_extension`` raises.
    """
    case = _lock_case_of(extension)
    decided = decide_extension(actor=actor, extension_id=extension.pk, approve=approve, remark=remark)
    clock = decided.clock
    notify(
        recipients=[decided.asked_by_id] if decided.asked_by_id else [],
        template="approvals.more_time_granted" if approve else "approvals.more_time_refused",
        params={"title": clock.title, "due": short_date(clock.due_at), "remark": decided.remark or "—"},
        link=clock.link,
    )
    if approve and case is not None:
        data = {
            "extension": decided.pk,
            "due": clock.due_at.isoformat(),
            "lawful_due": clock.lawful_due_at.isoformat() if clock.lawful_due_at else "",
        }
        record(actor=actor, subject=case, act="case.more_time_told", data=data, at=decided.decided_at)
        tell_firm(case, "approvals.extended", due=short_date(clock.due_at), reason=decided.reason)
        issue_extension(case, decided, actor=actor)
    return decided


@transaction.atomic
def withdraw_request(*, actor: Actor, extension: Extension) -> Extension:
    """The asker takes back what is not decided yet; the applicant never knew of it."""
    _lock_case_of(extension)
    return withdraw_extension(actor=actor, extension_id=extension.pk)


@transaction.atomic
def revoke_more_time(*, actor: Actor, extension: Extension, remark: str) -> Extension:
    """Take back an approval: the dates return, asker and applicant hear why. Raises what ``revoke_extension`` does."""
    case = _lock_case_of(extension)
    revoked = revoke_extension(actor=actor, extension_id=extension.pk, remark=remark)
    clock = revoked.clock
    notify(
        recipients=[revoked.asked_by_id] if revoked.asked_by_id else [],
        template="approvals.more_time_revoked",
        params={"title": clock.title, "due": short_date(clock.due_at), "remark": revoked.remark},
        link=clock.link,
    )
    if case is not None:
        tell_firm(case, "approvals.extension_revoked", due=short_date(clock.due_at), reason=revoked.remark)
        revoke_extension_paper(case, revoked, actor=actor)
    return revoked


def _lock_case_of(extension: Extension) -> Case | None:
    """The case whose limit it is, locked before the clock is; None for a clock of another subject."""
    clock = extension.clock
    return lock_case(clock.subject_id) if clock.subject_type == CASE_LABEL else None
