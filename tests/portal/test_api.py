"""The API as a whole: complete schema, tokens, strangers, the reading page under the strict policy."""

import pytest
from django.core.management import call_command
from rest_framework.authtoken.models import Token

from tests.factories.accounts import make_department, make_post, make_user

LISTS = ["applications", "cases", "clocks", "enterprises", "matters", "projects", "ratings", "steps", "visits"]


def test_schema_is_complete_and_without_warnings(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    text = target.read_text(encoding="utf-8")
    assert [name for name in (*LISTS, "query", "guides", "which") if f"/api/v1/{name}/:" not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_without_signing_in_nothing_is_shown(client, name):
    assert client.get(f"/api/v1/{name}/").status_code in (401, 403)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_token_opens_the_lists_and_a_stranger_sees_no_rows(client, name):
    token = Token.objects.create(user=make_user())
    answer = client.get(f"/api/v1/{name}/", headers={"authorization": f"Token {token.key}"})
    assert answer.status_code == 200
    assert answer.json()["count"] == 0
    wrong = client.get(f"/api/v1/{name}/", headers={"authorization": "Token wrong"})
    assert wrong.status_code in (401, 403)


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_foreign_or_unknown_row_is_404(client, name):
    user = make_user()
    make_post(user, make_department(), "leader")
    client.force_login(user)
    assert client.get(f"/api/v1/{name}/987654321/").status_code == 404


@pytest.mark.django_db
def test_reading_page_loads_nothing_from_elsewhere(client):
    client.force_login(make_user())
    page = client.get("/api/docs/")
    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert "script-src 'self'" in policy
    assert "http" not in policy
    text = page.content.decode()
    assert "//cdn" not in text
    assert client.get("/api/schema/").status_code == 200
