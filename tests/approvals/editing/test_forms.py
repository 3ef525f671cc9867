"""Every page of every matter and theme, posted as it was drawn, says what it said before. No database."""

from typing import Any

import pytest
from django.forms import BoundField, MultipleChoiceField
from django.http import QueryDict

from approvals.catalogue.loader import read_catalogue, read_registers
from approvals.editing.contents import complete, complete_theme
from approvals.editing.controls import Options
from approvals.editing.forms import PageForms
from approvals.editing.sections import section, sections_of
from approvals.editing.selectors import Desk

CATALOGUE = read_catalogue()
DESK = Desk(read_registers(), {matter.code: matter.name for matter in CATALOGUE.matters})
MATTERS = {matter.code: complete(matter.as_content()) for matter in CATALOGUE.matters}
THEMES = {theme.code: complete_theme(theme.as_content()) for theme in CATALOGUE.themes}


def ticked(bound: BoundField) -> list[str]:
    """A browser posts ticks in the order of the page."""
    assert isinstance(bound.field, MultipleChoiceField)
    return [code for code, _label in bound.field.choices if code in (bound.value() or ())]


def posted(page: PageForms) -> QueryDict:
    data = QueryDict(mutable=True)
    for bound in (bound for form in page.all_forms for bound in form):
        value = bound.value()
        if isinstance(bound.field, MultipleChoiceField):
            data.setlist(bound.html_name, ticked(bound))
        elif value not in (None, False):
            data[bound.html_name] = "on" if value is True else str(value)
    for rows in page.lists:
        data[f"{rows.rows.path}-count"] = str(len(rows.forms))
    return data


def again(subject: str, slug: str, content: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The content after its page was posted unchanged, and how many fields that took."""
    part = section(subject, slug)
    data = posted(PageForms.shown(part, content, Options(DESK, content, subject)))
    page = PageForms.posted(part, data, Options(DESK, content, subject))
    assert page.is_valid(), [form.errors for form in page.all_forms if form.errors]
    return page.applied(content), sum(len(values) for _name, values in data.lists())


@pytest.mark.parametrize("slug", [part.slug for part in sections_of("matter")])
@pytest.mark.parametrize("code", MATTERS)
def test_a_page_of_a_matter_posted_unchanged_changes_nothing(code, slug):
    content, fields = again("matter", slug, MATTERS[code])
    assert content == MATTERS[code]
    # Django refuses forms of more than a thousand.
    assert fields < 900


@pytest.mark.parametrize("slug", [part.slug for part in sections_of("theme")])
@pytest.mark.parametrize("code", THEMES)
def test_a_page_of_a_theme_posted_unchanged_changes_nothing(code, slug):
    content, fields = again("theme", slug, THEMES[code])
    assert content == THEMES[code]
    assert fields < 900


def test_a_line_of_the_form_with_choices_goes_both_ways():
    line = {
        "name": "structure", "label": "结构类型", "label_en": "Structure", "type": "choice", "required": False,
        "unit": "", "unit_en": "", "help": "按施工图填写", "help_en": "As drawn", "source": "", "sample": "frame",
        "choices": [["frame", "框架", "Frame"], ["wall", "剪力墙", "Wall"]], "topic": "project",
    }  # fmt: skip
    content = {**MATTERS["GC01"], "form": [line]}
    assert again("matter", "form", content)[0] == content
