"""The gallery shows every component; the frame works for visitors and for staff."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation

from common.templatetags import hall
from tests.factories.accounts import make_user

COMPONENTS = Path(__file__).parents[2] / "templates" / "components"


@pytest.fixture
def staff_client(client, db):
    user = make_user("editor", is_staff=True)
    client.force_login(user)
    return client


def test_gallery_is_unknown_to_strangers(client, db):
    assert client.get(reverse("common:gallery")).status_code == 404


@pytest.mark.parametrize("query", ["", "?invalid=1"])
def test_gallery_draws_every_icon_it_names(staff_client, query, monkeypatch):
    missing: list[str] = []
    hall.icon_svg.cache_clear()
    monkeypatch.setattr(hall.log, "warning", lambda event, **fields: missing.append(str(fields)))
    response = staff_client.get(reverse("common:gallery") + query)
    assert response.status_code == 200
    assert missing == []


def test_gallery_has_no_inline_script_or_style(staff_client):
    html = staff_client.get(reverse("common:gallery")).content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html


def test_every_component_can_be_loaded():
    names = sorted(path.name for path in COMPONENTS.glob("*.html"))
    assert names
    for name in names:
        get_template(f"components/{name}")


def test_every_component_is_in_the_guide():
    guide = (COMPONENTS.parent.parent / "docs" / "ui.md").read_text(encoding="utf-8")
    tags = {"field", "form", "light", "upload", "confirm"}
    assert [path.stem for path in COMPONENTS.glob("*.html") if path.stem not in tags and path.stem not in guide] == []


def test_task_list_has_three_states_in_words():
    tasks = [{"title": str(state), "url": "#", "state": state} for state in ("todo", "partial", "done", "blocked")]
    with translation.override("en"):
        html = render_to_string("components/task_list.html", {"items": tasks})
    assert [words for words in ("Not started", "Incomplete", "Done", "Cannot start yet") if words not in html] == []


def test_summary_list_says_what_is_missing_and_keeps_a_nought():
    rows = [{"label": "A", "value": ""}, {"label": "B", "value": 0}]
    with translation.override("en"):
        html = render_to_string("components/summary_list.html", {"rows": rows})
    assert html.count("Not filled in") == 1
    assert "<dd>0</dd>" in html


def test_language_switch_keeps_the_page(staff_client):
    page = reverse("common:gallery") + "?invalid=1"
    html = staff_client.get(page).content.decode()
    assert f'name="next" value="{page}"' in html
    response = staff_client.post(reverse("set_language"), {"language": "en", "next": page})
    assert response["Location"] == page
    assert '<html lang="en"' in staff_client.get(page).content.decode()


def test_large_print_is_kept_and_taken_back(staff_client):
    page = reverse("common:gallery")
    response = staff_client.post(reverse("common:print_size"), {"size": "large", "next": page})
    assert response["Location"] == page
    assert 'class="large-print"' in staff_client.get(page).content.decode()
    staff_client.post(reverse("common:print_size"), {"size": "normal", "next": page})
    assert 'class="large-print"' not in staff_client.get(page).content.decode()


def test_large_print_never_leads_to_another_site(client, db):
    response = client.post(reverse("common:print_size"), {"size": "large", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_session_is_renewed_for_who_is_signed_in(staff_client):
    response = staff_client.post(reverse("common:session"))
    assert response.json() == {"seconds": settings.SESSION_COOKIE_AGE}


def test_session_of_a_stranger_is_not_renewed(client, db):
    assert client.post(reverse("common:session")).status_code == 401


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_entrance_pages_show_their_form(client, db, name):
    html = client.get(reverse(name)).content.decode()
    assert "<form" in html
    assert 'placeholder=""' in html or "placeholder" not in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "409", "429", "500"])
def test_error_pages_need_nothing_and_lead_on(code):
    html = render_to_string(f"{code}.html")
    assert 'href="/"' in html
    assert "12345" in html
