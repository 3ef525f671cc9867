"""Every page of the editor as an administrator goes through them, and as a stranger doesn't."""

from typing import Any

import pytest

from accounts.models import Role
from approvals.editing import services
from approvals.editing.selectors import MATTER, THEME
from approvals.editing.sections import sections_of
from approvals.models import CatalogueDraft, Matter
from tests.approvals.editing.conftest import form_data
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


def addresses(draft: CatalogueDraft, theme: CatalogueDraft) -> list[str]:
    base = f"/catalogue/drafts/{draft.pk}/"
    return [
        "/catalogue/", "/catalogue/themes/", "/catalogue/matters/new/", "/catalogue/themes/new/",
        "/catalogue/matters/SG01/", "/catalogue/matters/SG01/diff/", "/catalogue/themes/industrial-new/",
        "/catalogue/matters/SG01/export/", "/catalogue/themes/industrial-new/export/", "/catalogue/import/",
        "/catalogue/export/catalogue.xlsx", "/catalogue/export/catalogue.zip",
        base, f"{base}condition/", f"{base}try/", f"{base}publish/", f"/guides/preview/{draft.pk}/",
        *(f"{base}{section.slug}/" for section in sections_of("matter")),
        f"/catalogue/drafts/{theme.pk}/", f"/catalogue/drafts/{theme.pk}/publish/",
        *(f"/catalogue/drafts/{theme.pk}/{section.slug}/" for section in sections_of("theme")),
    ]  # fmt: skip


@pytest.fixture
def drafts(catalogue: None, act: Any) -> tuple[CatalogueDraft, CatalogueDraft]:
    return (
        services.start_draft(actor=act, subject=MATTER, code="SG01"),
        services.start_draft(actor=act, subject=THEME, code="industrial-new"),
    )


def test_every_page_opens_for_the_administrator_and_no_one_else(office, client, drafts):
    urls = addresses(*drafts)
    assert [url for url in urls if office.get(url).status_code != 200] == []
    stranger = make_user()
    make_post(stranger, make_department(), Role.CLERK)
    client.force_login(stranger)
    assert {client.get(url).status_code for url in urls} == {404}
    client.logout()
    assert {client.get(url).status_code for url in urls} == {302}


@pytest.mark.parametrize("section", [section.slug for section in sections_of("matter")])
def test_saving_a_page_unchanged_changes_nothing(office, drafts, section):
    draft = drafts[0]
    url = f"/catalogue/drafts/{draft.pk}/{section}/"
    answer = office.post(url, form_data(office.get(url)))
    assert answer.status_code == 302, [form.errors for form in answer.context["page"].all_forms]
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content
    assert CatalogueDraft.objects.get(pk=draft.pk).revision == 1


@pytest.mark.parametrize("section", [section.slug for section in sections_of("theme")])
def test_saving_a_page_of_a_theme_unchanged_changes_nothing(office, drafts, section):
    draft = drafts[1]
    url = f"/catalogue/drafts/{draft.pk}/{section}/"
    assert office.post(url, form_data(office.get(url))).status_code == 302
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content


@pytest.mark.parametrize("code", ["LX01", "GC02", "YS06", "QY01", "QY03", "QY08"])
def test_every_kind_of_matter_survives_all_its_pages(office, act, catalogue, code):
    draft = services.start_draft(actor=act, subject=MATTER, code=code)
    for section in sections_of("matter"):
        url = f"/catalogue/drafts/{draft.pk}/{section.slug}/"
        assert office.post(url, form_data(office.get(url))).status_code == 302, section.slug
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content
    assert Matter.objects.get(code=code).versions.count() == 1
