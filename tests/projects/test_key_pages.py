"""Pages of key projects, teams and problems: who gets in, what they do, how many statements they take."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from projects import services
from projects.models import Problem, Progress, TeamMember
from tests.clients import in_english, signed_in
from tests.clock import HallClock
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.files import PNG
from tests.factories.projects import make_project
from tests.projects.team_scene import MONDAY, Scene, make_team
from tests.queries import statements


@pytest.fixture
def scene(db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(datetime(2026, 2, 2, 9, 0))  # noqa: DTZ001
    scene = make_team()
    scene.started(date(2026, 1, 20))
    hall_clock.set(MONDAY)
    services.begin_reports()
    return scene


@pytest.fixture
def stranger(db: None) -> User:
    user = make_user("stranger")
    make_membership(make_enterprise(), user)
    return user


@pytest.fixture
def elsewhere(scene: Scene) -> User:
    """Of another department, in no team."""
    user = make_user("elsewhere")
    make_post(user, scene.departments["office"], "reviewer")
    return user


def pages(scene: Scene, problem: Problem) -> dict[str, str]:
    pk, member = scene.project.pk, scene.seat("secretary").pk
    return {
        "key": reverse("projects:key_project", args=[pk]),
        "team": reverse("projects:team", args=[pk]),
        "plan": reverse("projects:plan_milestones", args=[pk]),
        "reached": reverse("projects:reached", args=[pk, 4]),
        "progress": reverse("projects:progress", args=[pk, "2026-02"]),
        "hand_over": reverse("projects:hand_over", args=[member]),
        "problem": reverse("projects:problem", args=[problem.pk]),
        "confirm": reverse("projects:problem_act", args=[problem.pk, "confirm"]),
        "propose": reverse("projects:problem_act", args=[problem.pk, "propose"]),
        "remove": reverse("projects:key_remove", args=[pk]),
    }


MAY = {
    "director": {"key", "team", "plan", "reached", "progress", "hand_over", "problem", "remove"},
    "leader": {"key", "team", "progress", "hand_over", "problem", "remove"},
    "chief": {"key", "team", "plan", "reached", "progress", "problem"},
    "secretary": {"key", "team", "plan", "reached", "progress", "hand_over", "problem", "propose"},
    "member": {"key", "team", "progress", "problem"},
    "supervisor": {"key", "team", "progress", "problem"},
    # An officer of another team reads the list, not the problems.
    "secretary2": {"key", "team", "progress"},
    "owner": {"key", "problem", "confirm"},
    "stranger": set(),
    "elsewhere": set(),
}


@pytest.mark.parametrize("who", MAY)
def test_who_gets_in(scene: Scene, stranger: User, elsewhere: User, who: str) -> None:
    problem = scene.raised()
    people = {**scene.people, "owner": scene.owner, "stranger": stranger, "elsewhere": elsewhere}
    client = signed_in(people[who])
    answers = {name: client.get(url).status_code for name, url in pages(scene, problem).items()}
    assert {name for name, status in answers.items() if status == 200} == MAY[who]
    assert set(answers.values()) <= {200, 404}


def test_the_wall_is_for_the_hall_and_shows_what_one_may_see(scene: Scene, stranger: User, elsewhere: User) -> None:
    scene.raised()
    url = reverse("projects:wall")
    assert signed_in(stranger).get(url).status_code == 404
    assert "供电接入滞后" not in signed_in(elsewhere).get(url).content.decode()
    for name in ("leader", "director", "secretary"):
        for by in ("level", "state"):
            assert "供电接入滞后" in signed_in(scene.people[name]).get(url, {"by": by}).content.decode()
    assert "供电接入滞后" not in signed_in(scene.people["leader"]).get(url, {"light": "red"}).content.decode()
    assert "供电接入滞后" in signed_in(scene.people["secretary"]).get(url, {"mine": "on"}).content.decode()


def test_wall_list_and_page_take_a_constant_number_of_statements(scene: Scene) -> None:
    leader, secretary = signed_in(scene.people["leader"]), signed_in(scene.people["secretary"])
    looks = [
        lambda: leader.get(reverse("projects:wall")),
        lambda: leader.get(reverse("projects:key_projects")),
        lambda: leader.get(reverse("projects:key_project", args=[scene.project.pk])),
        lambda: leader.get(reverse("projects:key_export")),
        lambda: secretary.get(reverse("projects:wall")),
    ]
    scene.raised()
    for look in looks:
        look()
    before = [statements(look) for look in looks]
    for number in range(8):
        scene.raised(title=f"问题{number}")
        project = make_project(scene.project.enterprise, scene.owner)
        key = services.confirm_key_project(actor=scene.act("director"), project=project, reason="重大项目")
        services.appoint(actor=scene.act("director"), key=key, seat="secretary", user=scene.people["secretary2"])
    assert [statements(look) for look in looks] == before


def test_list_filters_sums_and_file(scene: Scene) -> None:
    client = signed_in(scene.people["leader"])
    url = reverse("projects:key_projects")
    for query in ({"q": "轮毂"}, {"point": "3"}, {"field": "C"}, {"amount": "10000"}, {"light": "green"},
                  {"secretary": scene.people["secretary"].pk}):  # fmt: skip
        assert "汽车轮毂智能化生产线项目" in client.get(url, query).content.decode(), query
    for query in ({"q": "没有"}, {"point": "2"}, {"field": "A"}, {"amount": "50000"}, {"light": "red"},
                  {"secretary": scene.people["secretary2"].pk}):  # fmt: skip
        assert "汽车轮毂智能化生产线项目" not in client.get(url, query).content.decode(), query
    text = client.get(reverse("projects:key_export")).content.decode("utf-8-sig")
    assert "汽车轮毂智能化生产线项目,秦皇岛海蓝装备有限公司,12600.00" in text
    assert signed_in(scene.owner).get(reverse("projects:key_export")).status_code == 404


def test_confirming_and_declining_on_the_list(scene: Scene) -> None:
    made = make_project(scene.project.enterprise, scene.owner, name="二期项目")
    services.propose_key_projects()
    client = signed_in(scene.people["director"])
    assert "二期项目" in client.get(reverse("projects:key_projects"), {"state": "proposed"}).content.decode()
    refused = client.post(reverse("projects:key_decline", args=[made.pk]), {"reason": ""})
    assert refused.status_code == 400
    client.post(reverse("projects:key_confirm", args=[made.pk]), {"reason": ""}, follow=True)
    made.refresh_from_db()
    assert made.key.is_confirmed
    assert signed_in(scene.people["secretary"]).post(reverse("projects:key_remove", args=[made.pk])).status_code == 404


def test_the_team_on_its_page(scene: Scene) -> None:
    url = reverse("projects:team", args=[scene.project.pk])
    director = signed_in(scene.people["director"])
    sent = {"office": "secretary", "secretary-user": scene.people["secretary2"].pk}
    # A held office has no form: it is handed over or vacated.
    director.post(url, sent)
    assert scene.seat("secretary").user == scene.people["secretary"]
    leave = reverse("projects:leave_team", args=[scene.seat("secretary").pk])
    assert director.post(leave, {"reason": ""}).status_code == 400
    assert signed_in(scene.people["member"]).post(leave, {"reason": "x"}).status_code == 404
    director.post(leave, {"reason": "轮岗"})
    assert director.post(url, {**sent, "secretary-user": ""}).status_code == 400
    director.post(url, sent)
    assert scene.seat("secretary").user == scene.people["secretary2"]
    assert signed_in(scene.people["chief"]).post(url, sent).status_code == 404
    add = reverse("projects:member_add", args=[scene.project.pk])
    signed_in(scene.people["chief"]).post(add, {"user": scene.people["secretary"].pk})
    assert TeamMember.objects.current().filter(user=scene.people["secretary"], seat="member").exists()
    assert signed_in(scene.people["member"]).post(add, {"user": scene.people["supervisor"].pk}).status_code == 404


def test_handing_over_and_receiving(scene: Scene) -> None:
    member = scene.seat("secretary")
    old, new = signed_in(scene.people["secretary"]), signed_in(scene.people["secretary2"])
    url = reverse("projects:hand_over", args=[member.pk])
    assert old.post(url, {"successor": scene.people["secretary2"].pk, "note": ""}).status_code == 400
    old.post(url, {"successor": scene.people["secretary2"].pk, "note": "供电问题联系王工"})
    page = new.get(reverse("projects:key_project", args=[scene.project.pk])).content.decode()
    assert "供电问题联系王工" in page
    new.post(reverse("projects:receive", args=[scene.seat("secretary").pk]))
    assert scene.seat("secretary").received_at is not None


def test_progress_with_a_problem_and_a_photo(scene: Scene) -> None:
    client = signed_in(scene.people["secretary"])
    url = reverse("projects:progress", args=[scene.project.pk, "2026-02"])
    sent = {
        "works": "完成桩基施工", "domestic": "800", "foreign": "0", "problems-TOTAL_FORMS": "1",
        "problems-INITIAL_FORMS": "0", "problems-0-title": "道路开口", "problems-0-text": "",
    }  # fmt: skip
    assert client.post(url, sent).status_code == 400
    assert client.post(url, {**sent, "add_row": "1"}).content.decode().count("problems-1-title") > 0
    client.post(url, {**sent, "problems-0-text": "施工出入口未批"})
    row = Progress.objects.get(reported_at__isnull=False)
    assert (row.domestic, Problem.objects.get().title) == (Decimal(800), "道路开口")
    photo = SimpleUploadedFile("工地.png", PNG, "image/png")
    client.post(reverse("projects:photo_add", args=[scene.project.pk, "2026-02"]), {"file": photo})
    assert row.photos.count() == 1
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x", "application/pdf")
    scripted = client.post(
        reverse("projects:photo_add", args=[scene.project.pk, "2026-02"]), {"file": paper},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert scripted.status_code == 400
    client.post(reverse("projects:photo_remove", args=[row.photos.get().pk]))
    assert row.photos.count() == 0
    assert client.post(url, {**sent, "problems-0-title": ""}).status_code == 400
    assert client.get(reverse("projects:progress", args=[scene.project.pk, "2026-13"])).status_code == 404


def test_milestones_on_their_pages(scene: Scene) -> None:
    client = signed_in(scene.people["chief"])
    url = reverse("projects:plan_milestones", args=[scene.project.pk])
    assert client.post(url, {"point_4": "2026-01-01"}).status_code == 400
    client.post(url, {"point_4": "2026-09-01"})
    assert scene.key.milestones.get(point=4).planned_on == date(2026, 9, 1)
    client.post(reverse("projects:reached", args=[scene.project.pk, 4]), {"reached_on": "2026-03-01"})
    assert scene.key.milestones.get(point=4).reached_on == date(2026, 3, 1)


def test_a_problem_from_the_firm_to_its_word(scene: Scene) -> None:
    firm, secretary = signed_in(scene.owner), signed_in(scene.people["secretary"])
    new = reverse("projects:problem_new", args=[scene.project.pk])
    assert firm.post(new, {"title": "", "text": "x"}).status_code == 400
    firm.post(new, {"title": "供电", "text": "容量不足"})
    problem = Problem.objects.get()

    def act(client: object, name: str, **data: object) -> int:
        return client.post(reverse("projects:problem_act", args=[problem.pk, name]), data).status_code

    assert act(secretary, "note", text="已现场勘察") == 302
    assert act(secretary, "ask", helper=scene.people["member"].pk, note="请牵头") == 302
    assert act(secretary, "propose", solution="") == 400
    assert act(firm, "confirm") == 400
    assert act(secretary, "propose", solution="已增容") == 302
    assert act(secretary, "confirm") == 404
    assert act(firm, "reject", words="仍跳闸") == 302
    assert act(secretary, "propose", solution="已换变压器") == 302
    assert act(firm, "confirm", words="谢谢") == 302
    problem.refresh_from_db()
    assert (problem.status, problem.rejections) == ("closed", 1)
    for client in (firm, secretary):
        assert client.get(problem.get_absolute_url()).status_code == 200


def test_the_firm_finds_its_team_on_its_project_page(scene: Scene, stranger: User) -> None:
    url = reverse("approvals:project", args=[scene.project.pk])
    page = signed_in(scene.owner).get(url).content.decode()
    phone = scene.people["secretary"].phone
    assert f"tel:{phone}" in page
    assert reverse("projects:problem_new", args=[scene.project.pk]) in page
    # What the hall does inside is not on the firm's page.
    assert "任命服务小组成员" not in page
    assert signed_in(stranger).get(url).status_code == 404
    other = make_project(scene.project.enterprise, scene.owner)
    assert reverse("projects:key_confirm", args=[other.pk]) in signed_in(scene.people["leader"]).get(
        reverse("approvals:project", args=[other.pk])
    ).content.decode()  # fmt: skip


def test_pages_speak_english_too(scene: Scene) -> None:
    scene.raised()
    client = in_english(scene.people["leader"])
    assert "Chief representative" in client.get(reverse("projects:wall")).content.decode()
