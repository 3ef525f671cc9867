"""Pages of instructions, deviations and the green channel: what works, who gets in, what a list costs."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Department, Role, User
from common.time import today
from coordination.models import Deviation, GreenChannel, Instruction
from tests.coordination.conftest import Hall
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def head_elsewhere(hall: Hall) -> User:
    user = make_user("elsewhere")
    make_post(user, make_department("elsewhere", kind=Department.Kind.APPROVAL), Role.HEAD)
    return user


def test_a_leader_gives_one_from_the_page_of_a_project(hall: Hall) -> None:
    client = client_of(hall.leader)
    about = f"/instructions/new/?about=projects.project:{hall.project.pk}"
    assert about in client.get(f"/projects/{hall.project.pk}/").content.decode()
    assert hall.project.name in client.get(about).content.decode()
    assert client.post(about, {"text": "", "urgency": "urgent", "divider": hall.director.pk}).status_code == 400
    answer = client.post(about, {"text": "尽快办", "urgency": "urgent", "divider": hall.director.pk})
    row = Instruction.objects.get()
    assert (answer.url, row.status) == (f"/instructions/{row.pk}/", "given")
    assert "尽快办" in client.get(f"/projects/{hall.project.pk}/").content.decode()


def test_a_draft_is_kept_changed_and_discarded(hall: Hall) -> None:
    client = client_of(hall.leader)
    about = f"/instructions/new/?about=projects.project:{hall.project.pk}"
    words = {"text": "草稿", "urgency": "ordinary", "divider": hall.director.pk}
    client.post(about, {**words, "draft": "1"})
    row = Instruction.objects.get()
    assert row.status == "draft"
    assert client_of(hall.director).get(f"/instructions/{row.pk}/").status_code == 404
    client.post(f"/instructions/{row.pk}/edit/", {**words, "text": "改过的草稿", "draft": "1"})
    assert "改过的草稿" in client.get(f"/instructions/{row.pk}/").content.decode()
    client.post(f"/instructions/{row.pk}/withdraw/")
    assert Instruction.objects.get().status == "withdrawn"


def test_the_director_divides_with_lines_added_without_scripts(hall: Hall) -> None:
    row = hall.given()
    client = client_of(hall.director)
    url = f"/instructions/{row.pk}/divide/"
    assert "协调解决" in client.get(url).content.decode()
    lines = {
        "department": hall.lead.pk, "lead_text": "牵头办理", "lead_days": 8, "assisting-TOTAL_FORMS": 1,
        "assisting-INITIAL_FORMS": 0, "assisting-0-department": hall.assisting.pk, "assisting-0-text": "配合",
        "assisting-0-days": 3,
    }  # fmt: skip
    again = client.post(url, {**lines, "add_row": "1"})
    assert "assisting-1-department" in again.content.decode()
    assert "牵头办理" in again.content.decode()
    assert client.post(url, {**lines, "lead_text": ""}).status_code == 400
    assert client.post(url, lines).status_code == 302
    assert [(part.department, part.days) for part in row.parts.all()] == [(hall.lead, 8), (hall.assisting, 3)]


def test_the_leader_closes_or_sends_back(hall: Hall) -> None:
    row = hall.answered()
    client = client_of(hall.leader)
    assert "已办结。" in client.get(f"/instructions/{row.pk}/").content.decode()
    assert client.post(f"/instructions/{row.pk}/end/", {"send_back": "1", "remark": ""}).status_code == 400
    client.post(f"/instructions/{row.pk}/end/", {"remark": "同意"})
    assert Instruction.objects.get().status == "closed"


def test_strangers_get_404_and_the_wrong_roles_403(hall: Hall, head_elsewhere: User) -> None:
    row = hall.answered()
    for user in (head_elsewhere, hall.scene.owner, hall.scene.reviewers["city"]):
        for path in ("", "edit/", "divide/", "end/", "deviations/shorter/"):
            assert client_of(user).get(f"/instructions/{row.pk}/{path}").status_code in (403, 404), path
        assert client_of(user).get(f"/instructions/{row.pk}/").status_code == 404
    assert client_of(hall.scene.owner).get("/instructions/").status_code == 403
    assert client_of(hall.director).get(f"/instructions/{row.pk}/end/").status_code == 403
    assert client_of(hall.scene.head).get(f"/instructions/{row.pk}/divide/").status_code == 403
    assert Client().get(f"/instructions/{row.pk}/").status_code == 302
    about = f"/instructions/new/?about=projects.project:{hall.project.pk}"
    assert client_of(hall.scene.head).get(about).status_code == 403
    for wrong in ("", "?about=x", "?about=projects.project:99999", "?about=nothing:1"):
        assert client_of(hall.leader).get(f"/instructions/new/{wrong}").status_code == 404


def test_lists_show_each_what_concerns_him_at_constant_cost(hall: Hall) -> None:
    hall.divided()
    leader, head = client_of(hall.leader), client_of(hall.scene.head)
    assert "用地问题" in leader.get("/instructions/?tab=open").content.decode()
    assert "用地问题" in head.get("/instructions/").content.decode()
    assert "用地问题" not in leader.get("/instructions/").content.decode()
    one = statements(lambda: leader.get("/instructions/?tab=open"))
    for _ in range(5):
        hall.given()
    assert statements(lambda: leader.get("/instructions/?tab=open")) == one


def test_a_deviation_is_approved_shown_on_the_case_and_revoked(hall: Hall) -> None:
    case = hall.scene.received()
    row = hall.given(project=case.project)
    client = client_of(hall.leader)
    url = f"/instructions/{row.pk}/deviations/later_paper/"
    assert "用地证明" in client.get(url).content.decode()
    day = today() + timedelta(days=20)
    assert client.post(url, {"value": "land-title", "reason": "", "ends_on": day}).status_code == 400
    assert client.post(url, {"value": "land-title", "reason": "重点项目", "ends_on": day}).status_code == 302
    for user, page in (
        (hall.scene.clerk, f"/desk/cases/{case.number}/"), (hall.scene.owner, f"/cases/{case.number}/"),
        (hall.leader, f"/leader/cases/{case.number}/"), (hall.scene.owner, f"/projects/{case.project_id}/"),
    ):  # fmt: skip
        content = client_of(user).get(page, follow=True).content.decode()
        assert "用地证明" in content, page
        assert "重点项目" in content, page
    deviation = Deviation.objects.get()
    assert client_of(hall.director).post(f"/deviations/{deviation.pk}/revoke/", {"reason": "x"}).status_code == 403
    assert client_of(hall.scene.owner).post(f"/deviations/{deviation.pk}/revoke/", {"reason": "x"}).status_code == 404
    client.post(f"/deviations/{deviation.pk}/revoke/", {"reason": "改主意"})
    assert Deviation.objects.get().end == "revoked"
    assert client.get(f"/instructions/{row.pk}/deviations/nothing/").status_code == 404


def test_the_firm_reads_nothing_of_the_instruction_itself(hall: Hall) -> None:
    hall.divided()
    content = client_of(hall.scene.owner).get(f"/projects/{hall.project.pk}/").content.decode()
    assert "用地问题" not in content
    assert "/instructions/" not in content


def test_a_green_channel_from_the_page_of_a_project(hall: Hall) -> None:
    client, url = client_of(hall.director), f"/projects/{hall.project.pk}/green-channel/"
    assert url in client.get(f"/projects/{hall.project.pk}/").content.decode()
    client.post(url, {"reason": "省重点", "ends_on": today() + timedelta(days=9)})
    row = GreenChannel.objects.get()
    assert "省重点" in client.get(f"/projects/{hall.project.pk}/").content.decode()
    assert client_of(hall.scene.clerk).get(url).status_code == 403
    assert client_of(make_user("stranger")).get(url).status_code == 404
    client.post(f"/green-channels/{row.pk}/close/", {"reason": "已开工"})
    assert GreenChannel.objects.get().ended_by == hall.director
