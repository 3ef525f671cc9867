"""A real worker and a real beat: what is uploaded is drawn, with the broker and without."""

import pytest
from pytest_django.fixtures import Settings

from files.models import StoredFile
from portal.settings import test as of_the_worker
from tests.factories.files import make_file, make_pdf, make_picture
from tests.fixtures_processes import HallProcess, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def shared_store(settings: Settings) -> None:
    """The folder that the worker's own settings name."""
    settings.MEDIA_ROOT = of_the_worker.MEDIA_ROOT


def state(stored: StoredFile) -> str:
    return StoredFile.objects.values_list("preview_state", flat=True).get(pk=stored.pk)


def test_a_worker_draws_what_is_uploaded(shared_store: None, celery_worker_process: HallProcess) -> None:
    stored = make_file(content=make_pdf(2))
    wait_until(lambda: state(stored) == "ready", what="the pages to be drawn")
    assert stored.previews.count() == 3


@pytest.mark.usefixtures("celery_worker_process")
def test_beat_has_drawn_what_a_dead_broker_lost(
    shared_store: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.tasks._send", lambda name, args: None)
    stored = make_file(name="a.png", content=make_picture())
    assert state(stored) == "waiting"
    request.getfixturevalue("celery_beat_process")
    wait_until(lambda: state(stored) == "ready", what="the sweep to draw it")
