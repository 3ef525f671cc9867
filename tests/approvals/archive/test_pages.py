"""The archive's pages: who sees what, filters, constant queries, the way from the menu and the case."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from approvals.archive.reading import SHORT
from approvals.models import ArchiveFolder, ArchivePaper, Delivery
from common.time import now, today
from files.models import StoredFile
from ledger.selectors import timeline
from tests.approvals.archive.conftest import archived, collected
from tests.approvals.scene import Scene
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership
from tests.factories.files import make_upload
from tests.queries import statements

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_clerk_comes_from_the_menu(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    client.force_login(scene.clerk)
    assert 'href="/archive/"' in text_of(client, "/desk/")
    page = text_of(client, "/archive/")
    assert folder.number in page
    assert f'href="/archive/{folder.number}/"' in page
    index = text_of(client, f"/archive/{folder.number}/")
    for item in folder.items:
        assert item["title"] in index
        assert item["sha256"] in index
        # Read aloud: how the digest begins, in words, rather than nothing or 64 characters.
        assert f'</span>{item["sha256"][:SHORT]}<span aria-hidden="true">…</span>' in index
    assert "《机关文件材料归档范围和文书档案保管期限规定》" in index
    assert f'href="/files/{folder.items[0]["file"]}/view/"' in index


@pytest.mark.parametrize("role", [Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR])
def test_leaders_and_supervision_see_all(scene: Scene, folder: ArchiveFolder, client: Client, role: str) -> None:
    user = make_user()
    make_post(user, scene.window, role)
    client.force_login(user)
    assert folder.number in text_of(client, "/archive/")


def test_a_head_sees_what_he_answers_for(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    client.force_login(scene.head)
    assert folder.number in text_of(client, "/archive/")
    other = make_user()
    make_post(other, scene.departments["city"], Role.HEAD)
    client.force_login(other)
    assert folder.number not in text_of(client, "/archive/")
    text_of(client, f"/archive/{folder.number}/", 404)


def test_nobody_else_searches_the_archive(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    for user in (scene.owner, scene.reviewer):
        client.force_login(user)
        text_of(client, "/archive/", 403)
        assert 'href="/archive/"' not in text_of(client, "/notices/") if user is scene.owner else True
    text_of(client, f"/archive/{folder.number}/")  # the reviewer sees the case, so its folder too
    stranger = make_user()
    make_membership(make_enterprise(), stranger)
    client.force_login(stranger)
    text_of(client, f"/archive/{folder.number}/", 404)
    text_of(client, f"/enterprises/{scene.enterprise.pk}/archive/", 404)
    assert client.post(f"/archive/{folder.number}/check/").status_code == 404


def test_filters(scene: Scene, client: Client) -> None:
    permit, filing, gone = (
        archived(scene.delivered(kind="permit")), archived(collected(scene, kind="filing")), archived(scene.withdrawn())
    )  # fmt: skip
    ArchiveFolder.objects.filter(pk=gone.pk).update(
        completed_at=None, next_look_at=now(), closed_at=now() - timedelta(days=400)
    )
    client.force_login(scene.clerk)

    def found(query: str) -> set[int]:
        return {row.pk for row in client.get(f"/archive/?{query}").context["page_obj"]}

    assert found("") == {permit.pk, filing.pk, gone.pk}
    assert found("state=incomplete") == {gone.pk}
    assert found("state=complete") == {permit.pk, filing.pk}
    assert found("keep=permanent") == {permit.pk}
    assert found("keep=30") == {filing.pk}
    assert found(f"year={today().year}") == {permit.pk, filing.pk}
    assert found(f"q={gone.number}") == {gone.pk}
    assert found(f"q={filing.case.number}") == {filing.pk}
    assert found(f"q={scene.enterprise.credit_code}") == {permit.pk, filing.pk, gone.pk}
    assert found(f"q={permit.case.matter.name}&state=complete") == {permit.pk}
    assert found("q=没有这样的") == set()
    assert found("keep=7&year=x") == {permit.pk, filing.pk, gone.pk}


def test_lists_take_as_many_queries_for_many(scene: Scene, client: Client) -> None:
    archived(scene.delivered())
    client.force_login(scene.clerk)
    pages = ("/archive/", f"/enterprises/{scene.enterprise.pk}/archive/")
    for page in pages:
        client.get(page)
    before = [statements(lambda page=page: client.get(page)) for page in pages]
    for _ in range(4):
        archived(scene.delivered())
    assert [statements(lambda page=page: client.get(page)) for page in pages] == before


def test_an_index_takes_as_many_queries_for_many(scene: Scene, client: Client) -> None:
    short = archived(scene.not_accepted())
    long = archived(collected(scene))
    client.force_login(scene.clerk)
    client.get(f"/archive/{short.number}/")
    counts = [statements(lambda one=one: client.get(f"/archive/{one.number}/")) for one in (short, long)]
    assert counts[0] == counts[1]


def test_the_firm_comes_from_its_own_pages(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    client.force_login(scene.owner)
    address = f"/enterprises/{scene.enterprise.pk}/archive/"
    assert f'href="{address}"' in text_of(client, f"/enterprises/{scene.enterprise.pk}/")
    assert f'href="{address}"' in text_of(client, "/my/")
    page = text_of(client, address)
    assert folder.number in page
    assert f'href="/enterprises/{scene.enterprise.pk}/archive.zip"' in page
    assert "用地证明" in page
    case = text_of(client, f"/cases/{folder.case.number}/")
    assert f'href="/archive/{folder.number}/"' in case
    index = text_of(client, f"/archive/{folder.number}/")
    assert "/check/" not in index


def test_an_agent_sees_it_within_the_mandate_and_exports_nothing(
    scene: Scene, folder: ArchiveFolder, client: Client
) -> None:
    agent = make_user()
    make_post(agent, scene.window, Role.AGENT)
    mandate = make_mandate(scene.enterprise, agent, scene.owner)
    client.force_login(agent)
    page = text_of(client, f"/enterprises/{scene.enterprise.pk}/archive/")
    assert folder.number in page
    assert "archive.zip" not in page
    mandate.revoked_at = now()
    mandate.revoked_by = scene.owner
    mandate.save()
    assert folder.number not in client.get(f"/enterprises/{scene.enterprise.pk}/archive/").content.decode()


def test_papers_say_how_long_they_hold(scene: Scene, folder: ArchiveFolder, client: Client) -> None:
    ArchivePaper.objects.filter(code="land-title").update(valid_until=today() - timedelta(days=1))
    ArchivePaper.objects.filter(code="funding").update(valid_until=today())
    client.force_login(scene.owner)
    rows = client.get(f"/enterprises/{scene.enterprise.pk}/archive/").context["papers"]
    assert {one.paper.code: one.state for one in rows} == {"land-title": "expired", "funding": "valid"}


def test_an_incomplete_folder_says_what_is_missing(scene: Scene, client: Client) -> None:
    folder = archived(scene.delivered())
    ArchiveFolder.objects.filter(pk=folder.pk).update(
        completed_at=None, next_look_at=now(), missing=[{"what": "signature", "name": "", "name_en": ""},
                                                        {"what": "material", "name": "用地证明", "name_en": "x"}],
    )  # fmt: skip
    client.force_login(scene.clerk)
    page = text_of(client, f"/archive/{folder.number}/")
    assert "签收人签名" in page
    assert "申请材料：用地证明" in page
    assert "?state=incomplete" in text_of(client, "/archive/")


def test_a_case_that_waits_for_its_folder_says_so(scene: Scene, client: Client) -> None:
    case = scene.delivered()
    client.force_login(scene.clerk)
    assert "归档" in text_of(client, f"/desk/cases/{case.number}/")


def test_the_clerk_scans_the_signature_in_afterwards(scene: Scene, client: Client) -> None:
    case = collected(scene)
    Delivery.objects.filter(case=case).update(signature=None)
    folder = archived(case)
    address = f"/archive/{folder.number}/signature/"
    client.force_login(scene.owner)
    assert address not in text_of(client, f"/archive/{folder.number}/")
    assert client.post(address, {"file": make_upload("签名.pdf")}).status_code == 404
    client.force_login(scene.clerk)
    assert address in text_of(client, f"/archive/{folder.number}/")
    assert client.post(address, {"file": make_upload("签名.pdf", b"no pdf")}).status_code == 400
    assert client.post(address, {"file": make_upload("签名.pdf")}).status_code == 302
    folder.refresh_from_db()
    assert (folder.is_complete, folder.items[-1]["name"]) == (True, "签名.pdf")
    assert timeline(case).get(act="case.signature_added").actor == scene.clerk
    # Never once it is complete.
    assert client.post(address, {"file": make_upload("签名.pdf")}).status_code == 400
    assert StoredFile.objects.filter(name="签名.pdf").count() == 2
