"""Signing in with the broker dead: nothing that a person waits for may need it."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User


@pytest.mark.django_db
def test_sign_in_with_a_dead_broker(client: Client, settings: Settings, broken_broker: None) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    # The limits are what asks the cache.
    settings.ACCOUNT_RATE_LIMITS = {"login": "30/m/ip"}
    User.objects.create_user("zhang", email="zhang@example.com", password="Kai-fa-qu-2025")
    for login in ("zhang", "zhang@example.com"):
        response = client.post("/accounts/login/", {"login": login, "password": "Kai-fa-qu-2025"})
        assert (response.status_code, response["Location"]) == (302, "/")
        client.logout()


@pytest.mark.django_db
def test_wrong_password_stays_on_the_page(client: Client) -> None:
    User.objects.create_user("zhang", password="Kai-fa-qu-2025")
    response = client.post("/accounts/login/", {"login": "zhang", "password": "wrong"})
    assert response.status_code == 200
    assert response.context["form"].errors
