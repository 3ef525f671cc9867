"""The viewer, the pictures behind it and the list that leads to it."""

import re
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from files import access, presenting, previewing
from files.models import StoredFile
from tests.clients import signed_in
from tests.factories.accounts import make_user
from tests.factories.files import DOCX, make_file, make_pdf, make_picture
from tests.queries import statements

pytestmark = pytest.mark.django_db


def make_drawn(user: User, name: str = "方案.pdf", content: bytes = b"") -> StoredFile:
    stored = make_file(user, name, content or make_pdf(3))
    previewing.make_previews(stored.pk)
    return StoredFile.objects.get(pk=stored.pk)


def test_a_picture_is_given_to_whoever_may_read_the_file_and_revalidated_each_time() -> None:
    user = make_user()
    stored = make_drawn(user)
    client = signed_in(user)
    answer = client.get(f"/files/{stored.pk}/preview/2/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-cache", "nosniff")
    assert b"".join(answer.streaming_content)[:4] == b"RIFF"
    again = client.get(f"/files/{stored.pk}/preview/2/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


ADDRESSES = ("", "view/", "thumbnail/", "preview/1/", "head/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gets_404_at_every_address_of_a_file(address: str) -> None:
    stored = make_drawn(make_user())
    client = signed_in(make_user())
    assert client.get(f"/files/{stored.pk}/{address}").status_code == 404
    assert client.get(f"/files/{uuid4()}/{address}").status_code == 404
    signed_out = Client().get(f"/files/{stored.pk}/{address}")
    assert (signed_out.status_code, signed_out["Location"][:16]) == (302, "/accounts/login/")


def test_a_picture_seen_before_is_not_confirmed_to_somebody_who_has_lost_the_right() -> None:
    user, other = make_user(), make_user()
    stored = make_drawn(user)
    allowed = [other.pk]
    rule = access.register(lambda reader, _stored: reader.pk in allowed)
    try:
        client = signed_in(other)
        answer = client.get(f"/files/{stored.pk}/thumbnail/")
        assert b"".join(answer.streaming_content)[:4] == b"RIFF"
        allowed.clear()
        again = client.get(f"/files/{stored.pk}/thumbnail/", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 404
    finally:
        access._rules.remove(rule)


@pytest.mark.parametrize("number", ["0", "4", "99999999999999999999"])
def test_pages_that_are_not_there_are_404(number: str) -> None:
    user = make_user()
    assert signed_in(user).get(f"/files/{make_drawn(user).pk}/preview/{number}/").status_code == 404


def test_the_viewer_shows_all_pages_lazily_with_their_sizes() -> None:
    user = make_user()
    stored = make_drawn(user)
    text = signed_in(user).get(stored.view_url).content.decode()
    images = re.findall(r'<img src="(/files/[^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)"( loading="lazy")?', text)
    assert images == [
        (f"/files/{stored.pk}/preview/{n}/", "1240", "1755", f"第 {n} 页，共 3 页", "" if n == 1 else ' loading="lazy"')
        for n in (1, 2, 3)
    ]
    assert "style=" not in text
    assert f'href="{stored.get_absolute_url()}"' in text


@pytest.mark.parametrize(("asked", "shown"), [("", "100"), ("150", "150"), ("151", "100"), ("x", "100"), ("50", "50")])
def test_zoom_is_an_address_and_takes_only_its_steps(asked: str, shown: str) -> None:
    user = make_user()
    text = signed_in(user).get(f"{make_drawn(user).view_url}?zoom={asked}").content.decode()
    assert f'class="viewer viewer-{shown}"' in text


def test_a_dialog_gets_the_inside_alone() -> None:
    user = make_user()
    answer = signed_in(user).get(make_drawn(user).view_url, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "HX-Request" in answer["Vary"]
    assert "<html" not in text
    assert "在单独页面打开" in text


def test_a_type_without_preview_offers_the_download() -> None:
    user = make_user()
    stored = make_file(user, "a.docx", DOCX)
    text = signed_in(user).get(stored.view_url).content.decode()
    assert "此类文件不支持预览" in text
    assert f'href="{stored.get_absolute_url()}"' in text


def test_a_preview_being_made_asks_again_by_itself_until_it_is_there() -> None:
    user = make_user()
    stored = make_file(user, "a.png", make_picture())
    client = signed_in(user)
    text = client.get(stored.view_url).content.decode()
    assert "正在生成预览" in text
    (address,) = re.findall(r'hx-get="([^"]+)" hx-trigger="load delay:1s"', text)
    later = client.get(address.replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert "load delay:2s" in later
    previewing.make_previews(stored.pk)
    done = client.get(address.replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert f'src="/files/{stored.pk}/preview/1/"' in done
    assert "hx-get" not in done


def test_a_preview_that_failed_says_why_and_offers_the_browser() -> None:
    user = make_user()
    text = signed_in(user).get(make_drawn(user, "a.pdf", b"%PDF-1.4 nothing").view_url).content.decode()
    assert "文件已损坏" in text
    assert "?inline=1" in text


def test_pages_left_out_are_said() -> None:
    user = make_user()
    stored = make_drawn(user)
    StoredFile.objects.filter(pk=stored.pk).update(page_count=70)
    text = signed_in(user).get(stored.view_url).content.decode()
    assert "其余 67 页请下载文件查看" in text


def test_the_list_shows_a_thumbnail_that_leads_to_the_viewer() -> None:
    user = make_user()
    stored = make_drawn(user)
    text = render_to_string("components/file_list.html", {"files": [presenting.item(stored, user)]})
    assert f'src="/files/{stored.pk}/thumbnail/"' in text
    assert text.count(f'href="{stored.view_url}"') == 2
    assert f'data-dialog-url="{stored.view_url}"' in text
    assert "hx-get" not in text


def test_the_list_asks_while_a_preview_is_made_and_stops_in_the_end() -> None:
    user = make_user()
    stored = make_file(user, "a.png", make_picture())
    client = signed_in(user)
    address, asked = presenting.item(stored, user)["poll_url"], 0
    while address:
        text = client.get(address).content.decode()
        found = re.findall(r'hx-get="([^"]+)"', text)
        address, asked = (found[0] if found else ""), asked + 1
    assert asked == len(presenting.WAITS)
    previewing.make_previews(stored.pk)
    assert "thumbnail/" in client.get(f"/files/{stored.pk}/head/?waited=2").content.decode()


def test_a_list_costs_no_statements_however_long() -> None:
    user = make_user()
    rows = [make_drawn(user, "a.png", make_picture()) for _ in range(4)]
    assert statements(lambda: [presenting.item(stored, user) for stored in rows]) == 0


def test_the_viewer_costs_as_much_for_many_pages_as_for_one() -> None:
    user = make_user()
    one, many = make_drawn(user, "a.pdf", make_pdf(1)), make_drawn(user, "b.pdf", make_pdf(20))
    client = signed_in(user)
    client.get(one.view_url)
    assert statements(lambda: client.get(one.view_url)) == statements(lambda: client.get(many.view_url))
