"""Lists that are kept, shared, deleted, and turned into projects and applications."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actors import Actor
from approvals import wishes
from approvals.models import Application, Case
from approvals.services import submit_application
from approvals.services.catalogue import load_catalogue
from approvals.services.drafting import choose_matters, start_application
from common.errors import InvalidInput, NotAllowed
from common.time import now
from content import limiter, services
from content.asking import Answers
from content.lists import codes_for_project, list_of
from content.models import CODE_LENGTH, NeedList, make_code
from content.starts import start_of
from projects.models import Project
from projects.services import declare_project, save_draft
from tests.factories.accounts import make_user
from tests.factories.approvals import fill_in, hand_in_all
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.projects import make_project
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db

ADDRESS = "/guides/which/food-plant/list/?is_new_enterprise=yes&drains_to_sewer=-&special_equipment=no"
FOOD = Answers({"is_new_enterprise": True, "special_equipment": False}, frozenset({"drains_to_sewer"}))


@pytest.fixture
def catalogue(db):
    load_catalogue()


@pytest.fixture
def investor(catalogue):
    return make_user("investor")


@pytest.fixture
def firm(investor):
    enterprise = make_enterprise()
    make_membership(enterprise, investor)
    return enterprise


def kept(user=None, start="food-plant", answers=FOOD, **more):
    return services.save_list(actor=Actor(user), start=start_of(start), answers=answers, **more)


def test_a_list_has_everything_of_its_matters(client, catalogue):
    page = client.get(ADDRESS)
    found = page.context["found"]
    assert found.codes == ["QY01", "QY04", "QY05", "QY06", "QY08"]
    assert [item.matter.code for item in found.possible] == ["SG07"]
    assert found.possible[0].open_questions == ("drains_to_sewer",)
    assert found.confirmed[1].waits_for == (found.confirmed[0].matter.label,)
    names = [paper.code for paper in found.papers]
    assert len(names) == len(set(names))
    licence = next(paper for paper in found.papers if paper.code == "business-licence")
    assert len(licence.needed_by) > 1
    assert licence in found.fetched_papers
    text = page.content.decode()
    for item in (*found.confirmed, *found.possible):
        assert item.matter.name in text
        assert item.reason in text
    assert {one.window.code for one in found.counters} == {"window-business"}
    assert "/guides/which/food-plant/questions/drains_to_sewer/" in text
    assert page.headers["x-robots-tag"] == "noindex, nofollow"


def test_a_paper_follows_only_where_every_matter_lets_it(catalogue):
    facts = {"procedure_kind": "filing", "building_area": 5000, "total_investment": 9000, "is_new_enterprise": True}
    for start in ("industrial-new", "food-plant"):
        found = list_of(kept(start=start, answers=Answers(facts)))
        uses = {}
        for item in found.confirmed:
            for paper in item.content.materials:
                uses.setdefault(paper.code, []).append(paper)
        assert uses
        for paper in found.papers:
            required = [one for one in uses[paper.code] if one.required]
            assert paper.required == bool(required), paper.code
            if required:
                assert paper.may_follow == all(one.secondary for one in required), paper.code


def test_visitor_keeps_a_list_and_shares_its_address(client, catalogue):
    answer = client.post(ADDRESS, {"title": " 海味罐头厂 "})
    row = NeedList.objects.get()
    assert row.title == "海味罐头厂"
    assert answer.url == f"/guides/lists/{row.code}/"
    assert len(row.code) == CODE_LENGTH
    assert row.expires_at - row.created_at == timedelta(days=180)
    assert row.facts == {"is_new_enterprise": True, "special_equipment": False, "drains_to_sewer": None}
    page = client.get(answer.url)
    assert page.context["found"].codes == ["QY01", "QY04", "QY05", "QY06", "QY08"]
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert client.get(f"/guides/lists/{make_code()}/").status_code == 404


def test_a_list_without_owner_goes_after_its_time(client, catalogue, hall_clock):
    row = kept()
    hall_clock.travel(days=181)
    assert client.get(row.get_absolute_url()).status_code == 404
    kept()
    assert not NeedList.objects.filter(pk=row.pk).exists()


def test_one_that_is_owned_stays(client, investor, hall_clock):
    row = kept(investor)
    hall_clock.travel(days=400)
    kept()
    assert client.get(row.get_absolute_url()).status_code == 200


def test_the_database_wants_an_owner_or_an_end(catalogue):
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedList.objects.create(code="x", start="other", title="x", created_at=now())


def test_visitors_are_held_back_and_told(client, catalogue, monkeypatch):
    monkeypatch.setattr(limiter, "LISTS", limiter.Limit("lists", 2, 3600))
    assert [client.post(ADDRESS, {}).status_code for _turn in range(3)] == [302, 302, 429]
    refused = client.post(ADDRESS, {})
    assert int(refused.headers["Retry-After"]) > 0
    assert NeedList.objects.count() == 2
    assert client.post(ADDRESS, {}, REMOTE_ADDR="203.0.113.5").status_code == 302
    client.force_login(make_user())
    assert client.post(ADDRESS, {}).status_code == 302


def test_nobody_keeps_lists_without_end(investor, monkeypatch):
    monkeypatch.setattr(services, "LISTS_EACH", 1)
    kept(investor)
    with pytest.raises(InvalidInput):
        kept(investor)


def test_my_lists_shows_mine_in_constant_queries(client, investor):
    kept(investor)
    kept(make_user("stranger"))
    client.force_login(investor)

    def count():
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/guides/lists/")
        return len(page.context["rows"]), len(captured)

    rows, first = count()
    for _turn in range(5):
        kept(investor)
    assert (rows, count()) == (1, (6, first))


def test_only_the_owner_deletes(client, investor):
    row = kept(investor)
    client.force_login(make_user("stranger"))
    assert client.post(f"/guides/lists/{row.code}/delete/").status_code == 404
    with pytest.raises(NotAllowed):
        services.delete_list(actor=Actor(make_user()), need_list=row)
    client.force_login(investor)
    assert client.post(f"/guides/lists/{row.code}/delete/").url == "/guides/lists/"
    assert not NeedList.objects.exists()


def test_taking_over_makes_it_ones_own_or_copies(investor):
    nobodys = kept()
    assert services.keep_list(actor=Actor(investor), need_list=nobodys).pk == nobodys.pk
    nobodys.refresh_from_db()
    assert (nobodys.owner, nobodys.expires_at) == (investor, None)
    other = make_user("other")
    copy = services.keep_list(actor=Actor(other), need_list=nobodys)
    assert (copy.pk != nobodys.pk, copy.owner, copy.facts) == (True, other, nobodys.facts)


def test_signing_in_leads_back_to_the_list(client, catalogue):
    row = kept()
    answer = client.get(f"/guides/lists/{row.code}/apply/")
    assert answer.url == f"/accounts/login/?next=/guides/lists/{row.code}/apply/"


def test_without_a_firm_the_claim_leads_back(client, investor):
    row = kept()
    client.force_login(investor)
    page = client.get(f"/guides/lists/{row.code}/apply/")
    assert page.context["has_firm"] is False
    assert client.session["after_claim"] == f"/guides/lists/{row.code}/apply/"
    assert not investor.need_lists.exists()
    answer = client.post(f"/guides/lists/{row.code}/keep/", {"apply": "1"})
    assert answer.url == f"/guides/lists/{row.code}/apply/"
    assert list(investor.need_lists.all()) == [row]
    assert "清单已存入「我的清单」" in client.get(answer.url).content.decode()


def test_looking_keeps_nothing_and_keeping_twice_makes_one_copy(client, investor, firm):
    theirs = kept(make_user("other"))
    client.force_login(investor)
    for _turn in range(2):
        assert client.get(f"/guides/lists/{theirs.code}/apply/").status_code == 200
    assert not investor.need_lists.exists()
    assert client.get(f"/guides/lists/{theirs.code}/keep/").status_code == 405
    for _turn in range(2):
        copy = client.post(f"/guides/lists/{theirs.code}/keep/")
        assert copy.url == investor.need_lists.get().get_absolute_url()
    # The copy of a list that became a project stays with that project.
    start_from_list(client, theirs, firm)
    assert investor.need_lists.get().project is not None
    client.post(f"/guides/lists/{theirs.code}/keep/")
    assert investor.need_lists.filter(project=None).count() == 1


def test_keeping_a_foreign_list_has_the_same_bound(client, investor, monkeypatch):
    monkeypatch.setattr(services, "LISTS_EACH", 1)
    kept(investor, title="a")
    client.force_login(investor)
    for theirs in (kept(), kept(make_user("other"), start="change-registration", answers=Answers())):
        page = client.post(f"/guides/lists/{theirs.code}/keep/", follow=True)
        assert "太多" in page.content.decode() or "过多" in page.content.decode()
        theirs.refresh_from_db()
        assert theirs.owner != investor
    assert investor.need_lists.count() == 1


def start_from_list(client, row, firm):
    data = {"target": "new", "enterprise": firm.pk, "name": "罐头厂"}
    answer = client.post(f"/guides/lists/{row.code}/apply/", data)
    project = Project.objects.get()
    assert answer.url == f"/projects/{project.pk}/draft/"
    return project


def test_a_list_becomes_a_draft_with_its_answers(client, investor, firm):
    row = kept()
    client.force_login(investor)
    project = start_from_list(client, row, firm)
    assert (project.name, project.new_enterprise) == ("罐头厂", True)
    assert project.answers == {"makes_food": True, "special_equipment": False}
    row.refresh_from_db()
    assert (row.project, row.owner) == (project, investor)
    assert wishes.codes_for(project) == ["QY01", "QY04", "QY05", "QY06", "QY08"]


def test_a_figure_of_the_list_stands_in_the_draft(client, investor, firm):
    answers = Answers({"building_area": 1234.5, "total_investment": 800, "procedure_kind": "filing",
                       "industry_division": "29", "uses_state_land": False})  # fmt: skip
    client.force_login(investor)
    project = start_from_list(client, kept(start="technical-upgrade", answers=answers), firm)
    assert str(project.building_area) == "1234.50"
    assert (project.procedure, project.nature, project.industry) == ("filing", "upgrade", "29")
    assert project.uses_state_land is False


def test_what_the_project_says_counts_more_than_the_list(client, investor, firm):
    client.force_login(investor)
    project = start_from_list(client, kept(), firm)
    save_draft(actor=Actor(investor), project=project, values={"new_enterprise": False})
    project.refresh_from_db()
    assert wishes.codes_for(project) == ["QY08"]


def test_matters_of_later_stages_are_left_for_later(investor, firm):
    project = make_project(firm, investor, building_area=5000, total_investment=9000)
    answers = Answers({"procedure_kind": "filing", "building_area": 5000, "total_investment": 9000})
    codes = codes_for_project(kept(start="industrial-new", answers=answers), project)
    assert "GC01" in codes
    assert not {code for code in codes if code.startswith(("SG", "YS"))}


def test_a_list_for_a_declared_project_joins_its_draft(client, investor, firm):
    project = make_project(firm, investor)
    actor = Actor(investor)
    application = start_application(actor=actor, project=project)
    choose_matters(actor=actor, application=application, codes=["LX01"])
    row = kept(start="change-registration", answers=Answers())
    client.force_login(investor)
    answer = client.post(f"/guides/lists/{row.code}/apply/", {"target": str(project.pk)})
    assert answer.url == f"/applications/{application.pk}/matters/"
    assert set(application.chosen.values_list("matter__code", flat=True)) == {"LX01", "QY02"}
    project.refresh_from_db()
    assert project.answers["changes_registration"] is True
    assert Application.objects.count() == 1


def test_what_a_declared_project_has_answered_stays(investor, firm):
    project = make_project(firm, investor, answers={"changes_registration": False})
    row = kept(start="change-registration", answers=Answers({"makes_food": True}))
    services.use_list_for_project(actor=Actor(investor), project=project, need_list=row)
    project.refresh_from_db()
    assert project.answers == {"changes_registration": False, "makes_food": True}


def test_what_runs_already_is_left_out(client, investor, firm):
    project = make_project(firm, investor)
    actor = Actor(investor)
    application = start_application(actor=actor, project=project)
    choose_matters(actor=actor, application=application, codes=["QY02"])
    hand_in_all(application, investor)
    fill_in(application, actor)
    submit_application(actor=actor, application=application)
    assert Case.objects.count() == 1
    row = kept(start="change-registration", answers=Answers(), extra=["QY02"])
    client.force_login(investor)
    assert client.post(f"/guides/lists/{row.code}/apply/", {"target": str(project.pk)}).status_code == 302
    draft = Application.objects.get(status=Application.Status.DRAFT)
    assert not draft.chosen.exists()


def test_foreign_firms_and_projects_are_no_choice(client, investor, firm):
    stranger = make_user("stranger")
    theirs = make_project(make_enterprise(), stranger)
    row = kept()
    client.force_login(investor)
    url = f"/guides/lists/{row.code}/apply/"
    assert client.post(url, {"target": str(theirs.pk)}).status_code == 400
    assert client.post(url, {"target": "new", "enterprise": theirs.enterprise_id, "name": "x"}).status_code == 400
    assert client.post(url, {"target": "new", "enterprise": firm.pk, "name": " "}).status_code == 400
    assert Project.objects.count() == 1


def test_applying_from_a_guide_marks_that_matter(client, investor, firm):
    assert client.get("/guides/SG01/apply/").url == "/accounts/login/?next=/guides/SG01/apply/"
    client.force_login(investor)
    client.post("/guides/SG01/apply/", {"target": "new", "enterprise": firm.pk, "name": "新厂房"})
    project = Project.objects.get()
    assert wishes.codes_for(project) == ["SG01"]
    declared = make_project(firm, investor)
    answer = client.post("/guides/LX01/apply/", {"target": str(declared.pk)})
    application = Application.objects.get()
    assert answer.url == f"/applications/{application.pk}/matters/"
    assert list(application.chosen.values_list("matter__code", flat=True)) == ["LX01"]


def test_a_list_whose_theme_is_gone_says_so(client, catalogue):
    row = kept()
    from approvals.models import Theme

    Theme.objects.filter(code="food-plant").update(is_active=False)
    page = client.get(row.get_absolute_url())
    assert page.status_code == 200
    assert "/guides/which/" in page.content.decode()


def test_declared_from_a_list_the_choice_is_marked(client, investor, firm):
    client.force_login(investor)
    project = start_from_list(client, kept(), firm)
    other = make_project(firm, investor)
    fields = {
        name: getattr(other, name)
        for name in ("procedure", "nature", "capital", "industry", "location", "land_area", "building_area",
                     "total_investment", "own_funds", "loan_funds", "planned_start", "planned_finish", "contact_name",
                     "contact_phone", "uses_state_land", "description")
    }  # fmt: skip
    save_draft(actor=Actor(investor), project=project, values=fields)
    declare_project(actor=Actor(investor), project=project)
    client.post(f"/projects/{project.pk}/apply/")
    application = Application.objects.get(project=project)
    page = client.get(f"/applications/{application.pk}/matters/")
    stages = page.context["stages"]
    listed = [need for stage in stages for need in (*stage.needed, *stage.unneeded, *stage.unclear)]
    chosen = {need.matter.code for need in listed if need.chosen}
    assert chosen == {"QY01", "QY04", "QY05", "QY06", "QY08"}
