"""Which act leads a case or a step from which status to which. Pure tables."""

from approvals.models import Case, LaterCheck, Step
from common.transitions import Table

C = Case.Status
S = Step.Status
L = LaterCheck.Status

CASE = Table(
    {
        # Its prerequisites are there: only now has the window anything to check.
        (C.WAITING, "receive"): C.RECEIVED,
        (C.RECEIVED, "correct"): C.CORRECTING,
        (C.CORRECTING, "resubmit"): C.RECEIVED,
        (C.RECEIVED, "accept"): C.ACCEPTED,
        # Five days passed without a word: 行政许可法 art. 32.
        (C.RECEIVED, "deem_accepted"): C.ACCEPTED,
        (C.RECEIVED, "not_accept"): C.NOT_ACCEPTED,
        # Matters that want a public notice are accepted when it has run its days without an objection.
        (C.RECEIVED, "publish"): C.PUBLISHED,
        (C.PUBLISHED, "accept"): C.ACCEPTED,
        (C.PUBLISHED, "not_accept"): C.NOT_ACCEPTED,
        (C.ACCEPTED, "hand_over"): C.REVIEWING,
        (C.REVIEWING, "decide"): C.DECIDED,
        # A counter delivery waits for the signature; an online one has arrived when it is posted.
        (C.DECIDED, "issue_at_counter"): C.ISSUED,
        (C.DECIDED, "deliver_online"): C.DELIVERED,
        (C.ISSUED, "sign"): C.DELIVERED,
        # A commitment was not kept (容缺): nothing that is not yet in the applicant's hands goes on.
        (C.ACCEPTED, "terminate"): C.TERMINATED,
        (C.REVIEWING, "terminate"): C.TERMINATED,
        (C.DECIDED, "terminate"): C.TERMINATED,
        (C.ISSUED, "terminate"): C.TERMINATED,
        # An applicant may withdraw until the decision is made.
        (C.WAITING, "withdraw"): C.WITHDRAWN,
        (C.PUBLISHED, "withdraw"): C.WITHDRAWN,
        (C.RECEIVED, "withdraw"): C.WITHDRAWN,
        (C.CORRECTING, "withdraw"): C.WITHDRAWN,
        (C.ACCEPTED, "withdraw"): C.WITHDRAWN,
        (C.REVIEWING, "withdraw"): C.WITHDRAWN,
        # Granted, but held back for a certificate that has come to nothing (容缺).
        (C.DECIDED, "give_up"): C.WITHDRAWN,
    }
)

STEP = Table(
    {
        (S.WAITING, "open"): S.OPEN,
        (S.OPEN, "complete"): S.DONE,
        # The limit passed without a word where the matter's law says what follows.
        (S.OPEN, "deem_agreed"): S.DONE,
        (S.OPEN, "propose"): S.PROPOSED,
        (S.PROPOSED, "approve"): S.DONE,
        (S.PROPOSED, "send_back"): S.OPEN,
        (S.WAITING, "cancel"): S.CANCELLED,
        (S.OPEN, "cancel"): S.CANCELLED,
        (S.PROPOSED, "cancel"): S.CANCELLED,
    }
)

LATER_CHECK = Table(
    {
        (L.OPEN, "pass"): L.PASSED,
        # Once only: whoever is given a second term to put the same right has not kept the first.
        (L.OPEN, "rectify"): L.TO_RECTIFY,
        (L.OPEN, "fail"): L.FAILED,
        (L.TO_RECTIFY, "pass"): L.PASSED,
        (L.TO_RECTIFY, "fail"): L.FAILED,
    }
)
