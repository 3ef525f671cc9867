"""Template tags and filters of the hall; docs/ui.md lists them with their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import structlog
from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide import IconDoesNotExist, _render_icon

from common import display, formview

log = structlog.get_logger(__name__)
register = template.Library()

register.filter("money", display.money)
register.filter("area", display.area)
register.filter("local_date", display.local_date)
register.filter("short_date", display.short_date)
register.filter("local_moment", display.local_moment)
register.filter("days_text", display.days_text)
register.filter("act_label", display.act_label)


@lru_cache(maxsize=512)
def icon_svg(name: str, size: int, css: str) -> str:
    """Draw a lucide icon as inline SVG; one that does not exist is a ring, and is logged."""
    # In rem, so that icons grow with large print.
    side = f"{size / 16}rem"
    attrs: dict[str, Any] = {"class": f"icon {css}".strip(), "width": side, "height": side}
    attrs |= {"aria_hidden": "true", "focusable": "false"}
    try:
        return str(_render_icon(name, None, **attrs))
    except IconDoesNotExist:
        log.warning("icon_missing", icon=name)
        return str(_render_icon("circle", None, **attrs))


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "", label: str = "") -> SafeString:
    """Inline icon; decorative unless `label` is given, which screen readers then speak."""
    svg = mark_safe(icon_svg(name, size, css))  # noqa: S308 (drawn by lucide from its own files)
    if label:
        return format_html('{}<span class="visually-hidden">{}</span>', svg, label)
    return svg


@register.simple_tag
def badge(text: object, tone: str = "neutral", icon: str = "") -> SafeString:
    """Small label; tones: neutral, accent, green, yellow, red, outline."""
    svg = mark_safe(icon_svg(icon, 16, "")) if icon else ""  # noqa: S308
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, svg, text)


def days_of(clock: Any, at: Any) -> int | None:
    """Days left of a clock at a moment, in its own unit; None where it cannot tell."""
    known = getattr(clock, "days_left", None)
    try:
        return known(at) if callable(known) else known
    except ValueError:
        # The working calendar does not reach as far; the date is shown all the same.
        return None


@register.inclusion_tag("components/light.html")
def light(clock: Any, at: Any = None, compact: bool = False) -> dict[str, Any]:
    """Light of a clock: shape, words, due date and days left; works for None (no time limit)."""
    if clock is None or clock == "":
        return {"view": display.light_view("none"), "compact": compact}
    key = str(clock.light(at) if callable(clock.light) else clock.light)
    if key == "done" and (clock.outcome == "late" or getattr(clock, "breached_at", None)):
        key = "late"
    if clock.outcome == "cancelled":
        key = "cancelled"
    unit = getattr(clock, "unit", "workday")
    running = key in {"green", "yellow", "red"}
    # Of a limit that stands still one sees what is left; its date follows from when it goes on.
    days = days_of(clock, at) if running or key == "stopped" else None
    if key == "red" and days is not None and days >= 0:
        # Past its moment but, on a day off, not yet a working day late: "due today" would be false.
        days = None
    return {
        "view": display.light_view(key),
        "clock": clock,
        "due": clock.due_at if running else None,
        "days": "" if key == "stopped" and days == 0 else display.days_text(days, unit),
        "unit": unit,
        "breached": running and key != "red" and bool(getattr(clock, "breached_at", None)),
        "provisional": running and getattr(clock, "provisional", False),
        "compact": compact,
    }


@register.inclusion_tag("components/light.html")
def light_of(
    key: str, due: Any = None, days: int | None = None, compact: bool = False, unit: str = "workday"
) -> dict[str, Any]:
    """Light from its parts, where a page has no clock row (public query, figures)."""
    return {
        "view": display.light_view(key),
        "due": due,
        "days": display.days_text(days, unit),
        "compact": compact,
    }


STATUS_TONES: Mapping[str, str] = {
    "draft": "neutral",
    "submitted": "accent",
    "pending": "yellow",
    "received": "accent",
    "accepted": "accent",
    "in_progress": "accent",
    "open": "accent",
    "active": "accent",
    "waiting": "neutral",
    "correction": "yellow",
    "correcting": "yellow",
    "reviewing": "accent",
    "proposed": "yellow",
    "issued": "accent",
    "returned": "yellow",
    "decided": "green",
    "granted": "green",
    "delivered": "green",
    "done": "green",
    "finished": "green",
    "refused": "red",
    "rejected": "red",
    "not_accepted": "red",
    "terminated": "red",
    "failed": "red",
    "upheld": "red",
    "to_rectify": "yellow",
    "passed": "green",
    "published": "accent",
    "withdrawn": "neutral",
    "cancelled": "neutral",
}


@register.simple_tag
def status_tag(thing: Any, tone: str = "", field: str = "status") -> SafeString:
    """State of a model row (its `get_<field>_display`) or plain text, as a tag with a tone."""
    value = str(getattr(thing, field, thing))
    display_method = getattr(thing, f"get_{field}_display", None)
    text = display_method() if display_method else thing
    return badge(text, tone or STATUS_TONES.get(value, "neutral"))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """One form field with label, hint, control and errors; hidden fields as they are.

    Options: label, hint, unit, css (class of the group), inline (choices in a row), hide_label;
    any other option (readonly, placeholder, data_shortcut …) becomes an attribute of the control.
    """
    group = {key: options.pop(key, "") for key in ("css", "inline", "hide_label")}
    own = {key: options.pop(key) for key in ("label", "hint", "unit") if key in options}
    attrs = {key.replace("_", "-"): value for key, value in options.items()}
    return {
        **group,
        "hidden": bound.is_hidden,
        "bound": bound,
        "f": formview.field_view(bound, **own, **attrs),
    }


@register.inclusion_tag("components/form.html")
def form(form: Any, summary: bool = True) -> dict[str, Any]:
    """All fields of a form with the error summary on top; the <form> element stays the page's."""
    return {"form": form, "lines": formview.error_lines(form) if summary else []}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any = None) -> dict[str, Any]:
    """What is wrong, on top of the page, each line a link to its field; takes forms or a list."""
    return {"lines": formview.error_lines(form)}


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """The page's own query string with some parameters changed; None or "" removes one.

    A change of anything but the page goes back to the first page.
    """
    request: HttpRequest | None = context.get("request")
    params: dict[str, list[str]] = dict(request.GET.lists()) if request else {}
    if "page" not in changes and "after" not in changes:
        params.pop("page", None)
        params.pop("after", None)
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        else:
            params[key] = [str(value)]
    query = urlencode(params, doseq=True)
    return f"?{query}" if query else "?"


@register.simple_tag
def link_to(name: str, *args: Any, **kwargs: Any) -> str:
    """Like {% url %}, but "" when no such page exists, so that a menu can leave it out."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def percent(part: object, whole: object = 100) -> str:
    """Share of a whole in percent without decimals; nothing of nothing is "—"."""
    top, bottom = display.to_decimal(part), display.to_decimal(whole)
    if top is None or not bottom:
        return "—"
    return f"{top * 100 / bottom:.0f}%"


@register.filter
def bar_width(part: object, whole: object = 100) -> str:
    """Width of a bar as an SVG length, held between 0% and 100%."""
    top, bottom = display.to_decimal(part), display.to_decimal(whole)
    if top is None or not bottom:
        return "0%"
    return f"{max(0, min(100, top * 100 / bottom)):.1f}%"


@register.filter
def number(value: object, places: int = 2) -> str:
    """A plain number with grouped thousands."""
    amount = display.to_decimal(value)
    return "—" if amount is None else display.grouped(amount, places)


@register.filter
def file_size(value: object) -> str:
    """Size of a file in KB or MB, as the upload limits are told."""
    size = display.to_decimal(value)
    if size is None:
        return "—"
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{display.grouped(size / 1024 / 1024, 1)} MB"


@register.filter
def clock_time(value: object) -> str:
    """Hour and minute of a moment in Asia/Shanghai."""
    moment = display.to_local(value)
    return f"{moment:%H:%M}" if moment else ""


@register.filter
def at(items: Any, index: int) -> Any:
    """The item of a list at an index; nothing beyond its end."""
    return items[index] if 0 <= index < len(items) else None


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Look a key up in a dictionary."""
    return mapping.get(key) if hasattr(mapping, "get") else None


UPLOAD_ACCEPT = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.dwg"


@register.inclusion_tag("components/upload.html", takes_context=True)
def upload(context: Context, url: str, **options: Any) -> dict[str, Any]:
    """Upload box that posts each file to `url`; a plain multiple file form without JavaScript.

    Options: target (CSS selector that takes the answer's HTML), id, name (default "file"), label,
    multiple (default True), accept, max_bytes (default settings.HALL_UPLOAD_MAX_BYTES), limits
    (the sentence told first), hidden (dict of extra values), errors (list of messages).
    """
    max_bytes = int(options.get("max_bytes", settings.HALL_UPLOAD_MAX_BYTES))
    limits = _("PDF, PNG, JPEG, docx, xlsx or dwg; each file up to %(size)s. Several may be chosen at once.")
    return {
        "csrf_token": context.get("csrf_token", ""),
        "url": url,
        "max_bytes": max_bytes,
        "limits": options.get("limits") or limits % {"size": file_size(max_bytes)},
        "id": options.get("id", "upload"),
        "name": options.get("name", "file"),
        "label": options.get("label") or _("Choose files or drop them here"),
        "multiple": options.get("multiple", True),
        "accept": options.get("accept", UPLOAD_ACCEPT),
        "target": options.get("target", ""),
        "hidden": options.get("hidden", {}),
        "errors": options.get("errors", []),
    }


@register.inclusion_tag("components/confirm.html", takes_context=True)
def confirm(context: Context, url: str, label: str, **options: Any) -> dict[str, Any]:
    """Button that opens, in place, the question and the form that really posts to `url`.

    Options: title, text, submit (words of the final button), tone ("red" for what cannot be
    undone), icon_name, form (fields asked for, such as a reason), hidden (dict of values).
    """
    return {
        "csrf_token": context.get("csrf_token", ""),
        "url": url,
        "label": label,
        "title": options.get("title") or label,
        "text": options.get("text", ""),
        "submit": options.get("submit") or label,
        "tone": options.get("tone", ""),
        "icon_name": options.get("icon_name", ""),
        "form": options.get("form"),
        "hidden": options.get("hidden", {}),
    }
