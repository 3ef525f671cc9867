"""Which act leads from which state to which; pure."""

from common.transitions import Table
from coordination.models import Instruction, Meeting

_I = Instruction.Status
_M = Meeting.Status

INSTRUCTION: Table[Instruction.Status] = Table(
    {
        (_I.DRAFT, "save"): _I.DRAFT,
        (_I.DRAFT, "give"): _I.GIVEN,
        (_I.DRAFT, "withdraw"): _I.WITHDRAWN,
        (_I.GIVEN, "divide"): _I.DIVIDED,
        # The leader thinks better of it before anybody has worked on it.
        (_I.GIVEN, "withdraw"): _I.WITHDRAWN,
        (_I.DIVIDED, "answer"): _I.ANSWERED,
        (_I.ANSWERED, "close"): _I.CLOSED,
        # A new round: the director divides anew, with the leader's words.
        (_I.ANSWERED, "send_back"): _I.GIVEN,
    }
)

MEETING: Table[Meeting.Status] = Table(
    {
        (_M.PLANNED, "arrange"): _M.PLANNED,
        (_M.PLANNED, "move"): _M.PLANNED,
        (_M.PLANNED, "answer"): _M.PLANNED,
        (_M.PLANNED, "cancel"): _M.CANCELLED,
        (_M.PLANNED, "hold"): _M.HELD,
        (_M.HELD, "write"): _M.HELD,
        (_M.HELD, "submit"): _M.TO_SIGN,
        (_M.TO_SIGN, "return"): _M.HELD,
        (_M.TO_SIGN, "sign"): _M.SIGNED,
    }
)
