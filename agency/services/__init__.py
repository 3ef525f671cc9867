"""Every write of full agency; the only place that sets an order's status."""

from agency.services.endings import settle
from agency.services.helpers import Joining, join_helper, remove_helper
from agency.services.orders import Wish, close_order, finish_order, open_order, start_agency
from agency.services.plans import agree_to_plan, ask_for_changes, propose_plan
from agency.services.replacing import move_to_successor, name_successor

__all__ = [
    "Joining",
    "Wish",
    "agree_to_plan",
    "ask_for_changes",
    "close_order",
    "finish_order",
    "join_helper",
    "move_to_successor",
    "name_successor",
    "open_order",
    "propose_plan",
    "remove_helper",
    "settle",
    "start_agency",
]
