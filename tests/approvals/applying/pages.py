"""What tests of the pages of an application share."""

from typing import Any

from django.urls import reverse


def url(name: str, *args: Any) -> str:
    return reverse(f"approvals:{name}", args=args)


def answers_of(page: Any) -> dict[str, tuple[bool | None, bool]]:
    """By matter code: (needed?, chosen?)."""
    return {
        need.matter.code: (need.answer, need.chosen)
        for stage in page.context["stages"]
        for need in [*stage.needed, *stage.unclear, *stage.unneeded]
    }
