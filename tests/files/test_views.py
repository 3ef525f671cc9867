from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from files import access
from files.models import StoredFile
from tests.clients import signed_in
from tests.factories.accounts import make_user
from tests.factories.files import DOCX, PDF, PNG, make_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule_for() -> Iterator[list[tuple[int, object]]]:
    """Pairs (user id, file id) that a registered rule lets through."""
    allowed: list[tuple[int, object]] = []

    def rule(user: User, stored: StoredFile) -> bool:
        return (user.pk, stored.pk) in allowed

    access.register(rule)
    yield allowed
    access._rules.remove(rule)


def test_the_uploader_reads_a_pdf_in_the_browser_under_a_tight_policy() -> None:
    user = make_user()
    stored = make_file(user, name='土地 证".pdf')
    answer = signed_in(user).get(stored.get_absolute_url() + "?inline=1")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%E5%9C%9F%E5%9C%B0%20%E8%AF%81")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_picture_is_shown_sandboxed() -> None:
    user = make_user()
    answer = signed_in(user).get(make_file(user, "a.png", PNG).get_absolute_url() + "?inline=1")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    answer.close()


def test_other_documents_are_saved_and_never_shown() -> None:
    user = make_user()
    answer = signed_in(user).get(make_file(user, "a.docx", DOCX).get_absolute_url() + "?inline=1")
    assert answer["Content-Disposition"] == 'attachment; filename="a.docx"'
    answer.close()


def test_a_download_is_to_save_under_the_name_it_came_with() -> None:
    user = make_user()
    answer = signed_in(user).get(make_file(user, name="用地 批复.pdf").get_absolute_url())
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E7%94%A8%E5%9C%B0%20%E6%89%B9%E5%A4%8D.pdf"
    answer.close()


def test_a_stranger_gets_404_as_for_a_file_that_does_not_exist() -> None:
    stored = make_file(make_user())
    client = signed_in(make_user())
    assert client.get(stored.get_absolute_url()).status_code == 404
    assert client.get(f"/files/{uuid4()}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to_whether_the_file_exists_or_not() -> None:
    stored = make_file(make_user())
    for address in (stored.get_absolute_url(), f"/files/{uuid4()}/"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next={address}"


def test_a_registered_rule_lets_one_in(rule_for: list[tuple[int, object]]) -> None:
    stored, other = make_file(make_user()), make_user()
    assert signed_in(other).get(stored.get_absolute_url()).status_code == 404
    rule_for.append((other.pk, stored.pk))
    answer = signed_in(other).get(stored.get_absolute_url())
    assert answer.status_code == 200
    answer.close()


def test_nothing_is_posted_here() -> None:
    user = make_user()
    assert signed_in(user).post(make_file(user).get_absolute_url()).status_code == 405
