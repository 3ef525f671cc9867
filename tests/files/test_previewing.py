"""Drawing pages: what comes out, what is refused, what a worker's death or a dead store leaves."""

import io
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage, storages
from PIL import Image

from files import previewing, rendering, tasks
from files.models import Preview, StoredFile
from portal.sample.scan import scan_pdf
from tests.clock import HallClock
from tests.factories.files import DOCX, DWG, make_file, make_pdf, make_picture

pytestmark = pytest.mark.django_db

PNG = make_picture()


def drawn(name: str, content: bytes) -> StoredFile:
    stored = make_file(name=name, content=content)
    assert previewing.make_previews(stored.pk) is True
    return fresh(stored)


def fresh(stored: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=stored.pk)


def pictures(stored: StoredFile) -> list[tuple[str, int, int, int]]:
    return [(row.kind, row.page, row.width, row.height) for row in stored.previews.all()]


def test_a_pdf_gets_a_picture_of_each_page_and_a_thumbnail() -> None:
    stored = drawn("a.pdf", make_pdf(3))
    assert (stored.preview_state, stored.page_count, stored.preview_next_at) == ("ready", 3, None)
    page = (1240, 1755)
    assert pictures(stored) == [*(("page", n, *page) for n in (1, 2, 3)), ("thumb", 1, 226, 320)]
    for row in stored.previews.all():
        with row.image.open() as content, Image.open(content) as picture:
            assert (picture.format, picture.size) == ("WEBP", (row.width, row.height))


def test_the_words_of_a_page_are_on_its_picture() -> None:
    stored = drawn("a.pdf", scan_pdf())
    with stored.previews.get(kind="page").image.open() as content, Image.open(content) as picture:
        darkest = picture.convert("L").getextrema()[0]
    assert darkest < 40


def test_a_picture_is_drawn_on_white_and_made_no_larger() -> None:
    stored = drawn("a.png", make_picture((80, 60), mode="RGBA"))
    assert pictures(stored) == [("page", 1, 80, 60), ("thumb", 1, 80, 60)]
    with stored.previews.get(kind="page").image.open() as content, Image.open(content) as picture:
        assert picture.convert("L").getextrema() == (255, 255)


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = drawn("a.jpg", make_picture((400, 200), "JPEG", exif=exif))
    assert pictures(stored)[0] == ("page", 1, 200, 400)


def test_pages_beyond_the_limit_are_counted_and_not_drawn() -> None:
    stored = drawn("a.pdf", make_pdf(rendering.MAX_PAGES + 2, (72, 72)))
    assert stored.page_count == rendering.MAX_PAGES + 2
    assert stored.previews.filter(kind="page").count() == rendering.MAX_PAGES


def test_a_long_page_gets_narrower_instead_of_heavier() -> None:
    _kind, _page, width, height = pictures(drawn("a.pdf", make_pdf(1, (100, 14_000))))[0]
    assert height <= rendering.MAX_SIDE + 1
    assert width * height <= rendering.MAX_PAGE_PIXELS * 1.02


def locked_pdf() -> bytes:
    """A PDF that says it is encrypted, with a password that nobody knows."""
    trailer = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <" + b"ab" * 32 + b"> /U <" + b"cd" * 32 + b"> >>"
        b" /ID [<00> <00>] "
    )
    return scan_pdf().replace(b"/Root 1 0 R", trailer + b"/Root 1 0 R")


def bomb() -> bytes:
    """A PNG of 144 million points in 20 KB."""
    return make_picture((12_000, 12_000), mode="1")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("damaged.pdf", b"%PDF-1.4 nothing", "damaged"),
        ("locked.pdf", locked_pdf(), "locked"),
        ("no-pages.pdf", make_pdf(0), "damaged"),
        ("bomb.png", bomb(), "too_large"),
        ("half.png", make_picture((300, 300))[:90], "damaged"),
        ("half.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "damaged"),
    ],
)
def test_what_cannot_be_drawn_says_why_and_is_not_tried_again(name: str, content: bytes, reason: str) -> None:
    stored = drawn(name, content)
    assert (stored.preview_state, stored.preview_error, stored.preview_next_at) == ("failed", reason, None)
    assert pictures(stored) == []
    assert previewing.make_due() == 0


@pytest.mark.parametrize(("name", "content"), [("a.docx", DOCX), ("a.dwg", DWG)])
def test_other_types_have_no_preview(name: str, content: bytes) -> None:
    stored = make_file(name=name, content=content)
    assert stored.preview_state == "none"
    assert previewing.make_due() == 0


def test_the_sweep_draws_what_no_worker_was_told_of_and_drawing_twice_changes_nothing() -> None:
    stored = make_file(name="a.png", content=PNG)
    tasks.sweep()
    before = [row.pk for row in Preview.objects.filter(file=stored)]
    tasks.sweep()
    tasks.make_previews(str(stored.pk))
    assert [row.pk for row in Preview.objects.filter(file=stored)] == before
    assert len(before) == 2


def test_a_file_that_somebody_else_is_drawing_is_left_alone_until_its_lease_ends(
    hall_clock: HallClock,
) -> None:
    stored = make_file(name="a.png", content=PNG)
    assert previewing._claim(fresh(stored)) is True
    assert previewing.make_previews(stored.pk) is False
    hall_clock.travel(minutes=6)
    assert previewing.make_previews(stored.pk) is True


def test_a_file_that_kills_its_workers_runs_out_of_tries(hall_clock: HallClock) -> None:
    stored = make_file(name="a.png", content=PNG)
    for _ in range(previewing.MAX_ATTEMPTS):
        assert previewing._claim(fresh(stored)) is True
        hall_clock.travel(minutes=6)
    tasks.sweep()
    assert (fresh(stored).preview_state, fresh(stored).preview_error) == ("failed", "too_complex")


def test_whoever_is_slower_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = make_file(name="a.png", content=PNG)
    draw = previewing._draw

    def overtaken(stored: StoredFile, folder: Path) -> dict:
        result = draw(stored, folder)
        StoredFile.objects.filter(pk=stored.pk).update(preview_state="ready", page_count=1)
        return result

    monkeypatch.setattr(previewing, "_draw", overtaken)
    saved = []
    save = previewing._picture
    monkeypatch.setattr(previewing, "_picture", lambda *given: saved.append(save(*given)) or saved[-1])
    previewing.make_previews(stored.pk)
    assert Preview.objects.count() == 0
    assert [default_storage.exists(row.image.name) for row in saved] == [False, False]


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "SECONDS", 0.01)
    begun = time.monotonic()
    stored = drawn("a.pdf", make_pdf(60))
    assert (stored.preview_state, stored.preview_error) == ("failed", "too_complex")
    assert time.monotonic() - begun < 5


def test_a_parser_that_dies_does_not_take_the_worker_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "rendering.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(rendering, "__file__", str(program))
    stored = drawn("a.png", PNG)
    assert (stored.preview_state, stored.preview_error) == ("failed", "too_complex")


def test_the_parser_has_limits_and_none_of_the_halls_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "very secret")
    program = tmp_path / "rendering.py"
    real = Path(rendering.__file__).parent
    program.write_text(
        f"import sys; sys.path.insert(0, {str(real)!r})\n"
        "import json, os, resource, rendering\n"
        "rendering.limit_ourselves()\n"
        "seen = {'env': sorted(os.environ), 'memory': resource.getrlimit(resource.RLIMIT_AS)[0],"
        " 'cpu': resource.getrlimit(resource.RLIMIT_CPU)[0]}\n"
        "open('result.json', 'w').write(json.dumps({'refused': json.dumps(seen)}))\n"
    )
    monkeypatch.setattr(rendering, "__file__", str(program))
    stored, seen = make_file(name="a.png", content=PNG), []
    monkeypatch.setattr(previewing, "_fail", lambda stored, reason: seen.append(reason))
    previewing.make_previews(stored.pk)
    assert len(seen) == 1
    assert '"memory": 2147483648' in seen[0]
    assert '"cpu": 60' in seen[0]
    assert "S3_SECRET_KEY" not in seen[0]
    assert "DATABASE_URL" not in seen[0]


def test_a_store_that_is_away_costs_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = make_file(name="a.png", content=PNG)

    def away(*_: object, **__: object) -> io.BytesIO:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(storages["default"]), "_open", away)
        assert previewing.make_previews(stored.pk) is False
    assert (fresh(stored).preview_state, fresh(stored).preview_attempts) == ("waiting", 0)
    assert previewing.make_previews(stored.pk) is True


def test_content_that_is_gone_has_no_preview() -> None:
    stored = make_file(name="a.png", content=PNG)
    stored.file.storage.delete(stored.file.name)
    previewing.make_previews(stored.pk)
    assert (fresh(stored).preview_state, fresh(stored).preview_error) == ("failed", "missing")
