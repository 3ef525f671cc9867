"""What the pages of template editing show: versions, differences, previews."""

from __future__ import annotations

import base64
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from common.time import now
from documents.compiling import Mistake, Source, TypesettingError
from documents.models import Document, Template, TemplateVersion
from documents.pictures import draw_pages
from documents.sandbox import make_untrusted_pdf
from documents.services.templates import BASE, current_versions, file_source
from documents.specimens import STAND_IN, kinds_of, specimen

PREVIEW_PAGES = 4
PREVIEW_SCALE = 1.5
AROUND = 2


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A row of the list of templates."""

    template: Template
    version: TemplateVersion
    kinds: list[str]
    documents: int
    # The file that this release brings says something else than the version in force.
    file_differs: bool


def template_lines() -> list[TemplateLine]:
    """All templates with the version in force and how many papers were set with any of its versions."""
    counted = dict(
        Document.objects.values_list("template_version__template__code").annotate(count=Count("pk")).order_by()
    )
    versions = sorted(current_versions().items(), key=lambda pair: (pair[0] != BASE, pair[0]))
    return [
        TemplateLine(
            version.template,
            version,
            [kind.label for kind in kinds_of(code)],
            counted.get(code, 0),
            file_source(code) not in ("", version.source),
        )
        for code, version in versions
    ]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """``sign`` is +, - or a blank; ``@`` begins a new place."""

    sign: str
    text: str


def difference(before: str, after: str) -> list[DiffLine]:
    """Lines that changed, with three around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return [DiffLine("@" if line.startswith("@@") else line[:1], line[1:]) for line in list(lines)[2:]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A mistake with the lines of the source around it: ``[(number, text, whether it is the line)]``."""

    mistake: Mistake
    lines: list[tuple[int, str, bool]]


@dataclass(slots=True)
class Preview:
    """Pages as addresses that hold the pictures themselves, or what is wrong."""

    pages: list[str] = field(default_factory=list)
    mistakes: list[Shown] = field(default_factory=list)


def preview(code: str, source: str, kind: str) -> Preview:
    """Set ``source``, which nobody has checked, with a sample."""
    current = current_versions()
    base = current[BASE].source
    whole = Source(current[STAND_IN[BASE]].source, source) if code == BASE else Source(source, base)
    try:
        made = make_untrusted_pdf(whole, specimen(code, kind), moment=now())
    except TypesettingError as error:
        return Preview(mistakes=[_shown(one, whole) for one in error.mistakes])
    pictures = draw_pages(made, most=PREVIEW_PAGES, scale=PREVIEW_SCALE)
    return Preview(pages=[f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in pictures])


def _shown(mistake: Mistake, source: Source) -> Shown:
    text = source.base if mistake.file == "base" else source.main
    return Shown(mistake, list(_around(text.splitlines(), mistake.line)) if mistake.line else [])


def _around(lines: list[str], number: int) -> Iterator[tuple[int, str, bool]]:
    for place in range(max(1, number - AROUND), min(len(lines), number + AROUND) + 1):
        yield place, lines[place - 1], place == number


def sample_choices(code: str) -> list[tuple[str, Any]]:
    """Whose data a preview may show."""
    return [("", _("The template's own sample")), *((kind.code, kind.label) for kind in kinds_of(code))]
