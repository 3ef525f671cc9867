"""Rows of paperless work inside the hall."""

from office.models.limit import OfficeLimit
from office.models.notice import NoticeVersion, Receipt, StaffNotice
from office.models.papers import Paper, PaperHandover, PaperLine
from office.models.task import Answer, Task, TaskExtension

__all__ = [
    "Answer",
    "NoticeVersion",
    "OfficeLimit",
    "Paper",
    "PaperHandover",
    "PaperLine",
    "Receipt",
    "StaffNotice",
    "Task",
    "TaskExtension",
]
