"""A document on the screen: for whoever may see it; 404 to everybody else, whatever the address."""

import io

import pytest
from django.core.files.storage import FileSystemStorage
from django.urls import reverse
from PIL import Image

from accounts.actors import Actor
from accounts.models import User
from documents import access
from documents.models import Document
from documents.services import make_pending, revoke_document
from documents.views import viewing
from tests.factories.accounts import make_user
from tests.factories.documents import make_document
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(monkeypatch) -> User:
    monkeypatch.setattr(access, "_rules", {})
    access.register("accounts.user", lambda asking: User.objects.filter(pk=asking.pk))
    return make_user()


@pytest.fixture
def document(owner: User) -> Document:
    make_document(subject=("accounts.user", owner.pk))
    make_pending()
    return Document.objects.get()


PAGES = ("", "pdf/", "pages/1/")


@pytest.mark.parametrize("part", PAGES)
def test_stranger_gets_404_and_visitor_is_asked_to_sign_in(client, document, part):
    address = f"/documents/{document.pk}/{part}"
    assert client.get(address).headers["location"].startswith("/accounts/login/")
    client.force_login(make_user())
    assert client.get(address).status_code == 404
    assert client.get(f"/documents/{document.pk + 1}/{part}").status_code == 404


def test_owner_sees_pages_number_digest_and_state(client, owner, document):
    client.force_login(owner)
    page = client.get(document.get_absolute_url())
    text = page.content.decode()
    for part in (document.number, document.sha256, document.shown_code, "有效", f"/documents/{document.pk}/pages/1/"):
        assert part in text, part
    assert page.headers["Cache-Control"].startswith("max-age=0")


def test_picture_of_a_page(client, owner, document):
    client.force_login(owner)
    picture = client.get(reverse("documents:page", args=[document.pk, 1]))
    assert Image.open(io.BytesIO(picture.content)).size == (1191, 1684)
    assert client.get(reverse("documents:page", args=[document.pk, 2])).status_code == 404
    assert client.get(reverse("documents:page", args=[document.pk, 0])).status_code == 404


def test_a_page_is_drawn_anew_only_for_a_browser_that_does_not_have_it(client, owner, document, monkeypatch):
    client.force_login(owner)
    address = reverse("documents:page", args=[document.pk, 1])
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    monkeypatch.setattr(viewing, "draw_page", lambda *_args: pytest.fail("drawn again"))
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    # Whoever may not see it learns nothing, whatever the browser has kept.
    client.force_login(make_user())
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 404


@pytest.mark.parametrize("part", PAGES)
@pytest.mark.parametrize(("error", "status"), [(FileNotFoundError, 404), (ConnectionError, 503)])
def test_a_store_that_gives_nothing_has_a_page_that_says_so(client, owner, document, monkeypatch, part, error, status):
    def fails(*_args):
        raise error

    client.force_login(owner)
    monkeypatch.setattr(FileSystemStorage, "_open", fails)
    answer = client.get(f"/documents/{document.pk}/{part}")
    assert (answer.status_code, answer.templates[0].name) == (status, "files/unavailable.html")


def test_pdf_inline_and_to_save(client, owner, document):
    client.force_login(owner)
    shown = client.get(f"/documents/{document.pk}/pdf/")
    saved = client.get(f"/documents/{document.pk}/pdf/?download=1")
    with document.file.file.open("rb") as stream:
        content = stream.read()
    assert b"".join(shown.streaming_content) == b"".join(saved.streaming_content) == content
    assert [one.headers["Content-Disposition"].split(";")[0] for one in (shown, saved)] == ["inline", "attachment"]
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_pending_document_waits_and_looks_again(client, owner):
    document = make_document(subject=("accounts.user", owner.pk))
    client.force_login(owner)
    page = client.get(document.get_absolute_url())
    assert 'hx-trigger="every 2s"' in page.content.decode()
    again = client.get(document.get_absolute_url(), headers={"HX-Request": "true"})
    assert ("HX-Refresh" in again.headers, again.templates[0].name) == (False, "documents/_waiting.html")
    assert client.get(f"/documents/{document.pk}/pdf/").status_code == 404
    make_pending()
    again = client.get(document.get_absolute_url(), headers={"HX-Request": "true"})
    assert again.headers["HX-Refresh"] == "true"


def test_document_that_failed_says_so(client, owner):
    document = make_document(subject=("accounts.user", owner.pk), data={"paragraphs": ["𠮷"]})
    make_pending()
    client.force_login(owner)
    assert "文件未能生成" in client.get(document.get_absolute_url()).content.decode()


def test_revoked_document_says_so_with_its_reason(client, owner, document):
    revoke_document(actor=Actor(owner), document=document, reason="许可依据的事实有误")
    client.force_login(owner)
    text = client.get(document.get_absolute_url()).content.decode()
    assert ("许可依据的事实有误" in text, "已撤销" in text) == (True, True)


def test_page_costs_the_same_for_whatever_document(client, owner, document):
    client.force_login(owner)
    once = statements(lambda: client.get(document.get_absolute_url()))
    other = make_document(subject=("accounts.user", owner.pk))
    make_pending()
    assert statements(lambda: client.get(other.get_absolute_url())) == once
