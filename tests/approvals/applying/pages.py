"""What tests of the pages of an application share."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"approvals:{name}", args=args)


def answers_of(page: Any) -> dict[str, tuple[bool | None, bool]]:
    """By matter code: (needed?, chosen?)."""
    return {
        need.matter.code: (need.answer, need.chosen)
        for stage in page.context["stages"]
        for need in [*stage.needed, *stage.unclear, *stage.unneeded]
    }
