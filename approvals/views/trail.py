"""The line of steps above each page of an application."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import Application


def trail(row: Application, here: str) -> list[dict[str, Any]]:
    """The pages of an application in order."""
    pages = (
        ("matters", _("Matters")),
        ("form", _("Application form")),
        ("materials", _("Materials")),
        ("check", _("Check and submit")),
    )
    return [
        {"label": label, "url": reverse(f"approvals:{name}", args=[row.pk]), "active": name == here}
        for name, label in pages
    ]
