"""Templates on the screen: for administrators, from their menu to a published version."""

import pytest

from accounts.actors import Actor
from accounts.models import Role
from documents.models import Document, TemplateVersion
from documents.services import make_pending, publish_template
from documents.services.templates import current_versions
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.documents import make_document
from tests.queries import statements

pytestmark = pytest.mark.django_db
PAGE = "/documents/templates/acceptance/"


@pytest.fixture
def administrator(client):
    user = make_user()
    make_post(user, make_department(), Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def fields(**options):
    version = current_versions()["acceptance"]
    return {"source": version.source, "seen": version.number, "note": "", "sample": "", "act": "preview", **options}


ADDRESSES = ("/documents/templates/", PAGE, f"{PAGE}versions/1/", "/documents/failed/")


@pytest.mark.parametrize("role", [Role.CLERK, Role.DIRECTOR, None])
def test_only_administrators_come_here(client, role):
    user = make_user()
    if role:
        make_post(user, make_department(), role)
    client.force_login(user)
    assert [client.get(address).status_code for address in ADDRESSES] == [403] * 4
    assert client.post(PAGE, fields(act="publish")).status_code == 403
    assert client.post("/documents/failed/retry/").status_code == 403


def test_administrator_gets_there_from_the_menu(client, administrator):
    home = client.get("/", follow=True).content.decode()
    assert 'href="/documents/templates/"' in home
    assert [client.get(address).status_code for address in ADDRESSES] == [200] * 4


def test_list_costs_the_same_for_one_and_many_documents(client, administrator):
    make_document()
    once = statements(lambda: client.get("/documents/templates/"))
    for _turn in range(4):
        make_document()
    assert statements(lambda: client.get("/documents/templates/")) == once
    lines = {line.template.code: line for line in client.get("/documents/templates/").context["lines"]}
    assert (lines["acceptance"].documents, lines["mandate"].documents) == (5, 0)
    assert "受理通知书" in lines["acceptance"].kinds


def test_preview_shows_pages_that_say_that_they_are_none(client, administrator):
    page = client.get(PAGE)
    assert (len(page.context["preview"].pages), page.context["preview"].mistakes) == (1, [])
    page = client.post(PAGE, fields(sample="tests.notice"))
    assert len(page.context["preview"].pages) == 1
    assert TemplateVersion.objects.filter(template__code="acceptance").count() == 1


def test_shared_part_is_previewed_in_a_paper_that_uses_it(client, administrator):
    assert len(client.get("/documents/templates/base/").context["preview"].pages) == 1


def test_mistake_is_shown_at_its_line(client, administrator):
    page = client.post(PAGE, fields(source='#import "base.typ": *\n一\n#say(\n二'))
    (shown,) = page.context["preview"].mistakes
    assert (shown.mistake.line, shown.mistake.message) == (3, "unclosed delimiter")
    assert shown.lines == [(1, '#import "base.typ": *', False), (2, "一", False), (3, "#say(", True), (4, "二", False)]
    assert "第3行" in page.content.decode()


def test_source_that_reads_files_is_told_so(client, administrator):
    page = client.post(PAGE, fields(source='#read("../../etc/passwd")'))
    assert "would escape the project root" in page.content.decode()


def test_publishing_makes_a_version_that_the_next_paper_uses(client, administrator):
    source = fields()["source"].replace("特此通知。", "特此通知，请知悉。")
    page = client.post(PAGE, fields(act="publish", source=source.replace("\n", "\r\n"), note="更客气"), follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    version = current_versions()["acceptance"]
    assert (version.number, version.source, version.note, version.made_by) == (2, source, "更客气", administrator)
    assert make_document().template_version == version
    shown = client.get(f"{PAGE}versions/2/")
    changed = [(line.sign, line.text) for line in shown.context["lines"] if line.sign in "+-"]
    assert changed == [
        ("-", '  closing-default: "特此通知。",'),
        ("+", '  closing-default: "特此通知，请知悉。",'),
    ]
    assert "更客气" in client.get(PAGE).content.decode()


def test_what_is_refused_stays_in_the_form(client, administrator):
    page = client.post(PAGE, fields(act="publish", source="只有文字"))
    assert (page.status_code, page.context["form"]["source"].value()) == (200, "只有文字")
    assert "没有显示" in page.content.decode()
    assert client.post(PAGE, fields(act="publish")).context["form"].errors


def test_somebody_else_published_meanwhile(client, administrator):
    opened = fields(act="publish", source=fields()["source"] + "// 我\n")
    template = current_versions()["acceptance"].template
    source = fields()["source"] + "// 他\n"
    publish_template(actor=Actor(administrator), template=template, source=source, note="", seen=1)
    page = client.post(PAGE, opened)
    assert page.context["form"].errors
    assert current_versions()["acceptance"].number == 2


def test_editing_may_begin_from_an_older_version_or_the_file(client, administrator):
    first = fields()["source"]
    template = current_versions()["acceptance"].template
    publish_template(actor=Actor(administrator), template=template, source=first + "// 新\n", note="", seen=1)
    assert client.get(PAGE).context["form"]["source"].value() == first + "// 新\n"
    for choice in ("1", "file"):
        page = client.get(PAGE, {"from": choice})
        assert (page.context["form"]["source"].value(), page.context["form"]["seen"].value()) == (first, 2)
    for nonsense in ("0", "x", "99999999999999999999"):
        assert client.get(PAGE, {"from": nonsense}).status_code == 200
    assert "本版本文件内容不同" in client.get("/documents/templates/").content.decode()


def test_failed_papers_are_listed_with_their_reason_and_tried_again(client, administrator):
    make_document(data={"paragraphs": ["𠮷"]})
    make_pending()
    assert "1份文书未能生成" in client.get("/documents/templates/").content.decode()
    assert "𠮷（U+20BB7）" in client.get("/documents/failed/").content.decode()
    assert client.post("/documents/failed/retry/").headers["location"] == "/documents/failed/"
    document = Document.objects.get()
    assert (document.status, document.attempts) == ("pending", 0)
