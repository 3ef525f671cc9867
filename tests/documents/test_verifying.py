"""What anybody who holds a paper may learn, and what nobody learns who guesses."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.actors import Actor
from common.time import now, today
from documents import codes, verification
from documents.models import Document
from documents.services import make_pending, revoke_document
from files.models import StoredFile
from tests.factories.accounts import make_department
from tests.factories.documents import PERMIT, make_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def made(**options) -> Document:
    document = make_document(options.pop("department", None) or make_department(mark="经开行审"), **options)
    make_pending()
    return Document.objects.get(pk=document.pk)


def content_of(document: Document) -> bytes:
    with document.file.file.open("rb") as stream:
        return stream.read()


def compare(client, document: Document, **fields):
    return client.post(reverse("documents:verify", args=[document.verify_code]), fields)


def test_code_of_a_paper_is_long_readable_and_its_own():
    many = {codes.new_code() for _turn in range(500)}
    assert len(many) == 500
    assert {len(code) for code in many} == {12}
    assert set("".join(many)) & set("01OIL") == set()


@pytest.mark.parametrize("typed", ["{}", "{lower}", "{shown}", " {spaced} "])
def test_code_is_taken_as_people_type_it(client, typed):
    document = made()
    code = document.verify_code
    written = typed.format(code, lower=code.lower(), shown=document.shown_code, spaced=" ".join(code))
    assert client.get(f"/verify/{written}/").status_code == 200


def test_valid_paper_shows_what_it_is(client):
    document = made()
    page = client.get(f"/verify/{document.verify_code}/")
    text = page.content.decode()
    for part in (document.number, "受理通知书", document.department.name, document.holder, document.sha256):
        assert part in text, part
    assert page.context["found"].state == "valid"
    assert (page.headers["X-Robots-Tag"], 'name="robots" content="noindex' in text) == ("noindex, nofollow", True)


def test_printed_address_leads_to_the_page(client, settings):
    document = made()
    assert document.verify_url == f"{settings.HALL_BASE_URL}/verify/{document.verify_code}/"
    assert client.get(document.verify_url.removeprefix(settings.HALL_BASE_URL)).status_code == 200


def test_holder_of_a_kind_that_is_not_public_is_masked(client):
    document = made(kind=PERMIT.code, holder="欧阳明")
    text = client.get(f"/verify/{document.verify_code}/").content.decode()
    assert ("欧**" in text, "欧阳" in text) == (True, False)


def test_paper_of_a_kind_that_is_gone_is_still_verified_with_masked_holder(client, monkeypatch):
    from documents import kinds

    document = made()
    monkeypatch.setattr(kinds, "_kinds", {})
    page = client.get(f"/verify/{document.verify_code}/")
    assert (page.status_code, page.context["found"].holder) == (200, "秦**")


def test_revoked_paper_says_since_when_and_why(client):
    document = made()
    revoke_document(actor=Actor.system(), document=document, reason="申请人隐瞒真实情况")
    page = client.get(f"/verify/{document.verify_code}/")
    assert page.context["found"].state == "revoked"
    assert "申请人隐瞒真实情况" in page.content.decode()


def test_paper_is_valid_on_its_last_day_and_expired_on_the_next(client, hall_clock):
    document = made(valid_until=today())
    address = f"/verify/{document.verify_code}/"
    assert client.get(address).context["found"].state == "valid"
    hall_clock.travel(days=1)
    assert client.get(address).context["found"].state == "expired"


def test_revoked_says_more_than_expired(client):
    document = made(valid_until=date(2020, 1, 1))
    revoke_document(actor=Actor.system(), document=document, reason="理由")
    assert client.get(f"/verify/{document.verify_code}/").context["found"].state == "revoked"


def test_paper_that_is_being_made_is_issued_already(client):
    document = make_document()
    page = client.get(f"/verify/{document.verify_code}/")
    assert page.context["found"].state == "making"
    assert 'type="file"' not in page.content.decode()
    assert "compared" not in compare(client, document, digest="a" * 64).context


def test_the_file_itself_is_unaltered_and_nothing_is_kept(client):
    document = made()
    page = compare(client, document, file=SimpleUploadedFile("随便.pdf", content_of(document)))
    assert (page.context["compared"], page.context["unaltered"]) == (True, True)
    assert StoredFile.objects.count() == 1


def test_one_changed_byte_is_altered(client):
    document = made()
    content = bytearray(content_of(document))
    content[len(content) // 2] ^= 1
    page = compare(client, document, file=SimpleUploadedFile("随便.pdf", bytes(content)))
    assert page.context["unaltered"] is False
    assert "与原件不符" in page.content.decode()


def test_digest_may_be_typed(client):
    document = made()
    assert compare(client, document, digest=f" {document.sha256.upper()} ").context["unaltered"] is True
    assert compare(client, document, digest="0" * 64).context["unaltered"] is False


@pytest.mark.parametrize("fields", [{}, {"digest": "xyz"}])
def test_nothing_to_compare_is_said_at_the_form(client, fields):
    page = compare(client, made(), **fields)
    assert (page.context["form"].is_valid(), "compared" in page.context) == (False, False)


def test_file_that_is_too_large_is_refused(client, settings):
    settings.HALL_UPLOAD_MAX_BYTES = 10
    page = compare(client, make_and_make(), file=SimpleUploadedFile("a.pdf", b"x" * 11))
    assert "file" in page.context["form"].errors


def make_and_make() -> Document:
    document = make_document()
    # Not through the store, which has the same limit.
    stored = StoredFile.objects.create(
        name="a.pdf", size=1, content_type="application/pdf", sha256="", created_at=now()
    )
    Document.objects.update(status="made", file=stored, sha256="1" * 64, made_at=now(), next_try_at=None)
    return document


# By hand


def query(client, number: str, code: str, **options):
    return client.get("/verify/", {"number": number, "code": code}, **options)


def test_number_and_code_by_hand_lead_to_the_page(client):
    document = made()
    for number in (document.number, document.number.replace("〔", "[").replace("〕", "]"), f" {document.number} "):
        assert query(client, number, document.shown_code).headers["location"] == f"/verify/{document.verify_code}/"


def test_wrong_number_and_wrong_code_give_the_same_answer(client):
    document = made()
    other = made(department=document.department)
    pages = [
        query(client, document.number, "ABCDABCDABCD"),
        query(client, "没有〔2026〕9号", document.verify_code),
        query(client, other.number, document.verify_code),
        query(client, document.number, "x"),
    ]
    assert [page.status_code for page in pages] == [404] * 4
    texts = {page.content.decode().split("<main")[1].split("<form")[0] for page in pages}
    assert len(texts) == 1
    assert "本大厅没有出具过这份文书" in texts.pop()


def test_wrong_code_in_the_address_gives_no_hint(client):
    made()
    assert {client.get(f"/verify/{code}/").status_code for code in ("ABCDABCDABCD", "x", "%00", "甲")} == {404}


def test_too_many_wrong_codes_have_to_wait_and_right_ones_do_not_count(client):
    document = made()
    for _turn in range(3 * verification.PER_ADDRESS.failures):
        assert client.get(f"/verify/{document.verify_code}/").status_code == 200
    for _turn in range(verification.PER_ADDRESS.failures):
        assert client.get("/verify/ABCDABCDABCD/").status_code == 404
    page = client.get(f"/verify/{document.verify_code}/")
    assert (page.status_code, int(page.headers["Retry-After"]) <= 60) == (429, True)
    assert query(client, document.number, document.verify_code).status_code == 429
    assert client.get(f"/verify/{document.verify_code}/", REMOTE_ADDR="10.9.9.9").status_code == 200


def test_one_number_from_many_addresses_has_to_wait_too(client):
    document = made()
    for turn in range(verification.PER_NUMBER.failures):
        assert query(client, document.number, "ABCDABCDABCD", REMOTE_ADDR=f"10.0.0.{turn}").status_code == 404
    assert query(client, document.number, document.verify_code, REMOTE_ADDR="10.1.1.1").status_code == 429


def test_waiting_ends(client, hall_clock):
    document = made()
    for _turn in range(verification.PER_ADDRESS.failures):
        client.get("/verify/ABCDABCDABCD/")
    hall_clock.travel(seconds=61)
    assert client.get(f"/verify/{document.verify_code}/").status_code == 200


def test_visitor_gets_there_from_the_home_page(client):
    assert 'href="/verify/"' in client.get("/").content.decode()
    assert client.get("/verify/").status_code == 200
