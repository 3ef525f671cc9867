"""Compiling and checking translations without GNU gettext."""

import gettext
from pathlib import Path

import pytest

from common.catalogues import compile_catalogues, fill_from_source, incomplete

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Case"
msgstr "办件"

msgctxt "case"
msgid "Open"
msgstr "办理中"

#, fuzzy
msgid "Step"
msgstr "步骤"

msgid "Window"
msgstr ""

#~ msgid "Gone"
#~ msgstr ""
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_compiles_what_gettext_reads_once(locale: Path) -> None:
    (written,) = compile_catalogues(locale)
    with written.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Case") == "办件"
    assert catalogue.pgettext("case", "Open") == "办理中"
    assert catalogue.gettext("Step") == "Step"
    assert compile_catalogues(locale) == []
    assert compile_catalogues(locale, force=True) == [written]


def test_names_what_a_reader_would_see_untranslated(locale: Path) -> None:
    found = incomplete(locale / "zh_Hans" / "LC_MESSAGES" / "django.po")
    assert found == [("Step", "fuzzy"), ("Window", "untranslated")]


def test_english_is_filled_from_the_source(locale: Path) -> None:
    catalogue = locale / "zh_Hans" / "LC_MESSAGES" / "django.po"
    assert fill_from_source(catalogue) == 2
    assert incomplete(catalogue) == []
    assert 'msgid "Window"\nmsgstr "Window"' in catalogue.read_text(encoding="utf-8")
