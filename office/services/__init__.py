"""Every write of the office: tasks, hand-overs of papers, notices to staff."""

from office.services.extending import ask_more_days, decide_more_days
from office.services.giving import TaskSpec, assign_tasks, hand_over_task, withdraw_task
from office.services.working import answer_task, close_task, return_task, take_task

__all__ = [
    "TaskSpec",
    "answer_task",
    "ask_more_days",
    "assign_tasks",
    "close_task",
    "decide_more_days",
    "hand_over_task",
    "return_task",
    "take_task",
    "withdraw_task",
]
