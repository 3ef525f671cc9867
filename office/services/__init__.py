"""Every write of the office: tasks, hand-overs of papers, notices to staff."""

from office.services.extending import ask_more_days, decide_more_days
from office.services.giving import TaskSpec, assign_tasks, hand_over_task, withdraw_task
from office.services.papers import (
    PaperSpec,
    Verdict,
    hand_over_papers,
    settle_papers,
    sign_for_papers,
    withdraw_papers,
)
from office.services.telling import (
    NoticeText,
    confirm_read,
    correct_notice,
    pin_notice,
    publish_notice,
    remind_due,
    remind_readers,
    withdraw_notice,
)
from office.services.working import answer_task, close_task, return_task, take_task

__all__ = [
    "NoticeText",
    "PaperSpec",
    "TaskSpec",
    "Verdict",
    "answer_task",
    "ask_more_days",
    "assign_tasks",
    "close_task",
    "confirm_read",
    "correct_notice",
    "decide_more_days",
    "hand_over_papers",
    "hand_over_task",
    "pin_notice",
    "publish_notice",
    "remind_due",
    "remind_readers",
    "return_task",
    "settle_papers",
    "sign_for_papers",
    "take_task",
    "withdraw_notice",
    "withdraw_papers",
    "withdraw_task",
]
