"""What the screen of a step shows of special procedures and extensions: state, what one may do, forms."""

from typing import Any

from accounts.models import User
from approvals import presenting
from approvals.forms import limits as forms
from approvals.models import Step
from approvals.rules import may_review
from approvals.standing import Standing, standing_of
from deadlines.models import Clock, Extension
from deadlines.rules import may_ask_extension, may_decide_extension

Status = Extension.Status
ONCE = (Status.ASKED, Status.APPROVED, Status.REVOKED)
ENDED = (Step.Status.DONE, Step.Status.CANCELLED)


def limit_panel(user: User, step: Step) -> dict[str, Any]:
    """Context of ``approvals/review/_limit.html``; two statements."""
    standing = standing_of(step.case)
    clock = step.case.clock
    return {
        "standing": standing,
        "own_stop": standing.running_on(step.clock_id),
        "limit_rows": presenting.limit_rows(step.case),
        "limit_rights": _rights(user, step, standing),
        "begin_form": forms.BeginForm(prefix="begin"),
        "end_form": forms.EndForm(prefix="end"),
        "extend_form": forms.ExtendForm(prefix="extend", clock=clock),
        "decide_form": forms.DecideForm(prefix="decide"),
        "revoke_form": forms.RevokeForm(prefix="revoke"),
    }


def _rights(user: User, step: Step, standing: Standing) -> dict[str, bool]:
    """What this person may do about the limits now."""
    reviews = may_review.test(user, step)
    is_open = step.status == Step.Status.OPEN and step.clock is not None
    own_stop = standing.running_on(step.clock_id)
    waiting, granted = standing.waiting, standing.granted
    asks = step.status not in ENDED and _may_ask(user, step, standing)
    return {
        "begin": reviews and is_open and own_stop is None,
        "end": reviews and own_stop is not None,
        "ask": asks and not _has_run_out(step.case.clock),
        "too_late": asks and _has_run_out(step.case.clock),
        "decide": waiting is not None and may_decide_extension.test(user, waiting),
        "withdraw": waiting is not None and waiting.asked_by_id == user.pk,
        "revoke": granted is not None and granted.clock.is_open and may_decide_extension.test(user, granted),
    }


def _may_ask(user: User, step: Step, standing: Standing) -> bool:
    clock = step.case.clock
    if clock is None or not (clock.is_open and clock.extension_cap and clock.extension_rank):
        return False
    used = any(one.clock_id == clock.pk and one.status in ONCE for one in standing.extensions)
    return not used and bool(may_ask_extension.test(user, clock))


def _has_run_out(clock: Clock | None) -> bool:
    return clock is not None and clock.counted_until() > (clock.lawful_due_at or clock.due_at)
