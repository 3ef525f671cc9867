"""Which act leads an order from which state to which; pure."""

from agency.models import AgencyOrder
from common.transitions import Table

_S = AgencyOrder.Status

ORDER: Table[AgencyOrder.Status] = Table(
    {
        (_S.OPEN, "propose"): _S.PROPOSED,
        (_S.PROPOSED, "agree"): _S.AGREED,
        (_S.PROPOSED, "ask_changes"): _S.OPEN,
        # The agreed plan stays as it was; a new one is made beside it.
        (_S.AGREED, "ask_changes"): _S.OPEN,
        (_S.AGREED, "finish"): _S.DONE,
        **{(state, "close"): _S.CLOSED for state in (_S.OPEN, _S.PROPOSED, _S.AGREED)},
        # To another agent, under a new mandate.
        **{(state, "move"): state for state in (_S.OPEN, _S.PROPOSED, _S.AGREED)},
    }
)
