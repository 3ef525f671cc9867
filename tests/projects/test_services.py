from datetime import date
from decimal import Decimal

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from enterprises.models import Enterprise
from ledger.models import Entry
from projects import rules, services
from projects.models import Project
from projects.sections import BY_SLUG, SECTIONS, fingerprint, state
from projects.services import Seen
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate
from tests.factories.projects import COMPLETE, make_code, make_draft, make_project

MONEY, PLACE = BY_SLUG["money"], BY_SLUG["place"]


def acts(project: Project) -> list[str]:
    rows = Entry.objects.filter(subject_type="projects.project", subject_id=project.pk)
    return list(rows.order_by("seq").values_list("act", flat=True))


def test_a_draft_begins_with_what_the_hall_knows_of_the_firm(owner: User) -> None:
    foreign = make_enterprise(industry="36", is_foreign=True)
    foreign.memberships.create(user=owner, role="owner", status="active", created_at=now())
    project = services.start_project(actor=Actor(owner), enterprise=foreign, values={"name": "新项目"})
    assert (project.name, project.industry, project.capital, project.status) == ("新项目", "36", "foreign", "draft")
    assert acts(project) == ["project.started"]


def test_a_stranger_starts_and_saves_nothing(enterprise: Enterprise, draft: Project) -> None:
    stranger = Actor(make_user())
    with pytest.raises(NotAllowed):
        services.start_project(actor=stranger, enterprise=enterprise)
    with pytest.raises(NotAllowed):
        services.save_draft(actor=stranger, project=draft, values={"name": "x"})
    assert Project.objects.get().name == draft.name


def test_an_agent_without_leave_to_declare_neither_starts_nor_declares(
    enterprise: Enterprise, owner: User, draft: Project
) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    mandate = make_mandate(enterprise, agent, owner, may_declare=False)
    actor = Actor(agent, on_behalf_of=enterprise.name, mandate_id=mandate.pk)
    with pytest.raises(NotAllowed):
        services.start_project(actor=actor, enterprise=enterprise)
    services.save_draft(actor=actor, project=draft, values=COMPLETE)
    with pytest.raises(NotAllowed):
        services.declare_project(actor=actor, project=draft)


def test_an_agent_declares_on_record_for_whom(enterprise: Enterprise, owner: User, draft: Project) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    mandate = make_mandate(enterprise, agent, owner)
    actor = Actor(agent, on_behalf_of=enterprise.name, mandate_id=mandate.pk)
    services.save_draft(actor=actor, project=draft, values=COMPLETE)
    services.declare_project(actor=actor, project=draft)
    entry = Entry.objects.get(act="project.declared")
    assert (entry.actor_id, entry.on_behalf_of, entry.mandate_id) == (agent.pk, enterprise.name, mandate.pk)


def test_a_complete_draft_is_declared_once(draft: Project, owner: User) -> None:
    services.save_draft(actor=Actor(owner), project=draft, values=COMPLETE)
    declared = services.declare_project(actor=Actor(owner), project=draft)
    assert declared.status == Project.Status.DECLARED
    assert declared.declared_at is not None
    services.declare_project(actor=Actor(owner), project=draft)
    assert acts(draft).count("project.declared") == 1


@pytest.mark.parametrize("field", sorted(rules.REQUIRED))
def test_each_required_field_is_told_when_it_is_missing(draft: Project, owner: User, field: str) -> None:
    empty = None if Project._meta.get_field(field).null else ""
    Project.objects.filter(pk=draft.pk).update(**{**COMPLETE, field: empty})
    with pytest.raises(InvalidInput) as refused:
        services.declare_project(actor=Actor(owner), project=draft)
    assert list(refused.value.errors) == [field]
    assert Project.objects.get().status == Project.Status.DRAFT


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"own_funds": Decimal("6600.01")}, "total_investment"),
        ({"total_investment": Decimal(1)}, "total_investment"),
        ({"foreign_funds": Decimal(100), "loan_funds": Decimal(5900)}, "foreign_funds"),
        ({"industry": "00"}, "industry"),
        ({"contact_phone": "12345"}, "contact_phone"),
    ],
)
def test_a_contradiction_stops_the_declaration_at_its_field(
    draft: Project, owner: User, change: dict[str, object], field: str
) -> None:
    Project.objects.filter(pk=draft.pk).update(**{**COMPLETE, **change})
    with pytest.raises(InvalidInput) as refused:
        services.declare_project(actor=Actor(owner), project=draft)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"land_area": Decimal(-1)}, "land_area"),
        ({"own_funds": Decimal(-1)}, "own_funds"),
        ({"total_investment": Decimal("1e13")}, "total_investment"),
        ({"name": "长" * 121}, "name"),
        ({"procedure": "none"}, "procedure"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"national_code": "2613-130371-04-01-123456"}, "national_code"),
        ({"planned_start": date(2027, 2, 1), "planned_finish": date(2027, 1, 1)}, "planned_finish"),
        ({"status": "declared"}, "status"),
        ({"created_by_id": 1}, "created_by_id"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_kept(
    draft: Project, owner: User, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.save_draft(actor=Actor(owner), project=draft, values={**values, "location": "新址"})
    assert list(refused.value.errors) == [field]
    draft.refresh_from_db()
    assert draft.location == ""


def test_a_start_after_the_finish_saved_before_is_told_and_not_a_crash(draft: Project, owner: User) -> None:
    services.save_draft(actor=Actor(owner), project=draft, values={"planned_finish": date(2027, 1, 1)})
    with pytest.raises(InvalidInput):
        services.save_draft(actor=Actor(owner), project=draft, values={"planned_start": date(2027, 2, 1)})


def test_sources_that_do_not_add_up_yet_may_wait_in_a_draft(draft: Project, owner: User) -> None:
    services.save_draft(
        actor=Actor(owner), project=draft, values={"total_investment": Decimal(100), "own_funds": Decimal(1)}
    )
    draft.refresh_from_db()
    assert state(draft, MONEY) == "partial"


def test_the_three_states_of_a_part(draft: Project, owner: User) -> None:
    assert {section.slug: state(draft, section) for section in SECTIONS} == {
        "basics": "partial", "kind": "todo", "industry": "todo", "place": "todo",
        "money": "todo", "schedule": "todo", "contact": "todo",
    }  # fmt: skip
    saved = services.save_draft(actor=Actor(owner), project=draft, values=COMPLETE)
    assert {state(saved, section) for section in SECTIONS} == {"done"}


def test_two_devices_on_one_part_the_later_one_is_told(draft: Project, owner: User) -> None:
    actor, drawn = Actor(owner), fingerprint(draft, PLACE)
    services.save_draft(actor=actor, project=draft, values={"location": "甲路"}, seen=Seen(PLACE, drawn, "phone"))
    with pytest.raises(Stale):
        services.save_draft(actor=actor, project=draft, values={"location": "乙路"}, seen=Seen(PLACE, drawn, "desk"))
    draft.refresh_from_db()
    assert draft.location == "甲路"
    services.save_draft(actor=actor, project=draft, values={"location": "甲路"}, seen=Seen(PLACE, drawn, "desk"))


def test_a_page_is_in_no_conflict_with_its_own_autosave(draft: Project, owner: User) -> None:
    actor, seen = Actor(owner), Seen(PLACE, fingerprint(draft, PLACE), "phone")
    services.save_draft(actor=actor, project=draft, values={"location": "甲"}, seen=seen)
    services.save_draft(actor=actor, project=draft, values={"location": "甲路"}, seen=seen)
    draft.refresh_from_db()
    assert draft.location == "甲路"


def test_two_devices_on_different_parts_do_not_meet(draft: Project, owner: User) -> None:
    actor = Actor(owner)
    drawn = {section.slug: fingerprint(draft, section) for section in SECTIONS}
    services.save_draft(actor=actor, project=draft, values={"location": "甲路"}, seen=Seen(PLACE, drawn["place"], "a"))
    services.save_draft(
        actor=actor, project=draft, values={"own_funds": Decimal(1)}, seen=Seen(MONEY, drawn["money"], "b")
    )
    draft.refresh_from_db()
    assert (draft.location, draft.own_funds) == ("甲路", Decimal(1))


def test_a_declared_project_is_no_draft_any_more(enterprise: Enterprise, owner: User) -> None:
    project = make_project(enterprise, owner)
    with pytest.raises(TransitionNotAllowed):
        services.save_draft(actor=Actor(owner), project=project, values={"name": "x"})
    with pytest.raises(TransitionNotAllowed):
        services.discard_draft(actor=Actor(owner), project=project)


def test_the_national_code_comes_later_and_is_on_record(enterprise: Enterprise, owner: User) -> None:
    project, code = make_project(enterprise, owner), make_code()
    for _twice in range(2):
        services.correct_national_code(actor=Actor(owner), project=project, code=f" {code} ")
    project.refresh_from_db()
    assert project.national_code == code
    assert acts(project) == ["project.code_corrected"]


@pytest.mark.parametrize("code", ["", "123", "2603-990371-04-01-123456"])
def test_a_wrong_national_code_is_told_at_its_field(enterprise: Enterprise, owner: User, code: str) -> None:
    project = make_project(enterprise, owner)
    with pytest.raises(InvalidInput) as refused:
        services.correct_national_code(actor=Actor(owner), project=project, code=code)
    assert list(refused.value.errors) == ["national_code"]


def test_one_code_belongs_to_one_project(enterprise: Enterprise, owner: User, draft: Project) -> None:
    code = make_code()
    make_project(enterprise, owner, national_code=code)
    with pytest.raises(InvalidInput) as refused:
        services.save_draft(actor=Actor(owner), project=draft, values={"national_code": code})
    assert list(refused.value.errors) == ["national_code"]


def test_a_discarded_draft_frees_its_code(owner: User, enterprise: Enterprise) -> None:
    code = make_code()
    draft = make_draft(enterprise, owner, national_code=code)
    services.discard_draft(actor=Actor(owner), project=draft)
    draft.refresh_from_db()
    assert (draft.status, draft.national_code) == ("withdrawn", "")
    make_draft(enterprise, owner, national_code=code)


def test_facts_leave_out_what_is_not_known(draft: Project, enterprise: Enterprise, owner: User) -> None:
    assert rules.facts(draft) == {}
    draft.delete()
    project = make_project(enterprise, owner, answers={"takes_water": False})
    assert rules.facts(project) == {
        "procedure_kind": "filing", "nature": "new", "capital": "domestic", "industry_section": "C",
        "industry_division": "36", "land_area": Decimal("42000.00"), "building_area": Decimal("28000.00"),
        "total_investment": Decimal("12600.00"), "is_new_enterprise": False, "uses_state_land": True,
        "takes_water": False,
    }  # fmt: skip
