"""Rows of paperless work inside the hall."""

from office.models.limit import OfficeLimit
from office.models.task import Answer, Task, TaskExtension

__all__ = ["Answer", "OfficeLimit", "Task", "TaskExtension"]
