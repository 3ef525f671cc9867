"""Which act leads from which state to which; pure."""

from common.transitions import Table
from office.models import PaperHandover, StaffNotice, Task

_T = Task.Status
_H = PaperHandover.Status
_N = StaffNotice.Status

TASK: Table[Task.Status] = Table(
    {
        (_T.ASSIGNED, "take"): _T.TAKEN,
        # An answer says that it was taken.
        (_T.ASSIGNED, "answer"): _T.ANSWERED,
        (_T.TAKEN, "answer"): _T.ANSWERED,
        (_T.RETURNED, "answer"): _T.ANSWERED,
        (_T.ANSWERED, "close"): _T.CLOSED,
        (_T.ANSWERED, "return"): _T.RETURNED,
        (_T.ASSIGNED, "withdraw"): _T.WITHDRAWN,
        (_T.TAKEN, "withdraw"): _T.WITHDRAWN,
        (_T.RETURNED, "withdraw"): _T.WITHDRAWN,
        (_T.ANSWERED, "withdraw"): _T.WITHDRAWN,
        # To somebody else of the same department: whoever gets it has not taken it yet.
        (_T.ASSIGNED, "hand_over"): _T.ASSIGNED,
        (_T.TAKEN, "hand_over"): _T.TAKEN,
        (_T.RETURNED, "hand_over"): _T.RETURNED,
        (_T.ASSIGNED, "extend"): _T.ASSIGNED,
        (_T.TAKEN, "extend"): _T.TAKEN,
        (_T.RETURNED, "extend"): _T.RETURNED,
    }
)

HANDOVER: Table[PaperHandover.Status] = Table(
    {
        # Every line is signed for.
        (_H.SENT, "receive"): _H.CLOSED,
        # Something was refused or is missing: the sender has to settle it.
        (_H.SENT, "refuse"): _H.BACK,
        (_H.SENT, "withdraw"): _H.WITHDRAWN,
        (_H.BACK, "settle"): _H.CLOSED,
    }
)

NOTICE: Table[StaffNotice.Status] = Table(
    {
        (_N.PUBLISHED, "correct"): _N.PUBLISHED,
        (_N.PUBLISHED, "pin"): _N.PUBLISHED,
        (_N.PUBLISHED, "read"): _N.PUBLISHED,
        (_N.PUBLISHED, "remind"): _N.PUBLISHED,
        (_N.PUBLISHED, "withdraw"): _N.WITHDRAWN,
    }
)
