"""Tags and filters of {% load hall %}."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from common.templatetags import hall


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def render(source: str, **context: Any) -> str:
    return Template("{% load hall %}" + source).render(Context(context))


def make_clock(light: str, days: int | None = 3, **fields: Any) -> SimpleNamespace:
    due = datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)
    shown = {"outcome": "", "due_at": due, "breached_at": None, "provisional": False, "unit": "workday"}
    return SimpleNamespace(light=light, days_left=days, **{**shown, **fields})


def text_of(html: str) -> str:
    return " ".join(Template("{{ html|striptags }}").render(Context({"html": html})).split())


def test_light_says_state_days_and_date():
    html = render("{% light clock %}", clock=make_clock("yellow", 1))
    assert text_of(html) == "Due soon1 working day leftdue 26 November 2026"
    assert "light-yellow" in html
    assert "<svg" in html


def test_light_calls_methods_with_the_moment_asked_for():
    asked: list[Any] = []
    clock = make_clock("green")
    clock.light = lambda at: asked.append(at) or "green"
    clock.days_left = lambda at: asked.append(at) or 5
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    assert "5 working days left" in render("{% light clock at=moment %}", clock=clock, moment=moment)
    assert asked == [moment, moment]


def test_light_past_due_on_a_day_off_does_not_say_due_today():
    assert text_of(render("{% light clock %}", clock=make_clock("red", 0))) == "Overduedue 26 November 2026"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "met"}, "Finished on time"),
        ({"outcome": "late"}, "Finished late"),
        ({"outcome": "cancelled"}, "Cancelled"),
    ],
)
def test_light_of_a_finished_clock_says_how_it_ended(fields, words):
    assert text_of(render("{% light clock %}", clock=make_clock("done", None, **fields))) == words


def test_light_keeps_a_breach_in_sight_after_an_extension():
    clock = make_clock("green", 9, breached_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert "was overdue before" in render("{% light clock %}", clock=clock)


def test_light_marks_a_provisional_date():
    assert "(provisional)" in render("{% light clock %}", clock=make_clock("green", provisional=True))


def test_light_without_a_clock_is_no_time_limit():
    assert text_of(render("{% light nothing %}", nothing=None)) == "No time limit"


def test_light_of_takes_its_parts():
    html = render('{% light_of "red" due=due days=-2 %}', due=datetime(2026, 11, 20, tzinfo=UTC))
    assert text_of(html) == "Overdue2 working days overduedue 20 November 2026"


def test_icon_is_decorative_unless_labelled():
    assert 'aria-hidden="true"' in render('{% icon "send" %}')
    assert "visually-hidden" not in render('{% icon "send" %}')
    assert '<span class="visually-hidden">Send</span>' in render('{% icon "send" 16 "" "Send" %}')


def test_icon_grows_with_the_letters():
    assert 'width="1.5rem"' in render('{% icon "send" 24 %}')


def test_icon_that_does_not_exist_draws_a_ring():
    hall.icon_svg.cache_clear()
    assert "<circle" in render('{% icon "no-such-icon" %}')


def test_badge_escapes_its_text():
    assert render("{% badge text %}", text="<b>") == '<span class="tag tag-neutral">&lt;b&gt;</span>'


def test_status_tag_shows_the_display_and_a_tone():
    case = SimpleNamespace(status="refused", get_status_display=lambda: "Refused")
    assert render("{% status_tag case %}", case=case) == '<span class="tag tag-red">Refused</span>'
    assert render('{% status_tag case tone="accent" %}', case=case) == '<span class="tag tag-accent">Refused</span>'


def test_querystring_with_changes_one_and_keeps_the_others():
    request = RequestFactory().get("/desk/", {"light": "red", "page": "3"})
    tag = '{% querystring_with sort="due" %}'
    assert render(tag, request=request) == "?light=red&amp;sort=due"
    assert render("{% querystring_with page=4 %}", request=request) == "?light=red&amp;page=4"
    assert render('{% querystring_with light="" %}', request=request) == "?"


def test_link_to_a_missing_page_is_empty():
    assert render('{% link_to "nowhere:at_all" %}') == ""
    assert render('{% link_to "common:session" %}') == "/session/"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 3|percent:4 }}", "75%"),
        ("{{ 0|percent:0 }}", "—"),
        ("{{ 5|bar_width:4 }}", "100.0%"),
        ("{{ 1|bar_width:3 }}", "33.3%"),
        ("{{ none|bar_width:3 }}", "0%"),
        ("{{ 1234567|number }}", "1,234,567"),
        ("{{ none|number }}", "—"),
        ("{{ 900|file_size }}", "1 KB"),
        ("{{ 52428800|file_size }}", "50 MB"),
        ("{{ 4512000|file_size }}", "4.3 MB"),
    ],
)
def test_figures(source, shown):
    assert render(source) == shown


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the licence")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    size = forms.IntegerField(label="Size", required=False, widget=forms.NumberInput(attrs={"data-unit": "m²"}))
    start = forms.DateField(label="Start", required=False, widget=forms.DateInput)
    agree = forms.BooleanField(label="Agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_is_labelled_and_described():
    html = render("{% field form.name %}", form=Form())
    assert '<label for="id_name">Name</label>' in html
    assert 'id="id_name-hint"' in html
    assert 'aria-describedby="id_name-hint"' in html


def test_field_with_an_error_says_so_to_everybody():
    html = render("{% field form.name %}", form=Form({}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert "Fill in: Name" in html


def test_field_marks_what_is_optional_and_shows_its_unit():
    html = render("{% field form.size %}", form=Form())
    assert "(optional)" in html
    assert '<span class="unit">m²</span>' in html


def test_field_of_choices_is_a_group_with_a_legend():
    html = render("{% field form.kind %}", form=Form())
    assert "<fieldset" in html
    assert "<legend>Kind</legend>" in html
    assert html.count('type="radio"') == 2


def test_field_of_a_date_is_a_date_control_in_iso_form():
    html = render("{% field form.start %}", form=Form(initial={"start": datetime(2026, 11, 3, tzinfo=UTC).date()}))
    assert 'type="date"' in html
    assert 'value="2026-11-03"' in html


def test_field_takes_further_attributes():
    assert 'data-shortcut="n"' in render('{% field form.name data_shortcut="n" %}', form=Form())
    assert 'type="hidden"' in render("{% field form.token %}", form=Form())


def test_error_summary_names_each_field_and_leads_to_its_control():
    html = render("{% error_summary form %}", form=Form({"size": "many"}))
    assert '<a href="#id_name">Fill in: Name</a>' in html
    assert '<a href="#id_kind_0">Choose: Kind</a>' in html
    assert '<a href="#id_agree">Confirm: Agree</a>' in html
    assert '<a href="#id_size">Enter a whole number.</a>' in html


def test_error_summary_keeps_a_message_that_the_form_chose():
    form = Form({"kind": "a", "agree": "on"})
    form.fields["name"].error_messages["required"] = "Say what it is called"
    assert '<a href="#id_name">Say what it is called</a>' in render("{% error_summary form %}", form=form)


def test_error_summary_takes_several_forms_and_shows_what_belongs_to_no_field():
    first, second = Form({"name": "x", "kind": "a", "agree": "on"}), Form({"kind": "a", "agree": "on"}, prefix="b")
    assert first.is_valid()
    first.add_error(None, "Not both")
    html = render("{% error_summary forms %}", forms=[first, second])
    assert "<li>Not both</li>" in html
    assert '<a href="#id_b-name">Fill in: Name</a>' in html


def test_error_summary_of_a_good_form_is_nothing():
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_upload_tells_the_limits_first():
    html = render('{% upload url="/x/" target="#box" id="u3" %}', csrf_token="abc")
    assert "up to 50 MB" in html
    assert "multiple" in html
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert 'aria-describedby="u3-hint"' in html


def test_confirm_asks_in_place_and_posts():
    html = render('{% confirm url="/x/" label="Refuse" tone="red" text="Really?" %}', csrf_token="abc")
    assert "<details" in html
    assert 'action="/x/"' in html
    assert 'value="abc"' in html
