"""Quarantine: what a file may do before, while and after the scanner has looked at it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks as OnCommit
from pytest_django.fixtures import Settings

from accounts.actors import Actor
from common.errors import TransitionNotAllowed
from common.time import now
from files import previewing, scanning, tasks
from files.checks import check_scanner
from files.clamd import Clamd
from files.models import Preview, StoredFile
from files.presenting import item
from tests.clients import signed_in
from tests.clock import HallClock
from tests.factories.accounts import make_user
from tests.factories.files import PDF, make_file, make_pdf
from tests.files.daemon import EICAR, VIRUS, FakeClamd, on_tcp

pytestmark = pytest.mark.django_db

BAD = PDF + EICAR


@pytest.fixture
def told() -> Iterator[list[StoredFile]]:
    """Files of which a handler was told that they are infected."""
    found: list[StoredFile] = []
    handler = scanning.on_infected(found.append)
    yield found
    scanning._handlers.remove(handler)


def fresh(stored: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=stored.pk)


def test_without_a_scanner_a_file_is_taken_as_not_scanned_and_safe() -> None:
    stored = make_file()
    assert (stored.scan_state, stored.is_safe, stored.scan_next_at) == ("not_scanned", True, None)
    tasks.sweep()
    assert fresh(stored).scan_state == "not_scanned"


def test_with_a_scanner_a_file_waits_until_a_worker_has_had_it_scanned(clamd: FakeClamd) -> None:
    stored = make_file()
    assert (stored.scan_state, stored.is_safe) == ("waiting", False)
    assert list(StoredFile.objects.safe()) == []
    tasks.scan(str(stored.pk))
    after = fresh(stored)
    assert (after.scan_state, after.is_safe, after.scan_result, after.scan_next_at) == ("clean", True, "", None)
    assert after.scanned_at is not None


def test_taking_a_file_in_asks_a_worker_for_the_scan_and_then_for_its_previews(
    clamd: FakeClamd,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    sent = []
    monkeypatch.setattr("common.tasks._send", lambda name, args: sent.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        stored = make_file()
    assert sent == [("files.scan", (str(stored.pk),))]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan(str(stored.pk))
    assert sent[1:] == [("files.make_previews", (str(stored.pk),))]


def test_scanning_twice_changes_nothing(clamd: FakeClamd, told: list[StoredFile]) -> None:
    stored = make_file(content=BAD)
    for _ in range(3):
        tasks.scan(str(stored.pk))
        tasks.sweep()
    assert (clamd.scans, len(told)) == (1, 1)


def test_an_infected_file_is_told_of_once_and_its_bytes_are_deleted(
    clamd: FakeClamd, told: list[StoredFile], django_capture_on_commit_callbacks: OnCommit
) -> None:
    stored = make_file(content=BAD)
    name, storage = stored.file.name, stored.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        tasks.scan(str(stored.pk))
    after = fresh(stored)
    assert (after.scan_state, after.scan_result, after.file.name) == ("infected", VIRUS, "")
    assert (after.sha256, after.name) == (stored.sha256, stored.name)
    assert not storage.exists(name)
    assert told == [stored]


def test_bytes_that_could_not_be_deleted_are_deleted_by_the_sweep(clamd: FakeClamd) -> None:
    # Outside of a commit nothing is deleted at once, as when the worker dies right after it.
    stored = make_file(content=BAD)
    tasks.scan(str(stored.pk))
    assert fresh(stored).file.name
    tasks.sweep()
    assert fresh(stored).file.name == ""
    assert not stored.file.storage.exists(stored.file.name)


def test_a_handler_that_fails_leaves_the_file_waiting_in_quarantine(clamd: FakeClamd) -> None:
    def fail(stored: StoredFile) -> None:
        raise RuntimeError("broken")

    scanning.on_infected(fail)
    stored = make_file(content=BAD)
    try:
        with pytest.raises(RuntimeError):
            tasks.scan(str(stored.pk))
    finally:
        scanning._handlers.remove(fail)
    assert fresh(stored).scan_state == "waiting"


def test_a_scanner_that_is_down_leaves_everything_waiting_and_is_asked_again(
    clamd: FakeClamd, settings: Settings
) -> None:
    first, second = make_file(), make_file()
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    assert scanning.scan_due().is_down is True
    assert [fresh(one).scan_state for one in (first, second)] == ["waiting", "waiting"]
    # It stopped at the first: a scanner that is down is not asked for each file.
    assert sorted(fresh(one).scan_attempts for one in (first, second)) == [0, 1]
    settings.CLAMD_URL = clamd.url
    assert scanning.scan_due() == scanning.Scanned(clean=2)


def test_a_dropped_connection_leaves_the_file_waiting(clamd: FakeClamd) -> None:
    stored = make_file()
    clamd.mood = "drop"
    tasks.scan(str(stored.pk))
    assert fresh(stored).scan_state == "waiting"
    clamd.mood = ""
    tasks.sweep()
    assert fresh(stored).scan_state == "clean"


def test_a_file_over_which_a_healthy_scanner_keeps_hanging_up_stops_keeping_others_waiting(clamd: FakeClamd) -> None:
    stored = make_file()
    clamd.mood = "mute"
    for _ in range(scanning.MAX_BROKEN):
        assert fresh(stored).scan_state == "waiting"
        tasks.sweep()
    assert fresh(stored).scan_state == "error"


def test_a_file_that_the_scanner_refuses_stays_in_quarantine_and_is_asked_for_again(
    clamd: FakeClamd, hall_clock: HallClock
) -> None:
    stored = make_file()
    clamd.max_bytes = 10
    tasks.scan(str(stored.pk))
    after = fresh(stored)
    assert (after.scan_state, after.is_safe) == ("error", False)
    assert after.scan_result == "INSTREAM size limit exceeded."
    clamd.max_bytes = 10_000_000
    tasks.sweep()
    assert fresh(stored).scan_state == "error"
    hall_clock.travel(hours=7)
    tasks.sweep()
    assert fresh(stored).scan_state == "clean"


def test_a_file_whose_content_is_gone_cannot_be_checked(clamd: FakeClamd) -> None:
    stored = make_file()
    stored.file.storage.delete(stored.file.name)
    tasks.scan(str(stored.pk))
    assert (fresh(stored).scan_state, fresh(stored).scan_result) == ("error", "content missing")


def test_a_worker_that_dies_over_a_file_lets_it_go_after_a_while(clamd: FakeClamd, hall_clock: HallClock) -> None:
    stored = make_file()
    assert scanning._claim(fresh(stored)) is True
    tasks.sweep()
    assert clamd.scans == 0
    hall_clock.travel(minutes=6)
    tasks.sweep()
    assert (clamd.scans, fresh(stored).scan_state) == (1, "clean")


def test_the_sweep_asks_no_scanner_for_what_the_hall_made_itself(clamd: FakeClamd) -> None:
    ours = make_file(content=make_pdf(1), ours=True)
    tasks.sweep()
    after = fresh(ours)
    assert (clamd.scans, after.scan_state, after.preview_state) == (0, "clean", "ready")


def test_files_from_before_the_scanner_stay_readable_and_are_scanned_by_the_sweep(settings: Settings) -> None:
    old, bad = make_file(), make_file(content=BAD)
    with on_tcp() as clamd:
        settings.CLAMD_URL = clamd.url
        assert fresh(old).is_safe
        assert scanning.scan_due() == scanning.Scanned(clean=1, infected=1)
    assert [fresh(one).scan_state for one in (old, bad)] == ["clean", "infected"]


def test_nobody_downloads_before_the_check_and_only_the_uploader_sees_the_name(clamd: FakeClamd) -> None:
    user, other = make_user(), make_user()
    stored = make_file(user, name="机密.pdf")
    assert (item(stored, user)["name"], item(stored, user)["url"]) == ("机密.pdf", "")
    shown = item(stored, other)
    assert (shown["name"], shown["size"], shown["url"]) == ("正在查毒", None, "")
    for address in (stored.get_absolute_url(), stored.view_url):
        answer = signed_in(user).get(address)
        assert (answer.status_code, "文件正在检查" in answer.content.decode()) == (409, True)
        assert signed_in(other).get(address).status_code == 404


def test_nobody_gets_an_infected_file_not_even_its_uploader_or_a_superuser(clamd: FakeClamd) -> None:
    user = make_user(is_superuser=True, is_staff=True)
    stored = make_file(user, content=BAD)
    tasks.scan(str(stored.pk))
    for address in (stored.get_absolute_url(), stored.get_absolute_url() + "?inline=1", stored.view_url):
        answer = signed_in(user).get(address)
        assert (answer.status_code, "发现病毒" in answer.content.decode()) == (410, True)
    assert signed_in(user).get(f"/files/{stored.pk}/thumbnail/").status_code == 404


def test_previews_wait_for_the_check_and_go_with_an_infected_file(settings: Settings) -> None:
    stored = make_file(content=make_pdf() + EICAR)
    assert previewing.make_previews(stored.pk) is True
    pictures = [row.image for row in Preview.objects.filter(file=stored)]
    assert len(pictures) == 2
    with on_tcp() as clamd:
        settings.CLAMD_URL = clamd.url
        waiting = make_file(content=make_pdf())
        assert previewing.make_previews(waiting.pk) is False
        tasks.sweep()
    assert fresh(stored).scan_state == "infected"
    assert not Preview.objects.filter(file=stored).exists()
    assert not any(picture.storage.exists(picture.name) for picture in pictures)
    # Clean now, and drawn in the same sweep.
    assert fresh(waiting).preview_state == "ready"


def test_an_administrator_has_a_file_checked_again(clamd: FakeClamd) -> None:
    admin = make_user(is_superuser=True, is_staff=True)
    stored = make_file()
    clamd.mood = "error"
    tasks.scan(str(stored.pk))
    client = signed_in(admin)
    page = client.get("/admin/files/storedfile/?scan_state__exact=error")
    assert "重新查毒" in page.content.decode()
    clamd.mood = ""
    client.post("/admin/files/storedfile/", {"action": "scan_again", "_selected_action": [str(stored.pk)]})
    assert fresh(stored).scan_state == "waiting"
    tasks.sweep()
    assert fresh(stored).scan_state == "clean"
    with pytest.raises(TransitionNotAllowed):
        scanning.scan_again(actor=Actor(admin), stored=stored)


def test_quarantine_outlives_the_scanner_until_somebody_lets_it_go(clamd: FakeClamd, settings: Settings) -> None:
    stored = make_file()
    with pytest.raises(CommandError):
        call_command("scan_files", "--release")
    settings.CLAMD_URL = ""
    tasks.sweep()
    assert fresh(stored).is_safe is False
    with pytest.raises(CommandError):
        call_command("scan_files")
    out = StringIO()
    call_command("scan_files", "--release", stdout=out)
    assert out.getvalue() == "1 files given out unscanned\n"
    assert (fresh(stored).scan_state, fresh(stored).is_safe) == ("not_scanned", True)


def test_the_command_scans_and_says_what_it_found(clamd: FakeClamd) -> None:
    make_file()
    make_file(content=BAD)
    out = StringIO()
    call_command("scan_files", stdout=out)
    assert out.getvalue() == "1 clean, 1 infected, 0 could not be checked, 0 still wait\n"


def test_due_files_come_least_tried_first(clamd: FakeClamd) -> None:
    tried, new = make_file(), make_file()
    StoredFile.objects.filter(pk=tried.pk).update(scan_attempts=4)
    assert list(StoredFile.objects.scan_due(now())) == [new, tried]


@pytest.mark.parametrize(("url", "wrong"), [("", 0), ("tcp://127.0.0.1:3310", 0), ("127.0.0.1:3310", 1)])
def test_an_address_that_is_none_is_said_at_start(settings: Settings, url: str, wrong: int) -> None:
    settings.CLAMD_URL = url
    assert len(check_scanner()) == wrong


@pytest.mark.slow
def test_the_real_scanner_tells_a_clean_file_from_an_infected_one(real_clamd: Clamd, settings: Settings) -> None:
    settings.CLAMD_URL = real_clamd.url
    # The signature is that of a file as a whole, as real ones of test files are.
    clean, bad = make_file(), make_file()
    bad.file.storage.delete(bad.file.name)
    bad.file.save("bad", ContentFile(EICAR))
    assert scanning.scan_due() == scanning.Scanned(clean=1, infected=1)
    assert [fresh(one).scan_state for one in (clean, bad)] == ["clean", "infected"]
    assert fresh(bad).scan_result == "Hall.Test.EICAR.UNOFFICIAL"
