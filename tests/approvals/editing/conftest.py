"""An administrator, the catalogue as it is delivered, and drafts of it."""

from typing import Any

import pytest
from django.forms import MultipleChoiceField
from django.test import Client

from accounts.actors import Actor
from accounts.models import Role, User
from approvals.services.catalogue import load_catalogue
from tests.factories.accounts import make_department, make_post, make_user


@pytest.fixture
def catalogue(db: None) -> None:
    load_catalogue()


@pytest.fixture
def editor(db: None) -> User:
    user = make_user("editor", name="王编辑", password="secret")
    make_post(user, make_department("test-editors", kind="hall"), Role.ADMINISTRATOR)
    return user


@pytest.fixture
def act(editor: User) -> Actor:
    return Actor(editor)


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    """A browser of the administrator's."""
    client.force_login(editor)
    return client


def form_data(page: Any) -> dict[str, Any]:
    """What a browser would post of a section's page as it was drawn."""
    data: dict[str, Any] = {"revision": page.context["revision"], "action": "save"}
    forms = page.context["page"]
    for form in forms.all_forms:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, MultipleChoiceField):
                # A browser posts ticks in the order of the page.
                value = [code for code, _label in bound.field.choices if code in (value or ())]
            if value is True:
                data[bound.html_name] = "on"
            elif value not in (None, False):
                data[bound.html_name] = value
    for rows in forms.lists:
        data[f"{rows.rows.path}-count"] = len(rows.forms)
    return data
