"""The plan of a project as people reach it: from the project page, before and after an application."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from accounts.models import Role, User
from approvals import services
from approvals.models import Application, Plan, Theme, ThemeVersion
from approvals.planning.project import plan_of
from approvals.planning.schedule import Way
from common.time import now
from projects.models import Project
from tests.approvals.scene import PARALLEL, Scene
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import CaptureQueriesContext

# Only what is chosen is planned.
NOT_BY_ITSELF = {"fact": "nature", "op": "eq", "value": "relocation"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(hall_clock: HallClock) -> HallClock:
    """An ordinary week without holidays: Monday 9 November 2026."""
    hall_clock.set(datetime(2026, 11, 9, 10))  # noqa: DTZ001  (Asia/Shanghai)
    return hall_clock


def theme(*matters: dict[str, Any]) -> ThemeVersion:
    row = Theme.objects.create(code="plan-theme", name="主题", name_en="Theme")
    items = [{"after": [], "overlap": [], **matter} for matter in matters]
    content = {
        "code": "plan-theme", "name": "主题", "name_en": "Theme", "summary": "", "summary_en": "", "matters": items,
        "when": None, "one_result": False,
    }  # fmt: skip
    version = ThemeVersion.objects.create(theme=row, number=1, content=content, digest="0" * 64, created_at=now())
    row.current = version
    row.save(update_fields=["current"])
    return version


def three(scene: Scene) -> tuple[Application, list[str]]:
    """A draft of three matters: the second may overlap with the first, the third needs the second."""
    first, second, third = (scene.matter(when=NOT_BY_ITSELF) for _ in range(3))
    third.code = "SG01"
    third.save(update_fields=["code"])
    version = theme(
        {"code": first.code},
        {"code": second.code, "after": [first.code], "overlap": [first.code]},
        {"code": "SG01", "after": [second.code]},
    )
    application = scene.draft(first, second, third)
    application.theme = version
    application.save(update_fields=["theme"])
    return application, [first.code, second.code, "SG01"]


def submitted(scene: Scene, application: Application) -> Application:
    services.submit_application(actor=scene.act(scene.owner), application=application)
    return Application.objects.get(pk=application.pk)


def test_draft_shows_three_ways_and_what_they_save(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    client.force_login(scene.owner)
    # From one's own home page by the project to its plan, and from the pages of the application.
    assert f'href="/projects/{application.project_id}/"' in client.get("/my/").text
    for address in (f"/projects/{application.project_id}/", f"/applications/{application.pk}/check/"):
        assert f'href="/projects/{application.project_id}/plan/"' in client.get(address).text

    answer = client.get(f"/projects/{application.project_id}/plan/")
    found = answer.context["plan"]
    # Each: 1 + 10 + 2 working days one after the other; side by side no delivery lies in between; with certificates
    # that follow the first two go together.
    assert {way: one.workdays for way, one in found.ways.items()} == {
        Way.SEQUENTIAL: 39, Way.PARALLEL: 35, Way.DEFERRAL: 24,
    }  # fmt: skip
    assert (found.subject.key, found.way) == ("draft", Way.PARALLEL)
    assert found.lawful == {Way.SEQUENTIAL: 105, Way.PARALLEL: 85, Way.DEFERRAL: 60}
    assert found.saved(Way.DEFERRAL).workdays == 15
    assert [row.code for row in answer.context["drawing"].rows] == codes
    assert 'style="' not in answer.text
    assert "并联办理" in answer.text
    assert "没有施工许可" not in answer.text


def test_way_and_subject_are_chosen_by_address(scene: Scene, monday: HallClock, client: Client) -> None:
    application, _codes = three(scene)
    client.force_login(scene.owner)
    answer = client.get(f"/projects/{application.project_id}/plan/?way=deferral")
    rows = answer.context["drawing"].rows
    assert answer.context["plan"].way == Way.DEFERRAL
    assert (rows[1].follows, rows[1].waits_for) == (rows[0].name, "")
    assert rows[2].waits_for == rows[1].name
    assert [row.dates.critical for row in rows] == [True, True, True]
    # What nobody knows is answered with what there is.
    other = client.get(f"/projects/{application.project_id}/plan/?way=sideways&of=77")
    assert (other.status_code, other.context["plan"].way) == (200, Way.PARALLEL)


def test_submission_freezes_the_plan_and_facts_run_against_it(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    application = submitted(scene, application)
    frozen = Plan.objects.get(application=application)
    client.force_login(scene.owner)
    assert f"/plan/?of={application.pk}" in client.get(f"/applications/{application.pk}/receipt/").text
    assert frozen.content["ways"]["parallel"]["workdays"] == 35
    assert set(frozen.content["matters"]) == set(codes)
    before = client_plan(client, scene.owner, application.project)
    assert before.facts[codes[0]].ahead == 0
    assert before.facts[codes[1]].holder == f"等待{before.names[codes[0]]}"

    case = application.cases.get(matter__code=codes[0])
    monday.set(datetime(2026, 11, 12, 10))  # noqa: DTZ001  (Asia/Shanghai)
    scene.decided(case=case)
    after = client_plan(client, scene.owner, application.project)
    # Decided on Thursday rather than in eleven working days: eight days ahead, and with it all that follow.
    assert [after.facts[code].ahead for code in codes] == [8, 8, 8]
    assert after.facts[codes[0]].holder == "综合窗口"
    expected = after.facts[codes[1]].expected
    assert expected is not None
    assert expected.begins == date(2026, 11, 12)
    assert after.schedule == before.schedule
    assert after.expected_start == after.facts["SG01"].expected.delivered


def test_delay_is_told_and_moves_the_rest(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    application = submitted(scene, application)
    scene.reviewing(application.cases.get(matter__code=codes[0]))
    monday.set(datetime(2026, 12, 7, 10))  # noqa: DTZ001  (Asia/Shanghai)
    found = client_plan(client, scene.owner, application.project)
    # Due by plan on 24 November (accepted on 10, here on the 9th already), not decided on 7 December.
    assert found.facts[codes[0]].expected.decided == date(2026, 12, 7)
    assert [found.facts[code].ahead for code in codes] == [-9, -9, -9]
    assert found.facts[codes[0]].behind == 9
    text = client.get(f"/projects/{application.project_id}/plan/").text
    assert "落后9个工作日" in text


def test_what_came_to_nothing_blocks_those_behind_it(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    application = submitted(scene, application)
    services.withdraw_case(
        actor=scene.act(scene.owner), case=application.cases.get(matter__code=codes[0])
    )  # fmt: skip
    found = client_plan(client, scene.owner, application.project)
    assert [(found.facts[code].blocked, found.facts[code].expected) for code in codes] == [
        (False, None), (True, None), (True, None),
    ]  # fmt: skip
    assert found.expected_start is None


def client_plan(client: Client, user: User, project: Project) -> Any:
    client.force_login(user)
    return client.get(f"/projects/{project.pk}/plan/").context["plan"]


def test_wish_is_held_against_the_earliest_start(scene: Scene, monday: HallClock, client: Client) -> None:
    application, _codes = three(scene)
    client.force_login(scene.owner)
    Project.objects.update(planned_start=date(2026, 12, 1), planned_finish=date(2027, 12, 1))
    answer = client.get(f"/projects/{application.project_id}/plan/?way=deferral")
    # 24 working days after 9 November.
    assert answer.context["plan"].start_to_compare == date(2026, 12, 11)
    assert "比最早日期早10天" in answer.text
    Project.objects.update(planned_start=date(2026, 12, 12))
    assert "比最早日期晚1天" in client.get(f"/projects/{application.project_id}/plan/?way=deferral").text


def test_plan_without_construction_permit_says_so(scene: Scene, monday: HallClock, client: Client) -> None:
    application = scene.draft(scene.matter())
    client.force_login(scene.owner)
    assert "本计划中没有施工许可" in client.get(f"/projects/{application.project_id}/plan/").text


def test_everybody_who_sees_the_project_sees_the_plan_and_nobody_else(
    scene: Scene, monday: HallClock, client: Client
) -> None:
    application, _codes = three(scene)
    address = f"/projects/{application.project_id}/plan/"
    assert client.get(address).status_code == 302
    stranger = make_user(name="外人")
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}export/").status_code == 404
    assert client.get(f"/api/v1{address}").status_code == 404
    officer = make_user(name="秘书")
    make_post(officer, make_department("service-plan"), Role.OFFICER)
    # A draft is nobody's business but the applicant's; what was handed in is everybody's who sees the project.
    assert client_plan(client, officer, application.project).subject.key == "needed"
    application = submitted(scene, application)
    for user in (officer, scene.clerk, scene.reviewer, scene.owner):
        assert client_plan(client, user, application.project).subject.key == str(application.pk)


def test_csv_has_all_ways(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    client.force_login(scene.owner)
    answer = client.get(f"/projects/{application.project_id}/plan/export/")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert head[:3] == ["办理方式", "编码", "事项"]
    assert [row[1] for row in rows] == codes * 3
    assert rows[-1][3:8] == ["2026-11-24", "2026-11-25", "2026-12-09", "2026-12-09", "2026-12-11"]


def test_api_answers_with_the_same_plan(scene: Scene, monday: HallClock, client: Client) -> None:
    application, codes = three(scene)
    application = submitted(scene, application)
    client.force_login(scene.owner)
    data = client.get(f"/api/v1/projects/{application.project_id}/plan/").json()
    assert data["subject"] == str(application.pk)
    assert data["ways"]["deferral"]["saved_workdays"] == 15
    assert [item["code"] for item in data["ways"]["parallel"]["items"]] == codes
    assert [row["status"] for row in data["cases"]] == ["received", "waiting", "waiting"]
    assert data["ways"]["parallel"]["construction_start"] == data["earliest_start"]


def test_provisional_dates_are_marked(scene: Scene, hall_clock: HallClock, client: Client) -> None:
    hall_clock.set(datetime(2026, 12, 14, 10))  # noqa: DTZ001  (Asia/Shanghai)
    application, _codes = three(scene)
    client.force_login(scene.owner)
    answer = client.get(f"/projects/{application.project_id}/plan/")
    assert [row.dates.provisional for row in answer.context["drawing"].rows] == [False, True, True]
    assert "部分日期为暂定" in answer.text


def test_nothing_to_plan_is_said(scene: Scene, client: Client) -> None:
    application = submitted(scene, scene.draft(scene.matter()))
    Plan.objects.all().delete()
    client.force_login(scene.owner)
    assert "暂无可计划的事项" in client.get(f"/projects/{application.project_id}/plan/").text


def test_page_and_api_cost_the_same_for_1_and_12_matters(scene: Scene, monday: HallClock, client: Client) -> None:
    def project(count: int) -> Project:
        application = submitted(scene, scene.draft(*(scene.matter(steps=PARALLEL) for _ in range(count))))
        for case in application.cases.all()[: count // 2]:
            scene.reviewing(case)
        return application.project

    def cost(ask: Callable[[Project], object], row: Project) -> int:
        client.force_login(scene.owner)
        with CaptureQueriesContext(connection) as seen:
            ask(row)
        return len(seen)

    few, many = project(2), project(12)
    for ask in (
        lambda row: client.get(f"/projects/{row.pk}/plan/"),
        lambda row: client.get(f"/api/v1/projects/{row.pk}/plan/"),
        lambda row: client.get(f"/projects/{row.pk}/plan/export/"),
    ):
        ask(few)
        assert cost(ask, few) == cost(ask, many) <= 32
    answer = client.get(f"/api/v1/projects/{many.pk}/plan/")
    assert len(answer.content) < 40_000


def test_what_an_outside_application_brings_is_waited_for(scene: Scene, monday: HallClock) -> None:
    """A second application plans from the day on which the first one's certificate is expected."""
    application, codes = three(scene)
    later = application.chosen.get(matter__code=codes[1])
    sg01 = application.chosen.get(matter__code="SG01")
    for row in (later, sg01):
        row.delete()
    application = submitted(scene, application)
    second = Application.objects.create(
        project=application.project, enterprise=scene.enterprise, theme=application.theme, created_by=scene.owner,
        created_at=now(),
    )  # fmt: skip
    second.chosen.create(matter=later.matter, version=later.version)
    with override("zh-hans"):
        found = plan_of(application.project, scene.owner, key="draft")
    item = found.ways[Way.PARALLEL].by_code[codes[1]]
    assert item.begins == date(2026, 11, 24)
    assert found.ways[Way.PARALLEL].path[0].code == codes[0]
    assert found.ways[Way.DEFERRAL].by_code[codes[1]].begins == date(2026, 11, 9)
