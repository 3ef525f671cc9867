"""Words of guides and lists: limits, laws, kinds, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy

from approvals.catalogue import model
from common.bilingual import pick, reads_english
from deadlines import calendars
from deadlines.doors import opening_sentence

PLACE = Path(__file__).resolve().parent / "data" / "place.yaml"

KINDS: Mapping[str, Any] = {
    "permit": gettext_lazy("Administrative licence"),
    "confirmation": gettext_lazy("Administrative confirmation"),
    "filing": gettext_lazy("Filing"),
    "other": gettext_lazy("Public service"),
}
FORMS: Mapping[str, Any] = {
    "original": gettext_lazy("Original"),
    "copy": gettext_lazy("Copy"),
    "electronic": gettext_lazy("Electronic"),
}
FILE_KINDS: Mapping[str, Any] = {
    "pdf": "PDF",
    "image": gettext_lazy("image"),
    "docx": "docx",
    "xlsx": "xlsx",
    "dwg": "dwg",
}


def basis_text(basis: model.Basis) -> str:
    """A law as it is cited, with number and articles: 《行政许可法》（2019年修正）第四十二条 or in English."""
    articles = basis.articles
    if reads_english():
        cited = ", ".join(str(article) for article in articles)
        return f"{basis.law_en}, art. {cited}" if cited else basis.law_en
    cited = "、".join(f"第{article}条" for article in articles)
    name = basis.law if basis.law.startswith("《") or "本大厅" in basis.law else f"《{basis.law}》"
    return f"{name}{f'（{basis.number}）' if basis.number else ''}{cited}"


@cache
def _places() -> dict[str, Any]:
    return yaml.safe_load(PLACE.read_text(encoding="utf-8"))


def place() -> dict[str, str]:
    """Where the hall is, whom to ask, where to complain; the hours are those of the calendar in force."""
    rows = _places()
    found = {key: pick(rows[key], rows.get(f"{key}_en", "")) for key in ("address", "hotline", "complaints")}
    return {**found, "hours": opening_sentence(calendars.current().hours)}
