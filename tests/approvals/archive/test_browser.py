"""The archive in a real browser: from the menu to the folder and the zip; the pages looked at in both widths."""

import json
import zipfile
from typing import Any

import pytest

from approvals.models import ArchiveFolder, Delivery
from tests.approvals.archive.conftest import archived, collected, real_files
from tests.approvals.scene import Scene, make_scene
from tests.fixtures_browser import by_menu, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    scene = make_scene()
    for user in (scene.clerk, scene.owner):
        user.set_password("secret")
        user.save()
    return scene


def test_the_clerk_opens_a_folder_from_the_menu_and_downloads_it(
    hall: Scene, page: Any, live_server: Any, screenshot: Any, tmp_path: Any
) -> None:
    case = hall.delivered()
    real_files(case)
    folder = archived(case)
    unsigned = collected(hall)
    Delivery.objects.filter(case=unsigned).update(signature=None)
    archived(unsigned)
    sign_in(page, live_server.url, hall.clerk.username, "secret")
    page.goto(f"{live_server.url}/desk/")
    by_menu(page, "/archive/")
    page.wait_for_url("**/archive/")
    screenshot(page, "archive-list")
    page.locator(f'a[href="/archive/{folder.number}/"]').click()
    page.wait_for_url(f"**/archive/{folder.number}/")
    screenshot(page, "archive-folder")
    # A sheet of paper holds the whole digests and no buttons.
    page.emulate_media(media="print")
    assert page.locator("td .digest-full").first.is_visible()
    assert not page.locator('form[action$="/check/"] button').is_visible()
    screenshot(page, "archive-print")
    page.emulate_media(media="screen")
    page.locator('form[action$="/check/"] button').click()
    page.wait_for_selector(".alert-box, .alert-green")
    screenshot(page, "archive-checked")
    page.locator(f'a[href="/archive/{folder.number}.zip"]').click()
    page.wait_for_selector('form[action$=".zip"]')
    screenshot(page, "archive-export")
    with page.expect_download() as download:
        page.locator('form[action$=".zip"] button').click()
    target = tmp_path / "folder.zip"
    download.value.save_as(target)
    assert download.value.suggested_filename.startswith(f"{folder.number}-企业档案-")
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("manifest.json"))["files"]) == len(folder.items)
        archive.extractall(tmp_path / "zip")
    page.goto(f"file://{tmp_path / 'zip' / 'index.html'}")
    screenshot(page, "archive-offline")
    incomplete = ArchiveFolder.objects.get(completed_at=None)
    page.goto(f"{live_server.url}/archive/{incomplete.number}/")
    screenshot(page, "archive-incomplete")
    page.goto(f"{live_server.url}/enterprises/{hall.enterprise.pk}/archive/")
    screenshot(page, "archive-firm")
