"""Which act leads from which state to which; pure."""

from common.transitions import Table
from enterprises.models import Membership, Visit

_M = Membership.Status
_V = Visit.Status

MEMBERSHIP: Table[Membership.Status] = Table(
    {
        (_M.PENDING, "approve"): _M.ACTIVE,
        (_M.PENDING, "reject"): _M.REJECTED,
        # The person himself takes the request back.
        (_M.PENDING, "leave"): _M.LEFT,
        (_M.ACTIVE, "leave"): _M.LEFT,
        (_M.ACTIVE, "remove"): _M.LEFT,
    }
)

VISIT: Table[Visit.Status] = Table(
    {
        (_V.PLANNED, "assign"): _V.PLANNED,
        (_V.PLANNED, "move"): _V.PLANNED,
        (_V.PLANNED, "record"): _V.DONE,
        (_V.PLANNED, "cancel"): _V.CANCELLED,
    }
)
