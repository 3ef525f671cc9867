"""Which queue each task goes to, and who serves it."""

import pytest
from celery import current_app
from celery.app.task import Task
from django.conf import settings

from portal import queues
from portal.children import commands
from portal.tasks import note_maker
from tests.fixtures_processes import broker

# Of these somebody waits for the outcome, or a limit does: none may run for minutes.
QUICK = {
    "agency.settle",
    "approvals.attach_awaited",
    "approvals.receive_waiting",
    "coordination.end_exceptions",
    "deadlines.redate",
    "deadlines.stand_in",
    "deadlines.sweep",
    "enterprises.plan_visits",
    "office.remind_readers",
    "portal.heartbeat",
    "projects.begin_reports",
    "projects.look_after_teams",
    "projects.propose_key_projects",
    "projects.remind_silent_firms",
    "reception.close_unconfirmed",
}


def our_tasks() -> set[str]:
    """Every task of the hall that a worker knows; Celery's own begin with its name."""
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def queue_of(name: str) -> str:
    """Where Celery itself would send it."""
    found = current_app.amqp.router.route({}, name)
    return str(found["queue"].name) if "queue" in found else str(settings.CELERY_TASK_DEFAULT_QUEUE)


def test_every_task_is_known_as_slow_or_quick_and_goes_there() -> None:
    # A new task has to be put into one of the two lists.
    assert our_tasks() == QUICK | set(queues.SLOW_TASKS)
    assert {name for name in our_tasks() if queue_of(name) == queues.SLOW} == set(queues.SLOW_TASKS)
    assert {queue_of(name) for name in QUICK} == {queues.HALL}


def test_what_beat_sends_exists() -> None:
    assert {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()} <= our_tasks()


@pytest.mark.usefixtures("empty_broker")
def test_a_message_lies_in_its_queue_and_in_no_other() -> None:
    current_app.send_task("documents.make_pending", retry=False)
    current_app.send_task("portal.heartbeat", retry=False)
    with broker() as client:
        prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
        assert [client.llen(f"{prefix}{name}") for name in (queues.HALL, queues.SLOW)] == [1, 1]


def test_make_run_starts_a_worker_for_each_queue_and_the_slow_one_yields() -> None:
    children = {child.name: child for child in commands(8000)}
    assert list(children) == ["web", "worker", "maker", "beat"]
    served = {
        name: [word.removeprefix("--queues=") for word in child.arguments if word.startswith("--queues=")]
        for name, child in children.items()
    }
    assert served == {"web": [], "worker": [queues.HALL], "maker": [queues.SLOW], "beat": []}
    assert [name for name, child in children.items() if child.niceness] == ["maker"]


def test_a_worker_that_is_told_no_queue_serves_both() -> None:
    assert set(current_app.amqp.queues.consume_from) == {queues.HALL, queues.SLOW}


@pytest.mark.usefixtures("empty_broker")
@pytest.mark.parametrize(("name", "seen"), [("files.sweep", 1), ("deadlines.sweep", 0)])
def test_only_a_slow_task_is_a_sign_of_the_maker(name: str, seen: int) -> None:
    task = Task()
    task.name = name
    note_maker(task=task)
    with broker() as client:
        assert client.exists("hall:health:maker") == seen
