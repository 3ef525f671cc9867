"""Two at once: one outcome, one telling, no deadlock."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from approvals.models import Application, MaterialFile
from approvals.services.drafting import add_file
from common.time import now
from files import scanning
from files.models import StoredFile
from notifications.models import Message
from tests.approvals.scene import make_scene
from tests.factories.files import PDF, make_upload
from tests.files.daemon import EICAR, FakeClamd

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run each in a thread and a connection of its own; what they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
        except Exception as error:  # noqa: BLE001  (the test says which there may be: none)
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_two_workers_settle_a_file_once(clamd: FakeClamd) -> None:
    scene = make_scene()
    application = scene.draft(scene.matter())
    added = add_file(
        actor=scene.act(scene.owner), material=application.materials.first(), upload=make_upload("a.pdf", PDF + EICAR)
    )
    first, second = (StoredFile.objects.get(pk=added.file_id) for _ in range(2))
    settle = [lambda one=one: scanning._settle(one, "Virus", scanning.Scanned()) for one in (first, second)]
    assert at_once(*settle) == []
    assert StoredFile.objects.get(pk=added.file_id).file.name == ""
    assert Message.objects.filter(template="approvals.infected", channel="inapp").count() == 1


def test_handing_in_and_finding_a_virus_meet_without_a_deadlock(clamd: FakeClamd) -> None:
    scene = make_scene()
    application = scene.draft(scene.matter())
    material = application.materials.first()
    for turn in range(5):
        added = add_file(
            actor=scene.act(scene.owner), material=material, upload=make_upload(f"{turn}.pdf", PDF + EICAR)
        )
        other = StoredFile.objects.get(pk=added.file_id)

        def again(other: StoredFile = other) -> None:
            """The same file is attached once more, as reuse does: application first, then the file's row."""
            with transaction.atomic():
                Application.objects.select_for_update().get(pk=application.pk)
                MaterialFile.objects.create(material=material, file=other, added_by=scene.owner, added_at=now())

        def settle(other: StoredFile = other) -> None:
            scanning._settle(StoredFile.objects.get(pk=other.pk), "Virus", scanning.Scanned())

        assert at_once(again, settle) == []
    # Whoever came first: no infected file counts.
    assert material.files.current().filter(file__scan_state="infected").count() == 0
