"""Papers that the hall has already: offered with their validity, used once, fetched by the hall itself."""

from datetime import date, timedelta
from typing import Any

import pytest

from approvals import reuse
from approvals.models import Application, ArchivePaper, Case, Material, MaterialFile, Matter
from approvals.services import check_materials, send_correction, submit_application
from approvals.services.reusing import attach_awaited, reuse_paper
from approvals.services.waiting import receive_ready
from approvals.tasks import attach_awaited as sweep
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now, pretend, today
from documents.models import Document
from documents.services import make_pending, revoke_document
from files.access import may_read
from files.models import StoredFile
from ledger.models import Entry
from tests.approvals.applying.pages import url
from tests.approvals.scene import Scene, make_scene_file
from tests.approvals.test_waiting import in_order
from tests.clients import in_english
from tests.factories.accounts import make_user
from tests.factories.documents import PERMIT, make_document
from tests.factories.enterprises import make_enterprise, make_membership
from tests.queries import statements

pytestmark = pytest.mark.django_db

LICENCE = {"code": "licence", "name": "营业执照", "name_en": "Licence", "required": True, "secondary": False}


def paper(code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"材料{code}",
        "name_en": f"Paper {code}",
        "required": True,
        "secondary": False,
        **more,
    }


def archived(scene: Scene, case: Case, **fields: Any) -> ArchivePaper:
    values = {"file": make_scene_file(scene.owner), "added_at": now(), "code": "licence", "name": "营业执照", **fields}
    return ArchivePaper.objects.create(enterprise=scene.enterprise, case=case, **values)


def certificate(case: Case, **options: Any) -> Document:
    return make_document(
        case.department, kind=PERMIT.code, subject=("approvals.case", case.pk), holder=case.enterprise.name, **options
    )


@pytest.fixture
def closed(scene: Scene) -> Case:
    """A case of another project, whose papers went into the archive; it has no licence itself."""
    return scene.delivered()


@pytest.fixture
def draft(scene: Scene) -> Application:
    return scene.draft(scene.matter(papers=[LICENCE]), skip=["licence"])


@pytest.fixture
def material(draft: Application) -> Material:
    return draft.materials.get(code="licence")


def offered(draft: Application, code: str = "licence") -> list[tuple[str, str]]:
    return [(offer.key.split("-")[0], offer.state) for offer in reuse.offers(draft)[code]]


def test_a_valid_paper_of_the_archive_is_used_as_the_same_file(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    row = archived(scene, closed, valid_until=date(2099, 5, 1))
    assert offered(draft) == [("archive", "valid")]
    for _twice in range(2):
        added = reuse_paper(actor=scene.act(scene.owner), material=material, paper=row)
    assert (added.file, added.origin, added.added_by) == (row.file, "archive", scene.owner)
    assert material.files.count() == 1
    (case,) = submit_application(actor=scene.act(scene.owner), application=draft)
    assert case.materials.get().material.files.get().file == row.file
    assert row.file is not None
    assert may_read(scene.clerk, row.file)


def test_expired_revoked_ended_and_pending_ones_can_not_be_used(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    pending, revoked = certificate(closed), certificate(closed)
    make_pending()
    revoked.refresh_from_db()
    revoke_document(actor=scene.act(scene.approver), document=revoked, reason="以欺骗手段取得")
    pending = certificate(closed)
    expired = archived(scene, closed, valid_until=today() - timedelta(days=1))
    rows = [
        expired,
        archived(scene, closed, file=None, document=revoked),
        archived(scene, closed, file=None, document=pending),
    ]  # fmt: skip
    ended = archived(scene, closed, ended_at=now())
    assert sorted(offered(draft)) == [("archive", "expired"), ("archive", "making"), ("archive", "revoked")]
    for row in [*rows, ended]:
        with pytest.raises(InvalidInput) as caught:
            reuse_paper(actor=scene.act(scene.owner), material=material, paper=row)
        assert list(caught.value.errors) == ["paper"]
    assert not material.files.exists()


def test_a_file_with_a_virus_is_not_offered_and_does_not_count_as_handed_in(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    row = archived(scene, closed, valid_until=date(2099, 5, 1))
    reuse_paper(actor=scene.act(scene.owner), material=material, paper=row)
    StoredFile.objects.filter(pk=row.file_id).update(scan_state=StoredFile.Scan.INFECTED)
    assert offered(draft) == []
    with pytest.raises(InvalidInput) as caught:
        submit_application(actor=scene.act(scene.owner), application=draft)
    assert list(caught.value.errors) == ["licence"]


def test_a_paper_expires_at_the_end_of_its_last_day(scene: Scene, closed: Case, draft: Application) -> None:
    archived(scene, closed, valid_until=today())
    assert offered(draft) == [("archive", "valid")]
    with pretend(now() + timedelta(days=1)):
        assert offered(draft) == [("archive", "expired")]


def test_papers_of_other_firms_and_for_other_materials_are_not_offered(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    foreign = ArchivePaper.objects.create(
        enterprise=make_enterprise(),
        case=closed,
        code="licence",
        name="营业执照",
        file=make_scene_file(),
        added_at=now(),
    )
    other = archived(scene, closed, code="articles")
    assert offered(draft) == []
    for row in (foreign, other):
        with pytest.raises(InvalidInput):
            reuse_paper(actor=scene.act(scene.owner), material=material, paper=row)


def test_only_who_may_hand_in_may_use(scene: Scene, closed: Case, draft: Application, material: Material) -> None:
    row = archived(scene, closed)
    with pytest.raises(NotAllowed):
        reuse_paper(actor=scene.act(make_user()), material=material, paper=row)
    scene.add_file(material)
    submit_application(actor=scene.act(scene.owner), application=draft)
    with pytest.raises(TransitionNotAllowed):
        reuse_paper(actor=scene.act(scene.owner), material=material, paper=row)


def test_a_file_of_an_earlier_application_is_offered_while_it_is_valid(scene: Scene) -> None:
    monthly = paper("licence", valid_months=6)
    first = scene.draft(scene.matter(papers=[monthly]))
    submit_application(actor=scene.act(scene.owner), application=first)
    draft = scene.draft(scene.matter(papers=[monthly]), skip=["licence"])
    assert offered(draft) == [("earlier", "valid")]
    with pretend(now() + timedelta(days=200)):
        assert offered(draft) == [("earlier", "expired")]
    earlier = MaterialFile.objects.get(material__application=first)
    added = reuse_paper(actor=scene.act(scene.owner), material=draft.materials.get(code="licence"), paper=earlier)
    assert (added.file, added.origin) == (earlier.file, "earlier")


def test_files_of_the_same_project_come_first(scene: Scene) -> None:
    project = scene.project()
    same = scene.draft(scene.matter(papers=[LICENCE]), project=project)
    other = scene.draft(scene.matter(papers=[LICENCE]))
    for application in (same, other):
        submit_application(actor=scene.act(scene.owner), application=application)
    draft = scene.draft(scene.matter(papers=[LICENCE]), project=project, skip=["licence"])
    same.refresh_from_db()
    other.refresh_from_db()
    assert [offer.number for offer in reuse.offers(draft)["licence"]] == [same.number, other.number]


@pytest.fixture
def pair(scene: Scene) -> tuple[Matter, Matter]:
    """The second wants the certificate of the first."""
    first = scene.matter(papers=[paper("map")])
    return first, scene.matter(papers=[paper("permit", from_government=True, issued_by=[first.code]), paper("map")])


def granted(scene: Scene, matter: Matter, project: Any) -> Case:
    draft = scene.draft(matter, project=project)
    (case,) = submit_application(actor=scene.act(scene.owner), application=draft)
    return scene.decided(case=case)


def test_a_certificate_of_the_hall_is_attached_by_itself(scene: Scene, pair: tuple[Matter, Matter]) -> None:
    project = scene.project()
    first = granted(scene, pair[0], project)
    issued = certificate(first)
    make_pending()
    document = Document.objects.get(pk=issued.pk)
    draft = scene.draft(pair[1], project=project, skip=["permit"])
    supply = reuse.supplies(reuse.stock_of(draft))["permit"]
    assert supply.kind == "fetched"
    submit_application(actor=scene.act(scene.owner), application=draft)
    row = draft.materials.get(code="permit").files.get()
    assert (row.file, row.document, row.origin) == (document.file, document, "certificate")


def test_a_certificate_whose_file_is_not_made_yet_follows(scene: Scene, pair: tuple[Matter, Matter]) -> None:
    project = scene.project()
    certificate(granted(scene, pair[0], project))
    draft = scene.draft(pair[1], project=project, skip=["permit"])
    submit_application(actor=scene.act(scene.owner), application=draft)
    material = draft.materials.get(code="permit")
    assert (material.awaits, material.files.count()) == ([pair[0].code], 0)
    assert sweep() == 0
    make_pending()
    assert sweep() == 1
    material.refresh_from_db()
    assert (material.awaits, material.files.get().origin) == ([], "certificate")
    assert Entry.objects.filter(act="material.fetched").count() == 1
    assert attach_awaited() == 0


def test_a_revoked_certificate_has_to_be_handed_in_anew(scene: Scene, pair: tuple[Matter, Matter]) -> None:
    project = scene.project()
    document = certificate(granted(scene, pair[0], project))
    make_pending()
    document.refresh_from_db()
    revoke_document(actor=scene.act(scene.approver), document=document, reason="依据的材料虚假")
    draft = scene.draft(pair[1], project=project, skip=["permit"])
    assert reuse.supplies(reuse.stock_of(draft)) == {}
    with pytest.raises(InvalidInput) as caught:
        submit_application(actor=scene.act(scene.owner), application=draft)
    assert list(caught.value.errors) == ["permit"]


def test_a_certificate_of_another_project_is_not_fetched(scene: Scene, pair: tuple[Matter, Matter]) -> None:
    certificate(granted(scene, pair[0], scene.project()))
    make_pending()
    draft = scene.draft(pair[1], skip=["permit"])
    assert reuse.supplies(reuse.stock_of(draft)) == {}


def test_what_is_granted_later_in_the_same_application_blocks_nothing(
    scene: Scene, pair: tuple[Matter, Matter]
) -> None:
    draft = scene.draft(*pair, skip=["permit"])
    draft.theme = in_order(scene, *pair)
    draft.save()
    page = in_english(scene.owner).get(url("materials", draft.pk))
    (card,) = [card for card in page.context["cards"] if card.material.code == "permit"]
    assert (card.supply.kind, card.missing, pair[0].name_en in card.supply.text) == ("awaited", False, True)
    first, second = submit_application(actor=scene.act(scene.owner), application=draft)
    assert second.status == Case.Status.WAITING
    material = draft.materials.get(code="permit")
    assert material.awaits == [pair[0].code]
    certificate(scene.decided(case=first))
    make_pending()
    # Received by the same sweep that beat runs; the certificate comes with it.
    receive_ready()
    assert scene.fresh(second).status == Case.Status.RECEIVED
    assert material.files.get().origin == "certificate"


def test_a_matter_does_not_wait_for_its_own_certificate(scene: Scene) -> None:
    change = scene.matter(papers=[paper("licence")])
    change.current.content["materials"][0]["issued_by"] = [change.code]
    change.current.save()
    draft = scene.draft(change, skip=["licence"])
    assert reuse.supplies(reuse.stock_of(draft)) == {}


def test_pages_offer_look_and_use(scene: Scene, closed: Case, draft: Application, material: Material) -> None:
    row = archived(scene, closed, valid_until=date(2099, 5, 1))
    archived(scene, closed, valid_until=today() - timedelta(days=1))
    client = in_english(scene.owner)
    text = client.get(url("materials", draft.pk)).content.decode()
    assert f"营业执照, valid until 2099-05-01, from {closed.number}" in text
    assert text.count(url("reuse", material.pk)) == 2  # one form: its action, and the same for the script
    assert row.file is not None
    assert row.file.get_absolute_url() in text
    answer = client.post(url("reuse", material.pk), {"paper": f"archive-{row.pk}"})
    assert answer["Location"] == f"{url('materials', draft.pk)}#material-{material.pk}"
    assert material.files.get().file == row.file
    for wrong in ("", "archive-", "archive-x", "folder-1", "archive-999999"):
        assert client.post(url("reuse", material.pk), {"paper": wrong}).status_code == 404
    assert in_english(make_user()).post(url("reuse", material.pk), {"paper": f"archive-{row.pk}"}).status_code == 404


def test_a_correction_offers_and_takes_them_too(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    scene.add_file(material)
    (case,) = submit_application(actor=scene.act(scene.owner), application=draft)
    row = case.materials.get()
    check_materials(actor=scene.act(scene.clerk), case=case, findings={row.pk: ("wrong", "已过期")})
    send_correction(actor=scene.act(scene.clerk), case=case)
    newer = archived(scene, closed, valid_until=date(2099, 5, 1))
    client, here = in_english(scene.owner), url("correct", case.number)
    (item,) = client.get(here).context["items"]
    assert ([offer.key for offer in item["card"].offers], item["done"]) == ([f"archive-{newer.pk}"], False)
    answer = client.post(url("reuse", material.pk), {"paper": f"archive-{newer.pk}", "next": here})
    assert answer["Location"] == f"{here}#material-{material.pk}"
    (entry,) = Entry.objects.filter(act="material.added")
    assert entry.data["from"] == closed.number
    assert client.post(here, {"seen": "correcting"})["Location"] == url("case", case.number)


def test_a_script_gets_the_box_or_the_reason(
    scene: Scene, closed: Case, draft: Application, material: Material
) -> None:
    good, old = archived(scene, closed), archived(scene, closed, valid_until=today() - timedelta(days=1))
    client, headers = in_english(scene.owner), {"HX-Request": "true"}
    refused = client.post(url("reuse", material.pk), {"paper": f"archive-{old.pk}"}, headers=headers)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["file"])
    answer = client.post(url("reuse", material.pk), {"paper": f"archive-{good.pk}"}, headers=headers)
    assert answer.status_code == 200
    assert "archive" in answer.content.decode()


def test_a_strangers_firm_sees_none_of_it(scene: Scene, closed: Case) -> None:
    archived(scene, closed)
    owner, firm = make_user(), make_enterprise()
    make_membership(firm, owner)
    project = scene.project(enterprise=firm)
    other = Application.objects.create(project=project, enterprise=firm, created_by=owner, created_at=now())
    matter = scene.matter(papers=[LICENCE])
    other.chosen.create(matter=matter, version=matter.current)
    assert offered(other) == []


def test_offers_cost_the_same_for_one_paper_and_for_twenty(scene: Scene, closed: Case) -> None:
    few = scene.draft(scene.matter(papers=[LICENCE]), skip=["licence"])
    codes = [f"paper-{number}" for number in range(20)]
    many = scene.draft(scene.matter(papers=[paper(code) for code in codes]), skip=codes)
    for code in codes:
        archived(scene, closed, code=code)
    one = statements(lambda: reuse.offers(few))
    assert statements(lambda: reuse.offers(many)) == one
    assert sum(len(found) for found in reuse.offers(many).values()) == 20
