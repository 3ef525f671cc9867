"""Drafts and publishing: two editors, doubles, older versions, what running cases keep, what the ledger has."""

import copy
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Role
from approvals.editing import selectors, services
from approvals.editing.selectors import MATTER, THEME
from approvals.models import CatalogueDraft, Matter, Origin, Theme
from approvals.services.catalogue import load_catalogue
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from ledger.models import Entry
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(catalogue: None, act: Actor) -> CatalogueDraft:
    return services.start_draft(actor=act, subject=MATTER, code="GC01")


def with_days(draft: CatalogueDraft, promised: int) -> dict[str, Any]:
    content = copy.deepcopy(draft.content)
    content["limits"]["decision"]["promised"] = promised
    return content


def save(act: Actor, draft: CatalogueDraft, content: dict[str, Any], revision: int = 1) -> CatalogueDraft:
    return services.save_draft(actor=act, draft_id=draft.pk, revision=revision, content=content, section="limits")


def publish(act: Actor, draft: CatalogueDraft, *, against: int = 1, note: str = "提速") -> Any:
    revision = CatalogueDraft.objects.get(pk=draft.pk).revision
    return services.publish_draft(actor=act, draft_id=draft.pk, revision=revision, against=against, note=note)


def acts(*subjects: str) -> list[str]:
    return list(Entry.objects.filter(subject_type__in=subjects).order_by("id").values_list("act", flat=True))


def test_a_published_draft_is_a_new_version_in_force_and_the_draft_goes(act, draft):
    save(act, draft, with_days(draft, 9))
    version = publish(act, draft)
    matter = Matter.objects.get(code="GC01")
    assert (matter.current, version.number, version.origin, version.note) == (version, 2, Origin.SCREEN, "提速")
    assert (version.created_by, version.limits["decision"]["promised"]) == (act.user, 9)
    assert not CatalogueDraft.objects.exists()
    assert acts("approvals.cataloguedraft") == [
        "catalogue.draft_started", "catalogue.draft_saved", "catalogue.draft_published",
    ]  # fmt: skip
    assert acts("approvals.matter") == ["matter.published"]


def test_the_second_publisher_is_told_that_the_draft_is_gone(act, draft):
    save(act, draft, with_days(draft, 9))
    publish(act, draft)
    with pytest.raises(Stale):
        services.publish_draft(actor=act, draft_id=draft.pk, revision=2, against=1, note="again")
    assert Matter.objects.get(code="GC01").versions.count() == 2


def test_the_second_editor_is_told_who_saved(act, draft):
    save(act, draft, with_days(draft, 9))
    with pytest.raises(Stale, match="王编辑"):
        save(act, draft, with_days(draft, 8), revision=1)
    assert CatalogueDraft.objects.get().content["limits"]["decision"]["promised"] == 9


def test_saving_the_same_again_is_no_new_revision(act, draft):
    assert save(act, draft, draft.content).revision == 1


def test_one_draft_for_each_thing(act, draft):
    with pytest.raises(TransitionNotAllowed, match="王编辑"):
        services.start_draft(actor=act, subject=MATTER, code="GC01", number=1)
    assert CatalogueDraft.objects.count() == 1


def test_what_came_into_force_in_the_meantime_must_be_seen_first(act, draft):
    save(act, draft, with_days(draft, 9))
    with pytest.raises(Stale):
        publish(act, draft, against=0)
    assert Matter.objects.get(code="GC01").current.number == 1


@pytest.mark.parametrize("note", ["", "  \n ", "x" * 301])
def test_publishing_needs_a_note(act, draft, note):
    save(act, draft, with_days(draft, 9))
    with pytest.raises(InvalidInput) as refused:
        publish(act, draft, note=note)
    assert list(refused.value.errors) == ["note"]


def test_a_draft_that_changes_nothing_or_is_wrong_is_not_published(act, draft):
    with pytest.raises(InvalidInput, match="没有任何修改"):
        publish(act, draft)
    save(act, draft, with_days(draft, 99))
    with pytest.raises(InvalidInput, match="承诺的 99 超过法定的 20"):
        publish(act, draft)


def test_back_to_an_older_version_is_a_draft_of_it(act, draft):
    save(act, draft, with_days(draft, 9))
    publish(act, draft)
    again = services.start_draft(actor=act, subject=MATTER, code="GC01", number=1)
    assert (again.content, again.based_on) == (draft.content, 2)
    version = publish(act, again, against=2, note="恢复")
    # The same content is the same version, in force once more.
    assert (version.number, Matter.objects.get(code="GC01").current.number) == (1, 1)


def test_discarding_leaves_what_is_in_force(act, draft):
    services.discard_draft(actor=act, draft_id=draft.pk, revision=1)
    assert not CatalogueDraft.objects.exists()
    assert Matter.objects.get(code="GC01").versions.count() == 1
    assert acts("approvals.cataloguedraft")[-1] == "catalogue.draft_discarded"


def test_only_administrators(catalogue, draft):
    clerk = make_user()
    make_post(clerk, make_department(), Role.CLERK)
    for actor in (Actor(clerk), Actor.system()):
        with pytest.raises(NotAllowed):
            services.start_draft(actor=actor, subject=MATTER, code="LX01")
        with pytest.raises(NotAllowed):
            services.start_new(actor=actor, subject=MATTER, code="LX08", name="x")
        with pytest.raises(NotAllowed):
            save(actor, draft, with_days(draft, 9))
        with pytest.raises(NotAllowed):
            publish(actor, draft)
        with pytest.raises(NotAllowed):
            services.discard_draft(actor=actor, draft_id=draft.pk, revision=1)
        with pytest.raises(NotAllowed):
            services.set_offered(actor=actor, subject=MATTER, code="GC01", offered=False, seen=True)


@pytest.mark.parametrize(
    ("code", "name", "field"),
    [("XX01", "名", "code"), ("LX1", "名", "code"), ("GC01", "名", "code"), ("LX88", "  ", "name")],
)
def test_a_new_matter_needs_a_free_code_and_a_name(act, catalogue, code, name, field):
    with pytest.raises(InvalidInput) as refused:
        services.start_new(actor=act, subject=MATTER, code=code, name=name)
    assert list(refused.value.errors) == [field]


def test_a_copy_becomes_a_matter_of_its_own(act, catalogue):
    draft = services.start_new(actor=act, subject=MATTER, code="gc88", name="新许可", copy_of="GC01")
    content = copy.deepcopy(draft.content)
    assert (draft.code, content["code"], content["name"]) == ("GC88", "GC88", "新许可")
    with pytest.raises(InvalidInput, match="尚未填写"):
        publish(act, draft, against=0, note="新增")
    save(act, draft, {**content, "name_en": "New permit"})
    version = publish(act, draft, against=0, note="新增")
    assert (version.matter.code, version.number, version.matter.is_active) == ("GC88", 1, True)
    load_catalogue()
    assert Matter.objects.get(code="GC88").is_active


def test_retired_stays_retired_when_the_files_are_loaded_again(act, catalogue):
    services.set_offered(actor=act, subject=MATTER, code="GC01", offered=False, seen=True)
    with pytest.raises(Stale):
        services.set_offered(actor=act, subject=MATTER, code="GC01", offered=False, seen=True)
    load_catalogue()
    assert not Matter.objects.get(code="GC01").is_active
    services.set_offered(actor=act, subject=MATTER, code="GC01", offered=True, seen=False)
    assert Matter.objects.get(code="GC01").is_active
    assert acts("approvals.matter") == ["matter.retired", "matter.offered"]


def test_publishing_what_is_retired_does_not_offer_it_again(act, draft):
    services.set_offered(actor=act, subject=MATTER, code="GC01", offered=False, seen=True)
    save(act, draft, with_days(draft, 9))
    publish(act, draft)
    matter = Matter.objects.get(code="GC01")
    assert (matter.current.number, matter.is_active) == (2, False)


def test_a_retired_theme_stays_retired_when_it_is_published(act, catalogue):
    services.set_offered(actor=act, subject=THEME, code="industrial-new", offered=False, seen=True)
    draft = theme_draft(act)
    save(act, draft, {**draft.content, "name": "工业项目"})
    publish(act, draft)
    theme = Theme.objects.get(code="industrial-new")
    assert (theme.name, theme.current.number, theme.is_active) == ("工业项目", 2, False)


def theme_draft(act: Actor) -> CatalogueDraft:
    return services.start_draft(actor=act, subject=THEME, code="industrial-new")


def test_a_theme_is_published_the_same_way(act, catalogue):
    draft = theme_draft(act)
    content = copy.deepcopy(draft.content)
    content["matters"] = content["matters"][:3]
    save(act, draft, content)
    version = publish(act, draft, note="精简")
    assert Theme.objects.get(code="industrial-new").current == version
    assert [item["code"] for item in version.content["matters"]] == ["LX01", "LX02", "LX07"]
    assert acts("approvals.theme") == ["theme.published"]


def test_a_loop_of_a_theme_is_named_and_so_is_a_matter_that_is_gone(act, catalogue):
    draft = theme_draft(act)
    content = copy.deepcopy(draft.content)
    content["matters"][0]["after"] = ["SG01"]
    problems, entry = selectors.desk().check(THEME, content)
    assert entry is None
    (loop,) = problems
    assert loop.section == "matters"
    assert loop.text.startswith("互为前置，形成循环：")
    assert {"LX01", "SG01"} <= set(loop.text.partition("：")[2].split(" → "))
    content["matters"][0] = {"code": "LX77", "after": [], "overlap": []}
    assert any("LX77" in problem.text for problem in selectors.desk().check(THEME, content)[0])


def test_huge_content_is_refused_at_its_field(act, draft):
    content = copy.deepcopy(draft.content)
    content["conditions"] = [{"text": "长" * 2001, "text_en": "x"}]
    (problem,) = selectors.desk().check(MATTER, content)[0]
    assert (problem.section, problem.list, problem.index, problem.field) == ("conditions", "conditions", 0, "text")
    assert problem.text == "超过 2000 个字符"
