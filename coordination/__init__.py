"""Meetings (协调会) and instructions of leaders (批示), with the deviations that they approve."""
