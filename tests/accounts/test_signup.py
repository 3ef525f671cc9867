"""Investors register: name, mobile phone, e-mail, user name, password."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db

SENT = {
    "name": "周  投资",
    "phone": "139 1234 5678",
    "email": "zhou@example.com",
    "username": "zhou",
    "password1": "ein-langes-Wort-7",
    "password2": "ein-langes-Wort-7",
}


def test_registered_and_signed_in(client: Client) -> None:
    assert client.get(reverse("account_signup")).status_code == 200
    response = client.post(reverse("account_signup"), SENT)
    assert response.status_code == 302
    user = User.objects.get(username="zhou")
    assert (user.name, user.phone) == ("周 投资", "13912345678")
    assert (user.email, user.language) == ("zhou@example.com", "zh-hans")
    assert user.check_password(SENT["password1"])
    assert (user.is_hall_staff, client.session["_auth_user_id"]) == (False, str(user.pk))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "2391234567x"}, "phone"),
        ({"email": "zhou"}, "email"),
        ({"email": ""}, "email"),
        ({"username": ""}, "username"),
        ({"password2": "anders-langes-Wort"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
    ],
)
def test_mistakes_are_told_at_their_fields_and_values_survive(
    client: Client, changes: dict[str, str], field: str
) -> None:
    response = client.post(reverse("account_signup"), SENT | changes)
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.exists()
    kept = "zhou" if field != "username" else "139 1234 5678"
    assert f'value="{kept}"' in response.content.decode()


@pytest.mark.parametrize("typed", ["+86 13912345678", "0086-139-1234-5678", "１３９１２３４５６７８", "(139)12345678"])
def test_mobile_numbers_are_stored_in_one_form(client: Client, typed: str) -> None:
    client.post(reverse("account_signup"), SENT | {"phone": typed})
    assert User.objects.get().phone == "13912345678"


def test_number_from_abroad(client: Client) -> None:
    client.post(reverse("account_signup"), SENT | {"phone": "+49 170 1234567"})
    assert User.objects.get().phone == "+491701234567"
