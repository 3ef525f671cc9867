from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.models import Department, Role, User
from approvals.models import Application, Case, CorrectionNotice, Material, MaterialFile, Matter
from approvals.services.drafting import (
    add_file,
    answer_questions,
    choose_matters,
    discard_application,
    remove_file,
    start_application,
    union_of_materials,
)
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now
from enterprises.models import Enterprise
from projects.models import Project
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import (
    hand_in_all,
    make_application,
    make_case,
    make_material_spec,
    make_matter,
    submit,
)
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership
from tests.factories.files import DWG, make_upload
from tests.factories.projects import make_draft, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def enterprise(owner: User) -> Enterprise:
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return enterprise


@pytest.fixture
def project(enterprise: Enterprise, owner: User) -> Project:
    return make_project(enterprise, owner)


@pytest.fixture
def matters() -> list[Matter]:
    """Two matters that share the application form; the second wants a drawing besides."""
    form = make_material_spec("application-form")
    return [
        make_matter("LX01", materials=[form, make_material_spec("site-map", secondary=True)]),
        make_matter("LX02", materials=[form, make_material_spec("drawing", accepts=["dwg", "pdf"])]),
    ]


def test_the_draft_of_a_project_is_found_again_instead_of_doubled(project: Project, owner: User) -> None:
    first = start_application(actor=Actor(owner), project=project)
    assert start_application(actor=Actor(owner), project=project) == first
    assert (first.status, first.channel, first.created_by) == ("draft", "online", owner)


def test_a_clerk_takes_in_a_walk_in_through_the_window_channel(project: Project, enterprise: Enterprise) -> None:
    clerk = make_user()
    make_post(clerk, make_department(kind=Department.Kind.WINDOW), Role.CLERK)
    application = start_application(actor=Actor(clerk, on_behalf_of=enterprise.name), project=project)
    assert application.channel == Application.Channel.WINDOW


def test_an_undeclared_project_has_no_application(enterprise: Enterprise, owner: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        start_application(actor=Actor(owner), project=make_draft(enterprise, owner))
    assert list(refused.value.errors) == ["project"]


def test_a_stranger_can_start_nothing(project: Project) -> None:
    with pytest.raises(NotAllowed):
        start_application(actor=Actor(make_user()), project=project)


def test_a_revoked_mandate_stops_the_agent_at_once(project: Project, enterprise: Enterprise, owner: User) -> None:
    agent = make_user()
    make_post(agent, make_department(kind=Department.Kind.SERVICE), Role.AGENT)
    mandate = make_mandate(enterprise, agent, owner)
    actor = Actor(agent, on_behalf_of=enterprise.name, mandate_id=mandate.pk)
    application = start_application(actor=actor, project=project)
    mandate.revoked_at, mandate.revoked_by = now(), owner
    mandate.save()
    with pytest.raises(NotAllowed):
        choose_matters(actor=actor, application=application, codes=[])


def test_each_material_is_asked_once_for_all_matters(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner, matters)
    assert [m.code for m in application.materials.all()] == ["application-form", "site-map", "drawing"]
    assert [m.secondary for m in application.materials.all()] == [False, True, False]
    assert [row.version for row in application.chosen.all()] == [matter.current for matter in matters]


@pytest.mark.parametrize(
    ("first", "second", "required", "secondary"),
    [
        ((True, False), (True, True), True, False),
        ((True, True), (True, True), True, True),
        ((False, False), (True, True), True, True),
        ((True, True), (False, False), True, True),
        ((False, False), (False, False), False, False),
    ],
)
def test_the_strictest_requirement_of_a_shared_material_wins(
    first: tuple[bool, bool], second: tuple[bool, bool], required: bool, secondary: bool
) -> None:
    lists = [[make_material_spec("a", required=need, secondary=later)] for need, later in (first, second)]
    assert [(m["required"], m["secondary"]) for m in union_of_materials(lists).values()] == [(required, secondary)]


def test_a_file_survives_that_its_matter_is_unchosen_and_chosen_again(
    project: Project, owner: User, matters: list[Matter]
) -> None:
    application = make_application(project, owner, matters)
    hand_in_all(application, owner)
    choose_matters(actor=Actor(owner), application=application, codes=["LX01"])
    kept = application.materials.get(code="drawing")
    assert not kept.required
    choose_matters(actor=Actor(owner), application=application, codes=["LX01", "LX02"])
    kept.refresh_from_db()
    assert kept.required
    assert kept.files.current().count() == 1


def test_a_material_without_files_goes_with_its_matter(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner, matters)
    choose_matters(actor=Actor(owner), application=application, codes=["LX01"])
    assert [m.code for m in application.materials.all()] == ["application-form", "site-map"]


def test_unknown_and_withdrawn_matters_are_refused(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner)
    Matter.objects.filter(code="LX02").update(is_active=False)
    with pytest.raises(InvalidInput, match="LX02, XX99") as refused:
        choose_matters(actor=Actor(owner), application=application, codes=["LX01", "XX99", "LX02"])
    assert list(refused.value.errors) == ["matters"]
    assert not application.chosen.exists()


@pytest.mark.parametrize(
    ("fields", "free"),
    [
        ({}, False),
        ({"status": "withdrawn"}, True),
        ({"status": "not_accepted", "not_accepted_reason": "x"}, True),
        ({"status": "delivered", "decision": "refused", "decision_reason": "x", "decided_at": now()}, True),
        ({"status": "delivered", "decision": "granted", "decided_at": now()}, False),
    ],
)
def test_a_matter_is_applied_for_again_only_when_it_came_to_nothing(
    project: Project, owner: User, matters: list[Matter], fields: dict[str, object], free: bool
) -> None:
    case = make_case(project, owner, matters[0], **fields)
    application = make_application(project, owner)
    if free:
        choose_matters(actor=Actor(owner), application=application, codes=["LX01"])
        assert application.chosen.count() == 1
        return
    with pytest.raises(InvalidInput, match=case.number):
        choose_matters(actor=Actor(owner), application=application, codes=["LX01"])


def test_files_are_added_replaced_and_removed_with_history(
    project: Project, owner: User, matters: list[Matter]
) -> None:
    material = make_application(project, owner, matters).materials.get(code="application-form")
    actor = Actor(owner)
    first = add_file(actor=actor, material=material, upload=make_upload("一.pdf"))
    second = add_file(actor=actor, material=material, upload=make_upload("二.pdf"))
    third = add_file(actor=actor, material=material, upload=make_upload("三.pdf"), replaces=first)
    assert (third.version, third.replaces) == (2, first)
    assert list(material.files.current()) == [second, third]
    remove_file(actor=actor, file=second)
    remove_file(actor=actor, file=second)
    assert list(material.files.current()) == [third]
    assert list(material.files.all()) == [first, second, third]
    with pytest.raises(InvalidInput):
        add_file(actor=actor, material=material, upload=make_upload(), replaces=first)


def test_a_file_of_another_material_cannot_be_replaced(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner, matters)
    form, drawing = (application.materials.get(code=code) for code in ("application-form", "drawing"))
    foreign = add_file(actor=Actor(owner), material=form, upload=make_upload())
    with pytest.raises(InvalidInput):
        add_file(actor=Actor(owner), material=drawing, upload=make_upload(), replaces=foreign)
    foreign.refresh_from_db()
    assert foreign.is_current


def test_the_catalogue_says_which_kinds_a_material_takes(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner, matters)
    form, drawing = (application.materials.get(code=code) for code in ("application-form", "drawing"))
    add_file(actor=Actor(owner), material=drawing, upload=make_upload("a.dwg", DWG))
    with pytest.raises(InvalidInput):
        add_file(actor=Actor(owner), material=form, upload=make_upload("a.dwg", DWG))
    assert MaterialFile.objects.count() == 1


def correcting_case(project: Project, owner: User, matters: list[Matter], listed: str) -> tuple[Case, Material]:
    case = submit(make_application(project, owner, matters[:1]), owner)[0]
    material = case.application.materials.get(code=listed)
    Case.objects.filter(pk=case.pk).update(status="correcting")
    CorrectionNotice.objects.create(
        case=case, ordinal=1, issued_by=make_user(), issued_at=now(),
        items=[{"material": material.pk, "name": material.name, "name_en": material.name_en, "text": "模糊"}],
    )  # fmt: skip
    return case, material


def test_after_submission_nothing_changes_unless_the_window_asks(
    project: Project, owner: User, matters: list[Matter]
) -> None:
    case, listed = correcting_case(project, owner, matters, "application-form")
    other = case.application.materials.get(code="site-map")
    actor = Actor(owner)
    with pytest.raises(TransitionNotAllowed):
        add_file(actor=actor, material=other, upload=make_upload())
    with pytest.raises(TransitionNotAllowed):
        choose_matters(actor=actor, application=case.application, codes=["LX02"])
    with pytest.raises(TransitionNotAllowed):
        remove_file(actor=actor, file=other.files.get())
    old = listed.files.get()
    added = add_file(actor=actor, material=listed, upload=make_upload("新.pdf"), replaces=old)
    assert list(listed.files.current()) == [added]
    CorrectionNotice.objects.update(answered_at=now())
    with pytest.raises(TransitionNotAllowed):
        add_file(actor=actor, material=listed, upload=make_upload())


def test_answers_are_kept_on_the_project_and_wrong_ones_told_by_name(project: Project, owner: User) -> None:
    actor = Actor(owner)
    answer_questions(actor=actor, project=project, answers={"takes_water": "true", "earthwork": "1200.50"})
    project.refresh_from_db()
    assert project.answers == {"takes_water": True, "earthwork": 1200.5}
    answer_questions(actor=actor, project=project, answers={"takes_water": "", "eia_class": "form"})
    project.refresh_from_db()
    assert project.answers == {"earthwork": 1200.5, "eia_class": "form"}
    with pytest.raises(InvalidInput) as refused:
        answer_questions(
            actor=actor,
            project=project,
            answers={"earthwork": "-1", "eia_class": "x", "nature": "new", "beside_river": "no"},
        )
    assert sorted(refused.value.errors) == ["beside_river", "earthwork", "eia_class", "nature"]


def test_a_draft_can_be_put_away(project: Project, owner: User, matters: list[Matter]) -> None:
    application = make_application(project, owner, matters)
    hand_in_all(application, owner)
    discard_application(actor=Actor(owner), application=application)
    assert not Application.objects.exists()
    with pytest.raises(Application.DoesNotExist):
        discard_application(actor=Actor(owner), application=application)


@pytest.mark.django_db(transaction=True)
def test_two_devices_in_the_same_moment_begin_one_draft(project: Project, owner: User) -> None:
    """Real connections: each thread has its own, and both stand at the barrier before they start."""
    barrier = Barrier(2)

    def begin() -> int:
        try:
            barrier.wait(timeout=10)
            return start_application(actor=Actor(owner), project=project).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = [future.result(timeout=20) for future in [pool.submit(begin), pool.submit(begin)]]
    assert found[0] == found[1]
    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_replacing_one_file_leave_one_current(project: Project, owner: User, matters: list[Matter]) -> None:
    material = make_application(project, owner, matters).materials.get(code="application-form")
    old = add_file(actor=Actor(owner), material=material, upload=make_upload("旧.pdf"))
    barrier = Barrier(2)

    def replace(name: str) -> bool:
        try:
            barrier.wait(timeout=10)
            add_file(actor=Actor(owner), material=material, upload=make_upload(name), replaces=old)
        except InvalidInput:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [
            future.result(timeout=20) for future in [pool.submit(replace, "甲.pdf"), pool.submit(replace, "乙.pdf")]
        ]
    assert sorted(done) == [False, True]
    assert material.files.current().count() == 1
