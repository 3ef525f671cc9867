"""Monthly progress: begun by beat, reported in time or late, corrected with history, summed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import end_of_day
from deadlines import sweep
from deadlines.models import Clock
from files.access import may_read
from projects import services
from projects.models import KeyProject, Problem, Progress
from projects.selectors import money_arrived, with_money
from projects.services import Report
from tests.clock import HallClock
from tests.factories.files import PNG
from tests.projects.team_scene import MONDAY, Scene, make_team
from tests.queries import statements

FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def scene(db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(datetime(2026, 2, 2, 9, 0))  # noqa: DTZ001
    scene = make_team()
    scene.started(date(2026, 1, 20))
    hall_clock.set(MONDAY)
    return scene


def send(scene: Scene, month: date = FEBRUARY, reason: str = "", by: str = "secretary", **fields: object) -> Progress:
    report = Report(**{"works": "完成桩基施工", "domestic": Decimal(800), "foreign": Decimal(100), **fields})
    return services.report_progress(actor=scene.act(by), key=scene.key, month=month, report=report, reason=reason)


def test_a_month_that_is_over_is_due_on_the_fifth_working_day(scene: Scene) -> None:
    assert services.begin_reports() == 1
    assert services.begin_reports() == 0
    row = Progress.objects.select_related("clock").get()
    assert (row.month, row.clock.due_at) == (FEBRUARY, end_of_day(date(2026, 3, 6)))
    assert row.clock.handler == scene.people["secretary"]


def test_beginning_takes_a_constant_number_of_statements(scene: Scene, hall_clock: HallClock) -> None:
    one = statements(services.begin_reports)
    Progress.objects.all().delete()
    hall_clock.set(datetime(2026, 9, 2, 9, 0))  # noqa: DTZ001
    assert statements(services.begin_reports) == one
    assert Progress.objects.count() == 7


def test_before_construction_nothing_is_due(scene: Scene) -> None:
    scene.key.milestones.filter(point=3).update(reached_on=None)
    assert services.begin_reports() == 0
    with pytest.raises(InvalidInput):
        send(scene)


def test_late_is_red_and_stays_a_breach(scene: Scene, hall_clock: HallClock) -> None:
    services.begin_reports()
    hall_clock.set(datetime(2026, 3, 9, 9, 0))  # noqa: DTZ001
    sweep.run()
    assert Clock.objects.open().get(kind="progress").light() == "red"
    row = send(scene)
    assert Clock.objects.get(pk=row.clock_id).outcome == "late"


def test_reported_before_beat_begins_it(scene: Scene, hall_clock: HallClock) -> None:
    send(scene, date(2026, 3, 1))
    hall_clock.set(datetime(2026, 4, 1, 9, 0))  # noqa: DTZ001
    assert services.begin_reports() == 1
    assert set(Progress.objects.filter(reported_at=None).values_list("month", flat=True)) == {FEBRUARY}


def test_corrected_until_the_next_month_has_passed(scene: Scene, hall_clock: HallClock) -> None:
    send(scene)
    with pytest.raises(InvalidInput) as refused:
        send(scene, domestic=Decimal(900))
    assert list(refused.value.errors) == ["reason"]
    row = send(scene, domestic=Decimal(900), reason="银行回单更正")
    version = row.versions.get()
    assert (row.version, row.domestic, version.domestic, version.reason) == (
        2,
        Decimal(900),
        Decimal(800),
        "银行回单更正",
    )
    hall_clock.set(datetime(2026, 4, 1, 0, 1))  # noqa: DTZ001
    with pytest.raises(TransitionNotAllowed):
        send(scene, reason="太晚")


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"works": " "}, "works"), ({"domestic": Decimal(-1)}, "domestic"), ({"problems": (("x", ""),)}, "problems"),
     ({"month": date(2026, 4, 1)}, "month"), ({"month": date(2025, 12, 1)}, "month")],
)  # fmt: skip
def test_refused_at_the_field(scene: Scene, fields: dict[str, object], where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(scene, **fields)
    assert list(refused.value.errors) == [where]


def test_only_the_secretary_and_the_chief_report(scene: Scene) -> None:
    for name in ("member", "secretary2", "supervisor"):
        with pytest.raises(NotAllowed):
            send(scene, by=name)
    send(scene, by="chief")


def test_problems_noted_become_problems(scene: Scene) -> None:
    row = send(scene, problems=(("道路开口", "施工出入口未批"),))
    problem = Problem.objects.get()
    assert (problem.source_type, problem.source_id, problem.owner) == (
        "projects.progress", row.pk, scene.people["secretary"],
    )  # fmt: skip


def test_sums_against_the_total(scene: Scene) -> None:
    send(scene)
    send(scene, date(2026, 3, 1), domestic=Decimal(200), foreign=Decimal(0))
    money = money_arrived(scene.key, 2026)
    assert (money.domestic, money.foreign, money.together) == (Decimal(1000), Decimal(100), Decimal("1710.00"))
    assert money_arrived(scene.key, 2025).together == 0
    assert with_money(KeyProject.objects.all()).get().arrived == 1710


def test_photos_are_pictures_and_guarded(scene: Scene) -> None:
    row = send(scene)
    photo = services.add_photo(
        actor=scene.act("secretary"), progress=row, upload=SimpleUploadedFile("工地.png", PNG, "image/png")
    )
    assert may_read(scene.people["chief"], photo.file)
    assert may_read(scene.people["supervisor"], photo.file)
    assert not may_read(scene.owner, photo.file)
    with pytest.raises(NotAllowed):
        services.remove_photo(actor=scene.act("member"), photo=photo)
    services.remove_photo(actor=scene.act("chief"), photo=photo)
    assert not row.photos.exists()
