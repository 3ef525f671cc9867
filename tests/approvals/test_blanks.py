"""Blank forms and specimens: every one there is can be made, says what it is, and is made once."""

import re

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from approvals import blanks
from approvals.catalogue.loader import read_catalogue, read_statements
from approvals.models import Matter
from approvals.services.catalogue import load_catalogue
from documents.pictures import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    load_catalogue()


def version_with(code: str):
    rows = Matter.objects.filter(is_active=True).select_related("current")
    return next(row.current for row in rows if code in {item["code"] for item in row.current.materials})


def test_every_statement_of_the_catalogue_has_its_text():
    materials = [item for matter in read_catalogue().matters for item in matter.materials]
    asked = {item.code for item in materials if item.template == "statement"}
    assert asked <= set(read_statements())


def test_every_blank_in_a_text_has_its_row():
    for code, text in read_statements().items():
        labels = [row["label"] for row in text["rows"]]
        named = [label for part in text["paragraphs"] for label in blanks._BLANK.findall(part)]
        assert set(named) <= set(labels), code
        assert len(set(labels)) == len(labels), code


@pytest.mark.parametrize("code", sorted(read_statements()))
def test_statement_blank_and_filled(catalogue, code):
    version, text = version_with(code), read_statements()[code]
    blank, filled = (text_of(blanks.blank_pdf(version, code, sample=sample)) for sample in (False, True))
    title = re.sub(r"\s", "", text["title"])
    assert title in blank
    assert title in filled
    assert "样表" not in blank
    assert "样表·仅供参考" in filled
    for row in [*text["rows"], *text["signed_by"]]:
        sample = re.sub(r"\s", "", row["sample"])
        assert re.sub(r"\s", "", row["label"]) in blank, row
        assert sample in filled, row
    plain = blanks._BLANK.sub("", text["paragraphs"][-1]).replace(" ", "")
    assert plain in blank
    assert plain in filled


def test_form_asks_the_lines_of_its_matter(catalogue):
    version = Matter.objects.get(code="GC01").current
    blank, filled = (text_of(blanks.blank_pdf(version, "application-form", sample=sample)) for sample in (False, True))
    lines = version.content["form"]
    assert lines
    for line in lines:
        assert line["label"] in blank
        if line["sample"] and line["type"] not in ("choice", "boolean"):
            assert re.sub(r"\s", "", line["sample"]) in filled
            # A single figure stands in page numbers too.
            assert len(line["sample"]) < 2 or re.sub(r"\s", "", line["sample"]) not in blank
    assert version.content["name"] in blank
    assert "样表" in filled


def test_every_form_of_the_catalogue_can_be_made(catalogue):
    made = 0
    for matter in Matter.objects.filter(is_active=True).select_related("current"):
        for item in matter.current.materials:
            if blanks.offers(item):
                assert blanks.blank_pdf(matter.current, item["code"]).startswith(b"%PDF")
                made += 1
    assert made >= 11


def test_same_content_is_made_once_and_the_same_again(catalogue, monkeypatch):
    version = Matter.objects.get(code="GC01").current
    first = blanks.blank_pdf(version, "application-form")
    monkeypatch.setattr(blanks, "make_pdf", lambda *_args, **_options: pytest.fail("set a second time"))
    assert blanks.blank_pdf(version, "application-form") == first
    monkeypatch.undo()
    for name in default_storage.listdir(blanks.FOLDER)[1]:
        default_storage.delete(f"{blanks.FOLDER}/{name}")
    assert blanks.blank_pdf(version, "application-form") == first


@pytest.mark.parametrize("act", ["exists", "_save"])
def test_without_the_store_a_form_is_set_all_the_same(catalogue, monkeypatch, act):
    def fails(*_args):
        raise ConnectionError

    version = Matter.objects.get(code="GC01").current
    monkeypatch.setattr(FileSystemStorage, act, fails)
    assert blanks.blank_pdf(version, "application-form").startswith(b"%PDF")


def test_what_has_no_form_is_refused(catalogue):
    version = Matter.objects.get(code="GC01").current
    plain = next(item["code"] for item in version.materials if not item["template"])
    for code in (plain, "no-such-paper"):
        with pytest.raises(LookupError):
            blanks.blank_pdf(version, code)
