"""Files of documents: PDF/A, the same bytes again, whatever happens to the worker."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection

from accounts.actors import Actor
from accounts.models import Role
from common.errors import NotAllowed
from common.time import now, pretend
from documents import compiling
from documents.content import clean, content_of
from documents.models import Document
from documents.pictures import text_of
from documents.services import make_pending, making, retry_failed
from documents.services.attempts import LEASE, WAITS
from documents.services.making import render
from files.models import StoredFile
from notifications.models import Message
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.documents import NOTICE, PERMIT, SAMPLE, make_document
from tests.fixtures_processes import HallProcess, wait_until

pytestmark = pytest.mark.django_db


def bytes_of(document: Document) -> bytes:
    with document.file.file.open("rb") as stream:
        return stream.read()


def test_made_document_has_file_digest_and_moment():
    issued = make_document(make_department(mark="经开行审"), at=datetime(2026, 11, 24, 2, tzinfo=UTC))
    assert make_pending().made == 1
    document = Document.objects.get()
    content = bytes_of(document)
    assert (document.status, document.sha256) == ("made", sha256(content).hexdigest())
    assert (document.file.name, document.file.content_type) == (f"受理通知书 {issued.number}.pdf", "application/pdf")
    assert (document.file.uploaded_by, document.next_try_at, document.error) == (None, None, "")
    assert document.made_at is not None


def test_its_file_needs_no_scanner_and_only_a_certificate_gets_previews():
    for kind in (NOTICE.code, PERMIT.code):
        make_document(make_department(mark=kind), kind=kind)
    assert make_pending().made == 2
    states = dict(Document.objects.values_list("kind", "file__preview_state"))
    assert states == {NOTICE.code: "none", PERMIT.code: "waiting"}
    assert set(StoredFile.objects.values_list("scan_state", flat=True)) == {"clean"}


def test_file_is_pdf_a_2b_with_embedded_fonts():
    content = render(make_document())
    assert content.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in content
    assert b"NotoSerifSC" in content


def test_same_data_gives_the_same_bytes_in_this_process_and_another():
    document = make_document()
    once, again = render(document), render(document)
    assert once == again
    program = (
        "import sys, json; from datetime import datetime;"
        "from documents.compiling import Source, compile_pdf, font_folders; job = json.load(sys.stdin);"
        "sys.stdout.buffer.write(compile_pdf(Source(*job['source']), job['content'],"
        " moment=datetime.fromisoformat(job['moment']), folders=font_folders()))"
    )
    source = document.template_version.as_source()
    job = {
        "source": [source.main, source.base],
        # The order in which PostgreSQL gives keys back is its own.
        "content": dict(reversed(content_of(document).items())),
        "moment": document.issued_at.isoformat(),
    }
    other = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "LANG": "de_DE.UTF-8", "TZ": "America/New_York"},
    )
    assert sha256(other.stdout).hexdigest() == sha256(once).hexdigest()


def test_made_again_is_made_once():
    make_document()
    assert [make_pending().made, make_pending().made] == [1, 0]
    assert StoredFile.objects.count() == 1


def test_a_worker_that_was_slower_than_its_lease_changes_nothing():
    document = make_document()
    slow = making._claim()
    with pretend(now() + LEASE):
        assert make_pending().made == 1
    first = Document.objects.get().file_id
    assert making._keep(slow, b"%PDF-1.7 other") == 0
    assert (Document.objects.get(pk=document.pk).file_id, StoredFile.objects.count()) == (first, 1)


def test_worker_killed_in_the_middle_leaves_nothing_half_done():
    make_document()

    class KilledError(BaseException):
        pass

    # Killed between writing the file's row and the document's.
    with patch.object(Document, "save", side_effect=KilledError), pytest.raises(KilledError):
        make_pending()
    document = Document.objects.get()
    assert (document.status, document.attempts, document.file, StoredFile.objects.count()) == ("pending", 1, None, 0)
    assert make_pending().made == 0  # the lease is the dead worker's
    with pretend(now() + LEASE):
        assert make_pending().made == 1


def test_store_that_fails_is_tried_again_and_then_given_up():
    make_document()
    administrator = make_user()
    make_post(administrator, make_department(), Role.ADMINISTRATOR)
    moment = now()
    with patch("documents.services.making.store", side_effect=OSError("disk full")):
        for wait in (*WAITS, timedelta(0)):
            with pretend(moment):
                result = make_pending()
            moment += wait
        assert (result.failed, result.put_off) == (1, 0)
    document = Document.objects.get()
    assert (document.status, document.attempts) == ("failed", len(WAITS) + 1)
    assert document.error == "other:OSError('disk full')"
    assert Message.objects.filter(recipient=administrator, template="document.failed", channel="inapp").count() == 1
    assert retry_failed(actor=Actor(administrator)) == 1
    assert make_pending().made == 1


def stored_paths(folder) -> set[Path]:
    return {path for path in Path(folder).rglob("*") if path.is_file()}


def test_bytes_of_a_row_that_was_rolled_back_go_too(settings):
    make_document()
    before = stored_paths(settings.MEDIA_ROOT)
    with patch.object(Document, "save", side_effect=OSError("database gone")):
        assert make_pending().put_off == 1
    assert (StoredFile.objects.count(), stored_paths(settings.MEDIA_ROOT)) == (0, before)


def test_only_administrators_try_again():
    with pytest.raises(NotAllowed):
        retry_failed(actor=Actor(make_user()))


def test_a_character_that_no_font_has_fails_by_name_and_not_for_ever(settings, tmp_path):
    from documents.failures import failure_text

    make_document(holder="𠮷野𡈽木有限公司", data={**SAMPLE, "addressee": "𠮷野𡈽木有限公司"})
    assert make_pending().failed == 1
    document = Document.objects.get()
    assert (document.status, document.error) == ("failed", "glyphs:𠮷𡈽")
    assert "𠮷（U+20BB7）、𡈽（U+2123D）" in failure_text(document.error)


def test_a_font_put_into_the_folder_of_the_hall_is_found_without_a_restart(settings, tmp_path, monkeypatch):
    packaged = Path(compiling.pylopdf_fonts_zh_cn.serif_path())
    nothing, own = tmp_path / "packaged", tmp_path / "own"
    nothing.mkdir()
    own.mkdir()
    monkeypatch.setattr(compiling.pylopdf_fonts_zh_cn, "serif_path", lambda: nothing / "none.otf")
    settings.HALL_FONT_DIR = str(own)
    make_document()
    assert make_pending().failed == 1
    (own / packaged.name).symlink_to(packaged)
    administrator = make_user()
    make_post(administrator, make_department(), Role.ADMINISTRATOR)
    assert retry_failed(actor=Actor(administrator)) == 1
    assert make_pending().made == 1


def test_rare_characters_come_from_whichever_font_has_them():
    data = {**SAMPLE, "rows": [{"label": "名称", "value": "鋆䶮㛃𬭎𰻞 Ünïçødé Ж ㎡ ①"}]}
    make_document(data=data)
    assert make_pending().made == 1
    assert "鋆䶮㛃𬭎𰻞ÜnïçødéЖ㎡①" in text_of(bytes_of(Document.objects.get()))


def test_what_cannot_be_seen_is_taken_out_on_issue():
    assert clean({"a": ["x\u202ey\x07\nz\u200b"]}) == {"a": ["xy\nz"]}
    document = make_document(holder="甲\u202e乙", data={**SAMPLE, "paragraphs": ["丙\x07丁"]})
    assert (document.holder, document.data["paragraphs"]) == ("甲乙", ["丙丁"])


def test_data_is_never_source():
    text = '#read("/etc/passwd") $x^2$ *粗* \\ #panic() <b>@x</b> "]'
    make_document(data={**SAMPLE, "paragraphs": [text], "points": [text]})
    assert make_pending().made == 1
    assert text_of(bytes_of(Document.objects.get())).count("".join(text.split())) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_document_once():
    department = make_department()
    for _turn in range(12):
        make_document(department)
    counts = []

    def work() -> None:
        counts.append(make_pending().made)
        connection.close()

    threads = [Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sum(counts), Document.objects.filter(status="made").count(), StoredFile.objects.count()) == (12, 12, 12)


def test_real_worker_makes_what_was_issued_while_it_was_dead(celery_worker_process: HallProcess):
    celery_worker_process.kill()
    document = make_document()
    assert Document.objects.get(pk=document.pk).status == "pending"
    celery_worker_process.start()
    wait_until(lambda: Document.objects.get(pk=document.pk).status == "made", what="the file of the document")
