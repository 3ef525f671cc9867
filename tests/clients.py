"""Who asks the hall for a page: a signed-in person's client, in the hall's own language or in English."""

from django.test import Client

from accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_english(user: User) -> Client:
    """Signed in with a browser that asks for English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client
