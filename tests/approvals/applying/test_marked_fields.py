"""Fields of the form in a correction notice: marked by the window, changed or confirmed by the applicant."""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Role, User
from approvals.models import Application, Case, CorrectionNotice
from approvals.services import resubmit_case, send_correction, submit_application
from approvals.services.filling import save_answers_of_form
from approvals.tasks import make_forms
from common.errors import InvalidInput
from ledger.models import Entry
from projects.models import Project
from tests.approvals.applying.forms import ANSWERS, two_matters, values_of
from tests.approvals.applying.pages import url
from tests.clients import in_english
from tests.factories.accounts import make_post, make_user
from tests.factories.approvals import make_application, make_material_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(project: Project, owner: User) -> list[Case]:
    draft = make_application(project, owner, two_matters())
    save_answers_of_form(actor=Actor(owner), application=draft, answers=ANSWERS)
    make_material_file(draft.materials.get(code="design-scheme"), owner)
    return submit_application(actor=Actor(owner), application=draft)


@pytest.fixture
def clerk(cases: list[Case]) -> User:
    clerk = make_user()
    make_post(clerk, cases[0].window, Role.CLERK)
    return clerk


MARKED = [
    {"field": "building_height", "text": "与图纸不一致"},
    {"field": "floors_above", "text": "请核对"},
    {"text": "请补充说明"},
]


@pytest.fixture
def notice(cases: list[Case], clerk: User) -> CorrectionNotice:
    return send_correction(actor=Actor(clerk), case=cases[0], items=MARKED)


def answer(case: Case, owner: User, **options: Any) -> Case:
    return resubmit_case(actor=Actor(owner), case=case, **options)


def test_the_notice_names_the_fields(notice: CorrectionNotice) -> None:
    assert notice.items == [
        {
            "material": None, "field": "building_height", "name": "字段building_height",
            "name_en": "Field building_height", "text": "与图纸不一致",
        },
        {
            "material": None, "field": "floors_above", "name": "字段floors_above", "name_en": "Field floors_above",
            "text": "请核对",
        },
        {"material": None, "name": "", "name_en": "", "text": "请补充说明"},
    ]  # fmt: skip


def test_a_field_of_another_matter_can_not_be_marked(cases: list[Case], clerk: User) -> None:
    with pytest.raises(InvalidInput) as caught:
        send_correction(actor=Actor(clerk), case=cases[0], items=[{"field": "contract_start", "text": "晚"}])
    assert list(caught.value.errors) == ["items"]


def test_each_marked_field_is_changed_or_confirmed(cases: list[Case], owner: User, notice: CorrectionNotice) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(cases[0], owner, answers={"building_height": "x", "floors_above": 3})
    assert list(caught.value.errors) == ["field-building_height", "field-floors_above"]
    with pytest.raises(InvalidInput) as caught:
        answer(cases[0], owner, answers={"building_height": ""}, confirmed=["floors_above"])
    assert list(caught.value.errors) == ["field-building_height"]
    answer(cases[0], owner, answers={"building_height": "24.6"}, confirmed=["floors_above"])
    application = Application.objects.get()
    assert values_of(application)["building_height"] == 24.6
    entry = Entry.objects.get(act="case.answers_changed")
    assert entry.data == {
        "ordinal": 1,
        "answers": [{"field": "building_height", "label": "字段building_height", "old": 23.8, "new": 24.6}],
    }


def test_what_is_not_marked_stays(cases: list[Case], owner: User, notice: CorrectionNotice) -> None:
    answer(cases[0], owner, answers={"deviation_note": "改"}, confirmed=["building_height", "floors_above"])
    assert "deviation_note" not in values_of(Application.objects.get())
    assert cases[0].forms.count() == 1


def test_the_paper_is_made_anew_for_this_case_only(cases: list[Case], owner: User, notice: CorrectionNotice) -> None:
    make_forms()
    answer(cases[0], owner, answers={"building_height": 24.6}, confirmed=["floors_above"])
    assert make_forms() == 1
    old, new = cases[0].forms.order_by("ordinal")
    assert (old.answers["building_height"], new.answers["building_height"]) == (23.8, 24.6)
    files = list(cases[0].own_files.order_by("id").values_list("is_current", "version"))
    assert files == [(False, 1), (True, 2)]
    assert cases[1].forms.get().answers["building_height"] == 23.8


def test_other_cases_say_what_was_corrected_elsewhere(
    cases: list[Case], owner: User, clerk: User, notice: CorrectionNotice
) -> None:
    answer(cases[0], owner, answers={"building_height": 24.6}, confirmed=["floors_above"])
    own, other = (
        next(
            row
            for section in in_english(clerk).get(url("desk_case", case.number)).context["filled"].sections
            for row in section["rows"]
            if row["name"] == "building_height"
        )
        for case in cases
    )
    assert (own["value"], own["before"], own["elsewhere"]) == ("24.6 metres", "23.8 metres", "")
    assert (other["value"], other["before"], other["elsewhere"]) == ("23.8 metres", "", "24.6 metres")


def test_a_marked_form_counts_as_renewed_when_the_hall_makes_it_anew(
    cases: list[Case], owner: User, clerk: User
) -> None:
    make_forms()
    row = cases[0].materials.get(material__code="application-form")
    row.verdict, row.remark = "wrong", "高度有误"
    row.save()
    send_correction(actor=Actor(clerk), case=cases[0], items=MARKED[:1])
    with pytest.raises(InvalidInput) as caught:
        answer(cases[0], owner, confirmed=["building_height"])
    assert list(caught.value.errors) == [f"material-{row.material_id}"]
    answer(cases[0], owner, answers={"building_height": 24.6})


def test_the_window_marks_and_the_applicant_answers_on_pages(cases: list[Case], owner: User, clerk: User) -> None:
    desk, client = in_english(clerk), in_english(owner)
    page = desk.get(url("desk_correction", cases[0].number))
    assert [field.label for field in page.context["form"].marked_fields][2] == "Field building_height"
    sent = {"field-building_height": "与图纸不一致", "items": "请补充说明", "seen": "received"}
    assert desk.post(url("desk_correction", cases[0].number), sent).status_code == 302
    here = url("correct", cases[0].number)
    page = client.get(here)
    assert 'value="23.8"' in page.content.decode()
    refused = client.post(here, {"seen": "correcting", "field-building_height": "23.8"})
    assert refused.status_code == 400
    assert [(line.target, "confirm" in line.text) for line in refused.context["lines"]] == [
        ("id_field-building_height", True)
    ]
    assert client.post(here, {"seen": "correcting", "field-building_height": "24.6"}).status_code == 302
    assert values_of(cases[0].application)["building_height"] == 24.6
    assert "24.6 metres" in client.get(url("case", cases[0].number)).content.decode()


def test_a_wrong_value_keeps_what_was_typed(cases: list[Case], owner: User, notice: CorrectionNotice) -> None:
    refused = in_english(owner).post(
        url("correct", cases[0].number), {"field-building_height": "高", "confirm-floors_above": "on", "remark": "已改"}
    )
    assert refused.status_code == 400
    text = refused.content.decode()
    assert 'value="高"' in text
    assert "已改" in text
