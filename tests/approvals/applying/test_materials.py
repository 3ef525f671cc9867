"""Handing in materials: several files, refusals, history, who may."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Department, Role, User
from approvals.models import Application, Material, MaterialFile, Matter
from enterprises.models import Enterprise
from projects.models import Project
from tests.approvals.applying.pages import url
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import (
    hand_in_all,
    make_application,
    make_material_spec,
    make_matter,
)
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership
from tests.factories.files import PDF, PNG, make_upload
from tests.factories.projects import make_project
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_good_files_are_kept_though_others_are_refused(material: Material, owner: User) -> None:
    files = [make_upload("好.pdf"), make_upload("假.pdf", PNG), make_upload("空.pdf", b"")]
    answer = in_english(owner).post(url("upload", material.pk), {"file": files})
    assert answer.status_code == 400
    assert len(answer.context["errors"][material.pk]) == 2
    assert [file.file.name for file in material.files.current()] == ["好.pdf"]
    assert "假.pdf" in answer.content.decode()


def test_a_script_gets_the_box_or_the_reason(material: Material, owner: User) -> None:
    client = in_english(owner)
    headers = {"HX-Request": "true"}
    answer = client.post(url("upload", material.pk), {"file": make_upload("一.pdf")}, headers=headers)
    assert answer.status_code == 200
    assert "一.pdf" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    answer = client.post(url("upload", material.pk), {"file": make_upload("二.pdf", PNG)}, headers=headers)
    assert answer.status_code == 400
    assert "二.pdf" in answer.json()["errors"]["file"][0]
    answer = client.post(url("upload", material.pk), {}, headers=headers)
    assert answer.json() == {"errors": {"file": ["Choose a file."]}}


def test_an_oversized_file_is_refused_with_the_limit(material: Material, owner: User, settings: Any) -> None:
    settings.HALL_UPLOAD_MAX_BYTES = 100
    upload = SimpleUploadedFile("大.pdf", PDF + b"0" * 100)
    answer = in_english(owner).post(url("upload", material.pk), {"file": upload}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "100" in answer.json()["errors"]["file"][0]


def test_replacing_keeps_the_old_file_as_history(material: Material, owner: User) -> None:
    client = in_english(owner)
    client.post(url("upload", material.pk), {"file": make_upload("一.pdf")})
    old = material.files.get()
    client.post(url("upload", material.pk), {"file": make_upload("二.pdf"), "replaces": old.pk})
    page = client.get(url("materials", material.application_id))
    card = page.context["cards"][0]
    assert [file.file.name for file in card.current] == ["二.pdf"]
    assert [file.file.name for file in card.history] == ["一.pdf"]
    client.post(url("remove_file", card.current[0].pk))
    assert not material.files.current().exists()


def test_a_stranger_reaches_nothing_of_it(material: Material, owner: User) -> None:
    client = in_english(owner)
    client.post(url("upload", material.pk), {"file": make_upload()})
    file = material.files.get()
    stranger = in_english(make_user())
    application = material.application_id
    for name in ("application", "matters", "materials", "questions", "check", "submitted", "receipt"):
        assert stranger.get(url(name, application)).status_code == 404
    assert stranger.post(url("check", application)).status_code == 404
    assert stranger.post(url("discard", application)).status_code == 404
    assert stranger.post(url("upload", material.pk), {"file": make_upload()}).status_code == 404
    assert stranger.post(url("remove_file", file.pk)).status_code == 404
    assert stranger.post(url("apply", material.application.project_id)).status_code == 404
    assert stranger.get(file.file.get_absolute_url()).status_code == 404
    assert MaterialFile.objects.filter(is_current=True).count() == 1


def test_a_foreign_file_cannot_be_replaced_through_ones_own_material(
    material: Material, owner: User, matters: dict[str, Matter]
) -> None:
    other_owner = make_user()
    other_firm = make_enterprise()
    make_membership(other_firm, other_owner)
    foreign = make_application(make_project(other_firm, other_owner), other_owner, [matters["needed"]])
    hand_in_all(foreign, other_owner)
    target = MaterialFile.objects.get(material__application=foreign, material__code="application-form")
    client = in_english(owner)
    for given in (target.pk, "x", "99999999"):
        answer = client.post(url("upload", material.pk), {"file": make_upload(), "replaces": given})
        assert answer.status_code == 404
    target.refresh_from_db()
    assert target.is_current


def test_colleague_and_agent_go_on_with_the_same_draft(
    material: Material, owner: User, enterprise: Enterprise, matters: dict[str, Matter]
) -> None:
    colleague, agent = make_user(), make_user()
    make_membership(enterprise, colleague, role="member")
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    make_mandate(enterprise, agent, owner)
    for person in (colleague, agent):
        client = in_english(person)
        assert client.get(url("materials", material.application_id)).status_code == 200
        assert client.post(url("upload", material.pk), {"file": make_upload()}).status_code == 302
    rows = material.files.order_by("id").values_list("added_by", "on_behalf_of")
    assert list(rows) == [(colleague.pk, ""), (agent.pk, enterprise.name)]


def test_a_draft_of_many_materials_costs_the_same_as_one_of_few(project: Project, owner: User) -> None:
    few = make_matter("LX11", materials=[make_material_spec("a")])
    many = make_matter("LX12", materials=[make_material_spec(f"m{number}") for number in range(20)])
    client = in_english(owner)

    def cost(name: str, application: Application) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url(name, application.pk))
        return len(queries)

    application = make_application(project, owner, [few])
    hand_in_all(application, owner)
    cost("materials", application)
    small = [cost(name, application) for name in ("materials", "check")]
    make_application(project, owner, [few, many])
    hand_in_all(application, owner)
    assert [cost(name, application) for name in ("materials", "check")] == small
