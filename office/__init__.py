"""Paperless work inside the hall: tasks, hand-over of papers, notices to staff."""
