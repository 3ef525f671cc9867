"""The paper of each case: frozen, made by a worker once, the material's file; an own form replaces it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.actors import Actor
from accounts.models import Role, User
from approvals.models import Application, Case, CaseForm, Material, MaterialFile
from approvals.services import form_papers, submit_application
from approvals.services.filling import save_answers_of_form
from approvals.tasks import make_forms
from common.time import now, pretend
from documents.compiling import TypesettingError
from documents.pictures import text_of
from files.access import may_read
from files.models import StoredFile
from projects.models import Project
from tests.approvals.applying.forms import ANSWERS, two_matters
from tests.approvals.applying.pages import url
from tests.clients import in_english
from tests.factories.accounts import make_post, make_user
from tests.factories.approvals import hand_in_all, make_application, make_material_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(project: Project, owner: User) -> Application:
    draft = make_application(project, owner, two_matters())
    save_answers_of_form(actor=Actor(owner), application=draft, answers=ANSWERS)
    make_material_file(draft.materials.get(code="design-scheme"), owner)
    return draft


@pytest.fixture
def cases(draft: Application, owner: User) -> list[Case]:
    return submit_application(actor=Actor(owner), application=draft)


def form_material(case: Case) -> Material:
    return case.application.materials.get(code="application-form")


def bytes_of(stored: StoredFile) -> bytes:
    return Path(stored.file.path).read_bytes()


def test_nothing_has_to_be_uploaded_and_a_worker_makes_one_paper_for_each_case(cases: list[Case], owner: User) -> None:
    assert not form_material(cases[0]).files.exists()
    assert make_forms() == 2
    rows = list(form_material(cases[0]).files.order_by("case_id"))
    assert [(row.case, row.origin, row.added_by, row.is_current) for row in rows] == [
        (case, "form", owner, True) for case in cases
    ]
    assert [form.file for form in CaseForm.objects.order_by("case_id")] == [row.file for row in rows]
    assert make_forms() == 0
    assert form_material(cases[0]).files.count() == 2


def test_receipt_and_window_say_that_the_hall_makes_it(cases: list[Case], owner: User) -> None:
    words = "Made by the hall from what was filled in; the file follows in a moment."
    receipt = in_english(owner).get(url("receipt", cases[0].application_id))
    assert [material.code for material in receipt.context["to_follow"]] == ["application-form"]
    assert words in receipt.content.decode()
    assert words in in_english(owner).get(url("case", cases[0].number)).content.decode()
    make_forms()
    assert in_english(owner).get(url("receipt", cases[0].application_id)).context["to_follow"] == []


def test_the_paper_can_be_made_again_byte_by_byte(cases: list[Case]) -> None:
    make_forms()
    form = cases[0].forms.select_related("template_version__base", "case").get()
    assert form.file is not None
    with pretend(now() + timedelta(days=400)):
        assert form_papers.content_of(form) == bytes_of(form.file)
    assert [row["label"] for row in form.data["sections"][0]["rows"]] == ["字段applicant_name"]
    assert [section["title"] for section in form.data["sections"]] == ["一、申请单位", "二、项目情况", "三、申请内容"]


def test_the_paper_of_the_hall_waits_for_no_scanner_and_gets_previews(cases: list[Case], settings: Settings) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    make_forms()
    made = [form.file for form in CaseForm.objects.all()]
    assert [(file.scan_state, file.preview_state) for file in made if file] == [("clean", "waiting")] * 2


def test_the_paper_opens(cases: list[Case]) -> None:
    make_forms()
    form = cases[0].forms.get()
    assert form.file is not None
    assert "行政审批事项申请表" in text_of(bytes_of(form.file))


def test_each_department_reads_the_paper_of_its_own_case_only(cases: list[Case]) -> None:
    make_forms()
    Case.objects.update(handed_over_at=now())
    reviewers = []
    for case in cases:
        reviewer = make_user()
        make_post(reviewer, case.matter.department, Role.REVIEWER)
        reviewers.append(reviewer)
    papers = [case.forms.get().file for case in cases]
    assert all(papers)
    read = [[may_read(reviewer, paper) for paper in papers if paper] for reviewer in reviewers]
    assert read == [[True, False], [False, True]]


def test_a_signed_form_of_ones_own_replaces_it(draft: Application, owner: User) -> None:
    hand_in_all(draft, owner)
    cases = submit_application(actor=Actor(owner), application=draft)
    assert make_forms() == 0
    assert [row.origin for row in form_material(cases[0]).files.all()] == ["upload"]
    assert CaseForm.objects.filter(case__in=cases).count() == 2


def test_a_form_that_can_not_be_set_waits_for_a_person(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> bytes:
        raise TypesettingError("no glyph")

    monkeypatch.setattr("approvals.form_paper.make_pdf", refuse)
    assert make_forms() == 0
    assert set(CaseForm.objects.values_list("error", "next_try_at")) == {("no glyph", None)}


def test_an_administrator_has_it_made_again(cases: list[Case], admin_client: Client) -> None:
    CaseForm.objects.update(error="no glyph", next_try_at=None, attempts=1)
    place = reverse("admin:approvals_caseform_changelist")
    assert admin_client.get(place).status_code == 200
    chosen = list(CaseForm.objects.values_list("pk", flat=True))
    admin_client.post(place, {"action": "try_again", "_selected_action": chosen})
    assert make_forms() == 2
    assert form_papers.make_again(form_ids=chosen) == 0


def test_a_passing_failure_is_tried_again(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_args: Any, **_kwargs: Any) -> bytes:
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr("approvals.form_paper.make_pdf", break_down)
        assert make_forms() == 0
    assert make_forms() == 0
    with pretend(now() + timedelta(minutes=2)):
        assert make_forms() == 2
    assert set(CaseForm.objects.values_list("error", "attempts")) == {("", 2)}


def correct(case: Case) -> CaseForm:
    form = form_papers.keep_corrected_form(case, at=now())
    assert form is not None
    return form


def test_a_form_corrected_while_it_was_being_made_does_not_come_back(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cases[0].forms.get()
    newer: list[CaseForm] = []

    def break_down(*_args: Any, **_kwargs: Any) -> bytes:
        if not newer:
            newer.append(correct(cases[0]))
        raise OSError("disk")

    with monkeypatch.context() as broken:
        broken.setattr("approvals.form_paper.make_pdf", break_down)
        assert make_forms() == 0
    first.refresh_from_db()
    assert (first.next_try_at, first.file, first.error) == (None, None, "")
    with pretend(now() + timedelta(minutes=2)):
        assert make_forms() == 2
    assert MaterialFile.objects.current().get(case=cases[0]).file == cases[0].forms.get(pk=newer[0].pk).file


def test_a_form_that_failed_is_not_made_again_once_it_was_corrected(cases: list[Case]) -> None:
    first = cases[0].forms.get()
    CaseForm.objects.filter(pk=first.pk).update(error="no glyph", next_try_at=None, attempts=1)
    newer = correct(cases[0])
    assert newer.to_be_made
    assert form_papers.make_again(form_ids=[first.pk]) == 0
    assert make_forms() == 2
    # Even one that waits again, however that came about.
    CaseForm.objects.filter(pk=first.pk).update(next_try_at=now())
    assert make_forms() == 0
    first.refresh_from_db()
    newer.refresh_from_db()
    assert (first.to_be_made, first.file) == (False, None)
    assert [row.file for row in MaterialFile.objects.filter(case=cases[0])] == [newer.file]


def test_bytes_of_a_form_that_was_rolled_back_go_too(cases: list[Case], settings: Any) -> None:
    def stored() -> set[Path]:
        return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}

    before = stored()
    with patch.object(CaseForm, "save", side_effect=OSError("database gone")):
        assert make_forms() == 0
    assert stored() == before
    assert set(CaseForm.objects.values_list("error", "attempts")) == {("OSError('database gone')", 1)}


def test_the_applicant_looks_at_the_paper_before_submitting(draft: Application, owner: User) -> None:
    client = in_english(owner)
    answer = client.get(url("form_preview", draft.pk, "GC01"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert client.get(url("form_preview", draft.pk, "XX01")).status_code == 404
    assert in_english(make_user()).get(url("form_preview", draft.pk, "GC01")).status_code == 404
    page = client.get(url("materials", draft.pk))
    card = page.context["cards"][0]
    assert (card.supply.kind, card.supply.previews, card.missing) == ("form", ("GC01", "SG01"), False)
    assert url("form_preview", draft.pk, "SG01") in page.content.decode()


def test_the_case_opens_its_paper_before_and_after_it_is_made(cases: list[Case], owner: User) -> None:
    client: Client = in_english(owner)
    first = client.get(url("case_form", cases[0].number))
    assert first.content.startswith(b"%PDF")
    make_forms()
    stored = MaterialFile.objects.get(case=cases[0]).file
    assert client.get(url("case_form", cases[0].number))["Location"] == stored.get_absolute_url()
    assert bytes_of(stored) == first.content
    assert in_english(make_user()).get(url("case_form", cases[0].number)).status_code == 404
