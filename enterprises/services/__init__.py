"""Writes of this app, by aggregate; other apps import ``confirm_actor`` from here."""

from enterprises.services.acting import confirm_actor

__all__ = ["confirm_actor"]
