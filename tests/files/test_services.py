import hashlib
from contextlib import suppress

import pytest
from pytest_django.fixtures import Settings

from common.errors import InvalidInput
from common.time import now
from files import services
from files.models import StoredFile
from tests.factories.files import DOCX, DWG, JPEG, PDF, PNG, XLSX, make_file, make_package, make_upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.dwg", DWG, "image/vnd.dwg"),
    ],
)
def test_accepted_kinds_are_stored_under_their_real_type(name: str, content: bytes, content_type: str) -> None:
    stored = make_file(name=name, content=content)
    stored.refresh_from_db()
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    with stored.file.open() as handle:
        assert handle.read() == content


def encrypted_package() -> bytes:
    """DOCX whose entries carry the encryption flag in both headers."""
    content = bytearray(DOCX)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(magic, at + 4)
    return bytes(content)


def bomb() -> bytes:
    return make_package("[Content_Types].xml", "word/document.xml", filler=b"\0" * 3_000_000)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("renamed.pdf", PNG),
        ("renamed.docx", XLSX),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("late.pdf", b"\n%PDF-1.4"),
        ("program.png", b"MZ" + b"\0" * 100),
        ("archive.zip", make_package("a.txt")),
        ("archive.docx", make_package("a.txt")),
        ("half.docx", make_package("word/document.xml")),
        ("damaged.docx", DOCX[:-30]),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("macro.docx", make_package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("locked.docx", encrypted_package()),
        ("bomb.docx", bomb()),
        ("noending", PDF),
        ("two.pdf.exe", PDF),
        ("drawing.dwg", b"AC10xx" + b"\0" * 100),
    ],
)
def test_what_is_not_taken_is_refused_at_its_field_and_not_kept(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_file(name=name, content=content)
    assert list(refused.value.errors) == ["file"]
    assert name in str(refused.value)
    assert not StoredFile.objects.exists()


def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(settings: object) -> None:
    settings.HALL_UPLOAD_MAX_BYTES = len(PDF)
    assert make_file(content=PDF).size == len(PDF)
    with pytest.raises(InvalidInput):
        make_file(content=PDF + b"x")


def test_a_material_may_narrow_the_kinds() -> None:
    assert make_file(name="a.dwg", content=DWG, accepts=["dwg"]).content_type == "image/vnd.dwg"
    with pytest.raises(InvalidInput, match="PDF, PNG, JPG"):
        make_file(name="a.dwg", content=DWG, accepts=["pdf", "image"])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\资料\\土地证.pdf", "土地证.pdf"),
        ("photo\u202egnp.exe.pdf", "photognp.exe.pdf"),
        ("a\r\nX-Header: 1.pdf", "aX-Header: 1.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("...", "file"),
    ],
)
def test_names_lose_paths_and_invisible_characters_and_keep_their_ending(given: str, kept: str) -> None:
    assert services.clean_name(given) == kept


def test_the_name_never_becomes_a_path() -> None:
    stored = make_file(name="a.pdf")
    assert "a.pdf" not in stored.file.name
    assert stored.id.hex in stored.file.name


def test_a_damaged_zip_directory_is_a_refusal_and_not_a_crash() -> None:
    content = bytearray(DOCX)
    content[content.find(b"PK\x01\x02") + 10] = 0x63
    # The flag of an unknown way of packing: the directory can still be read, so it may pass.
    with suppress(InvalidInput):
        services.check(make_upload("a.docx", bytes(content)))


@pytest.mark.parametrize("scanner", ["", "tcp://127.0.0.1:1"])
def test_what_the_hall_made_itself_is_clean_whether_it_has_a_scanner_or_not(settings: Settings, scanner: str) -> None:
    settings.CLAMD_URL = scanner
    ours = make_file(ours=True)
    assert (ours.scan_state, ours.is_safe, ours.scanned_at, ours.scan_next_at) == ("clean", True, None, None)
    assert ours.preview_state == "waiting"
    assert list(StoredFile.objects.scan_due(now())) == []


def test_pages_that_nobody_looks_at_are_not_drawn() -> None:
    assert make_file(ours=True, previews=False).preview_state == "none"
