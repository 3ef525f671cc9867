"""The verification page in a real browser: a valid paper, an altered file, a revoked paper; and the pages around."""

from pathlib import Path
from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Role, User
from documents import access
from documents.models import Document
from documents.services import make_pending, revoke_document
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.documents import make_document
from tests.fixtures_browser import by_menu, sign_in
from tests.journeys.test_accessibility import look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(access, "_rules", {})
    access.register("accounts.user", lambda asking: User.objects.filter(pk=asking.pk))
    return make_user("holder", password="secret")


@pytest.fixture
def document(owner: User) -> Document:
    issued = make_document(make_department(mark="经开行审", name="行政审批局"), subject=("accounts.user", owner.pk))
    make_pending()
    return Document.objects.get(pk=issued.pk)


def says(page: Any, *words: str) -> None:
    for word in words:
        page.get_by_text(word, exact=True).first.wait_for()


def test_paper_is_verified_altered_and_revoked(
    document: Document, page: Any, live_server: Any, screenshot: Any, tmp_path: Path
) -> None:
    with document.file.file.open("rb") as stream:
        content = stream.read()
    mine, altered = tmp_path / "mine.pdf", tmp_path / "altered.pdf"
    mine.write_bytes(content)
    altered.write_bytes(content.replace(b"%PDF-1.7", b"%PDF-1.6"))

    page.goto(live_server.url)
    page.get_by_role("link", name="文书核验").first.click()
    page.fill("input[name=number]", document.number.replace("〔", "(").replace("〕", ")"))
    page.fill("input[name=code]", "ABCD-ABCD-ABCD")
    screenshot(page, "verify-start")
    page.get_by_role("button", name="核验").click()
    says(page, "本大厅没有出具过这份文书")
    screenshot(page, "verify-not-found")

    page.fill("input[name=code]", document.shown_code.lower())
    page.get_by_role("button", name="核验").click()
    says(page, "有效", document.number, document.sha256)
    screenshot(page, "verify-valid")

    page.set_input_files("input[name=file]", mine)
    page.get_by_role("button", name="比对").click()
    says(page, "与原件一致", "有效")
    page.set_input_files("input[name=file]", altered)
    page.get_by_role("button", name="比对").click()
    says(page, "与原件不符", "有效")
    screenshot(page, "verify-altered")

    revoke_document(actor=Actor.system(), document=document, reason="申请人隐瞒真实情况")
    page.goto(f"{live_server.url}/verify/{document.verify_code}/")
    says(page, "已撤销")
    assert "申请人隐瞒真实情况" in page.inner_text("main")
    screenshot(page, "verify-revoked")
    addresses = ("/verify/", f"/verify/{document.verify_code}/")
    assert look_at(page, *(f"{live_server.url}{address}" for address in addresses)) == []


def test_waiting_page_turns_into_the_paper_by_itself(owner: User, page: Any, live_server: Any, screenshot: Any) -> None:
    document = make_document(make_department(mark="经开行审", name="行政审批局"), subject=("accounts.user", owner.pk))
    sign_in(page, live_server.url, "holder", "secret")
    page.goto(f"{live_server.url}/documents/{document.pk}/")
    says(page, "文件正在生成，编号已经生效。")
    screenshot(page, "document-waiting")
    make_pending()
    picture = page.locator("img.paper-page").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1191
    screenshot(page, "document")
    assert look_at(page, page.url) == []


def test_administrator_mends_a_template(transactional_db: None, page: Any, live_server: Any, screenshot: Any) -> None:
    make_document(data={"paragraphs": ["𠮷"]})
    make_pending()
    administrator = make_user("administrator", password="secret")
    make_post(administrator, make_department(), Role.ADMINISTRATOR)
    sign_in(page, live_server.url, "administrator", "secret")
    by_menu(page, "/documents/templates/")
    screenshot(page, "templates")
    page.get_by_role("link", name="查看原因并重试").click()
    screenshot(page, "templates-failed")
    page.goto(f"{live_server.url}/documents/templates/acceptance/")
    source = page.input_value("textarea[name=source]")
    page.fill("textarea[name=source]", source + "\n#say(\n")
    page.get_by_role("button", name="预览").click()
    page.locator(".template-mistake").wait_for()
    screenshot(page, "template-mistake")
    page.fill("textarea[name=source]", source.replace("特此通知。", "特此通知，请知悉。"))
    page.fill("input[name=note]", "措辞")
    page.get_by_role("button", name="发布为新版本").click()
    says(page, "第2版自现在起启用。")
    screenshot(page, "template")
    page.goto(f"{live_server.url}/documents/templates/acceptance/versions/2/")
    screenshot(page, "template-version")
    addresses = ("", "acceptance/", "acceptance/versions/2/")
    found = look_at(page, *(f"{live_server.url}/documents/templates/{address}" for address in addresses))
    assert found + look_at(page, f"{live_server.url}/documents/failed/") == []
