"""The union of the chosen matters' forms, what is known already, and the service that keeps answers."""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import User
from approvals import application_form
from approvals.models import Application, Matter
from approvals.services import submit_application
from approvals.services.filling import Seen, save_answers_of_form
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from enterprises.models import Enterprise
from ledger.models import Entry
from projects.models import Project
from tests.approvals.applying.forms import ANSWERS, two_matters, values_of
from tests.factories.accounts import make_user
from tests.factories.approvals import hand_in_all, make_application
from tests.factories.projects import make_project
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Matter, Matter]:
    return two_matters()


@pytest.fixture
def draft(project: Project, owner: User, pair: tuple[Matter, Matter]) -> Application:
    return make_application(project, owner, pair)


def save(application: Application, owner: User, answers: dict[str, Any], **options: Any) -> Application:
    return save_answers_of_form(actor=Actor(owner), application=application, answers=answers, **options)


def test_each_field_is_asked_once_and_strictly(draft: Application) -> None:
    lines = {answer.name: answer.line for answer in application_form.sheet(draft).answers}
    assert list(lines) == [
        "applicant_name", "project_location", "building_height", "floors_above", "deviation_note", "finance_phone",
        "energy_use", "contract_start", "key_process", "award_way",
    ]  # fmt: skip
    assert (lines["building_height"].required, lines["building_height"].asked_by) == (True, ("GC01", "SG01"))
    assert (lines["deviation_note"].required, lines["deviation_note"].asked_by) == (False, ("GC01",))


def test_pages_are_applicant_project_and_one_for_each_matter(draft: Application) -> None:
    pages = application_form.sheet(draft).pages()
    assert [(page.slug, [answer.name for answer in page.answers]) for page in pages] == [
        ("applicant", ["applicant_name", "finance_phone"]),
        ("project", ["project_location", "building_height", "floors_above"]),
        ("GC01", ["deviation_note"]),
        ("SG01", ["energy_use", "contract_start", "key_process", "award_way"]),
    ]
    assert [page.state for page in pages] == ["todo", "todo", "done", "todo"]


def test_what_the_hall_knows_is_filled_in_and_not_asked(draft: Application, owner: User) -> None:
    answers = application_form.sheet(draft).by_name
    firm, place = answers["applicant_name"], answers["project_location"]
    assert (firm.value, firm.origin, firm.fixed) == (draft.enterprise.name, "enterprise", True)
    assert (place.value, place.origin, place.fixed) == (draft.project.location, "project", True)
    assert (answers["energy_use"].value, answers["energy_use"].fixed) == (None, False)
    draft.project.answers = {"energy_use": 1500}
    energy = application_form.sheet(draft).by_name["energy_use"]
    assert (energy.value, energy.origin, energy.fixed) == (1500, "fact", True)


def test_answers_are_kept_and_taken_back(draft: Application, owner: User) -> None:
    save(draft, owner, {"building_height": "23.8", "key_process": "false"})
    assert values_of(draft) == {"building_height": 23.8, "key_process": False}
    assert draft.answers_saved_at is not None
    save(draft, owner, {"building_height": ""})
    assert values_of(draft) == {"key_process": False}


def test_a_question_of_the_catalogue_is_answered_for_the_project(draft: Application, owner: User) -> None:
    save(draft, owner, {"energy_use": "1800"})
    draft.project.refresh_from_db()
    assert (draft.project.answers, values_of(draft)) == ({"energy_use": 1800}, {})
    again = save(draft, owner, {"energy_use": "1900"})
    assert again.project.answers == {"energy_use": 1900}


def test_wrong_values_unknown_names_and_facts_are_refused_by_field(draft: Application, owner: User) -> None:
    sent = {"building_height": "高", "no_such": "1", "project_location": "别处", "floors_above": "3"}
    with pytest.raises(InvalidInput) as caught:
        save(draft, owner, sent)
    assert list(caught.value.errors) == ["building_height", "no_such", "project_location"]
    assert values_of(draft) == {}
    save(draft, owner, {"project_location": draft.project.location})
    assert values_of(draft) == {}


def test_another_device_is_not_overwritten(draft: Application, owner: User) -> None:
    page = application_form.sheet(draft).pages()[1]
    old = Seen(page.fields, application_form.fingerprint(draft, page.fields), "phone")
    save(draft, owner, {"floors_above": "3"}, seen=Seen(page.fields, old.version, "desk"))
    with pytest.raises(Stale):
        save(draft, owner, {"floors_above": "4"}, seen=old)
    assert values_of(draft) == {"floors_above": 3}
    # The page that saved last is in no conflict with itself, nor one that would save the same.
    save(draft, owner, {"floors_above": "5"}, seen=Seen(page.fields, old.version, "desk"))
    save(draft, owner, {"floors_above": "5"}, seen=old)
    assert values_of(draft) == {"floors_above": 5}


def test_a_stranger_and_a_submitted_application_are_refused(draft: Application, owner: User) -> None:
    with pytest.raises(NotAllowed):
        save(draft, make_user(), {"floors_above": "3"})
    save(draft, owner, ANSWERS)
    hand_in_all(draft, owner)
    submit_application(actor=Actor(owner), application=draft)
    with pytest.raises(TransitionNotAllowed):
        save(draft, owner, {"floors_above": "4"})


def test_submission_names_each_gap_and_freezes_each_case(draft: Application, owner: User) -> None:
    hand_in_all(draft, owner)
    save(draft, owner, {name: value for name, value in ANSWERS.items() if name != "contract_start"})
    with pytest.raises(InvalidInput) as caught:
        submit_application(actor=Actor(owner), application=draft)
    assert list(caught.value.errors) == ["field-contract_start"]
    save(draft, owner, ANSWERS)
    cases = submit_application(actor=Actor(owner), application=draft)
    planning, permit = (case.forms.get() for case in cases)
    firm, place = draft.enterprise.name, draft.project.location
    assert planning.answers == {
        "applicant_name": firm, "project_location": place, "building_height": 23.8, "floors_above": 3,
    }  # fmt: skip
    assert permit.answers == {
        "applicant_name": firm, "finance_phone": "13800000000", "project_location": place, "building_height": 23.8,
        "energy_use": 1800, "contract_start": "2027-03-01", "key_process": False, "award_way": "open",
    }  # fmt: skip
    assert values_of(draft) == {**planning.answers, **permit.answers}


def test_an_earlier_application_is_offered_but_counts_only_when_saved(
    draft: Application, owner: User, enterprise: Enterprise, pair: tuple[Matter, Matter]
) -> None:
    save(draft, owner, ANSWERS)
    hand_in_all(draft, owner)
    submit_application(actor=Actor(owner), application=draft)
    draft.refresh_from_db()
    other = make_application(make_project(enterprise, owner), owner, pair)
    answers = application_form.sheet(other).by_name
    phone = answers["finance_phone"]
    assert (phone.value, phone.origin, phone.earlier, phone.missing) == ("13800000000", "earlier", draft.number, True)
    # What belongs to the project is not taken over to another one.
    assert (answers["building_height"].value, answers["building_height"].origin) == (None, "")
    save(other, owner, {"finance_phone": "13800000000"})
    other.refresh_from_db()
    assert not application_form.sheet(other).by_name["finance_phone"].missing


def test_the_form_costs_the_same_for_two_and_for_many_fields(project: Project, owner: User, draft: Application) -> None:
    many = statements(lambda: application_form.sheet(Application.objects.get(pk=draft.pk)).pages())
    draft.chosen.filter(matter__code="SG01").delete()
    assert statements(lambda: application_form.sheet(Application.objects.get(pk=draft.pk)).pages()) == many


def test_no_answer_is_on_record_before_submission(draft: Application, owner: User) -> None:
    before = Entry.objects.count()
    save(draft, owner, {"floors_above": "3"})
    assert Entry.objects.count() == before
