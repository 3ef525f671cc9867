"""Blank forms and filled specimens of what applicants bring, as PDF.

They are no papers of the hall: no number, no QR code, no row. The same content gives the same bytes,
kept in the storage under the digest of what they were made from, so that each is made once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from approvals.catalogue.loader import read_fields, read_statements
from approvals.models import MatterVersion
from documents.compiling import Source
from documents.typesetting import make_pdf
from files.storing import store_errors

SOURCES = Path(__file__).resolve().parent / "data" / "blanks"
FOLDER = "blanks"
PUBLISHER = "投资服务一站式大厅"
# What every application names, for a matter that lists no lines of its own.
COMMON = (
    "applicant_name", "credit_code", "legal_representative", "contact_name", "contact_phone", "project_name",
)  # fmt: skip
SIGNED_BY = (("申请单位（盖章）", "示例新材料有限公司"), ("法定代表人（签字）", "张三"), ("经办人（签字）", "李四"),
             ("日期", "2026年11月24日"))  # fmt: skip
_BLANK = re.compile(r"〔([^〕]+)〕")


@cache
def statements() -> Mapping[str, Mapping[str, Any]]:
    """Texts of statements by code of the material, as the files have them."""
    return read_statements()


@cache
def _common_lines() -> tuple[Mapping[str, Any], ...]:
    known = read_fields()
    return tuple(known[name] for name in COMMON if name in known)


def offers(material: Mapping[str, Any]) -> bool:
    """Whether there is a blank form of this material (an entry of a matter's content)."""
    template = material.get("template", "")
    return bool(template == "form" or (template == "statement" and material["code"] in statements()))


def offers_sample(material: Mapping[str, Any]) -> bool:
    return bool(material.get("sample")) and offers(material)


def blank_pdf(version: MatterVersion, material_code: str, *, sample: bool = False) -> bytes:
    """The blank form of a material as ``version`` of the matter asks for it, or the filled specimen.

    Raises LookupError where the matter has no such material or offers no form of it.
    """
    material = next((item for item in version.materials if item["code"] == material_code), None)
    if material is None or not (offers_sample(material) if sample else offers(material)):
        raise LookupError(f"{version.content['code']} offers no form of {material_code}")
    template = material["template"]
    own = (_form if template == "form" else _statement)(version.content, material, sample)
    return _made(version, template, own, sample)


def result_specimen(version: MatterVersion) -> bytes:
    """What the result of the matter looks like, marked as a specimen; it bears no number and no code."""
    result = version.content["result"]
    rows = [
        ("持有单位", "示例新材料有限公司"),
        ("统一社会信用代码", "按营业执照"),
        ("项目名称", "年产5000吨示例材料项目"),
        ("办理事项", version.content["name"]),
    ]
    own = {
        "title": result["name"],
        "rows": [{"label": label, "value": value} for label, value in rows],
        "validity": result.get("validity", ""),
        "issuer": version.matter.department.name,
    }
    return _made(version, "result", own, True)


def _made(version: MatterVersion, template: str, own: Mapping[str, Any], sample: bool) -> bytes:
    """The PDF, from the storage when the same was made before."""
    content = {
        **own,
        "sample": sample,
        "publisher": PUBLISHER,
        "matter": version.content["name"],
        "matter_code": version.content["code"],
        "origin": f"办事指南第{version.number}版",
        # Stands in the file's own data too.
        "published": version.created_at.isoformat(timespec="seconds"),
    }
    source = _source(template)
    name = f"{FOLDER}/{_digest(source, content)}.pdf"
    try:
        if default_storage.exists(name):
            with default_storage.open(name) as stored:
                return bytes(stored.read())
    except store_errors():
        # The store only saves time here; without it the same bytes are set again.
        return make_pdf(source, content, moment=version.created_at)
    made = make_pdf(source, content, moment=version.created_at)
    # Two at once keep two copies of the same bytes; the later reader finds the first.
    with suppress(*store_errors()):
        default_storage.save(name, ContentFile(made))
    return made


@cache
def _source(template: str) -> Source:
    return Source(
        main=(SOURCES / f"{template}.typ").read_text(encoding="utf-8"),
        base=(SOURCES / "base.typ").read_text(encoding="utf-8"),
    )


def _digest(source: Source, content: Mapping[str, Any]) -> str:
    text = json.dumps([source.main, source.base, content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _form(matter: Mapping[str, Any], material: Mapping[str, Any], sample: bool) -> dict[str, Any]:
    """A table of the matter's lines; of a choice the blank shows what there is to tick."""
    lines = matter.get("form") or _common_lines()
    own = [
        {"label": "申请事项", "unit": "", "required": True, "help": "", "value": matter["name"], "choices": [],
         "long": False},
    ]  # fmt: skip
    return {
        "title": f"{matter['name']}{'申请表' if '申请' not in matter['name'] else ''}",
        "rows": [*own, *(_line(line, sample) for line in lines)],
        "signed_by": [{"label": label, "value": value if sample else ""} for label, value in SIGNED_BY],
    }


def _line(line: Mapping[str, Any], sample: bool) -> dict[str, Any]:
    choices = {str(_part(one, 0)): str(_part(one, 1)) for one in line.get("choices", ())}
    if line["type"] == "boolean":
        choices = {"true": "是", "false": "否"}
    value = str(line.get("sample", "")) if sample else ""
    return {
        "label": line["label"],
        "unit": line.get("unit", ""),
        "required": line.get("required", True),
        "help": line.get("help", ""),
        "value": choices.get(value, value),
        "choices": list(choices.values()),
        "long": line["type"] == "longtext",
    }


def _part(choice: Any, index: int) -> Any:
    """Choices are rows in the files and triples in a version."""
    return choice[("code", "name")[index]] if isinstance(choice, Mapping) else choice[index]


def _statement(matter: Mapping[str, Any], material: Mapping[str, Any], sample: bool) -> dict[str, Any]:
    """The text with its blanks; rows that no paragraph names stand in a table below it."""
    text = statements()[material["code"]]
    values = {row["label"]: row["sample"] if sample else "" for row in text["rows"]}
    named = {label for paragraph in text["paragraphs"] for label in _BLANK.findall(paragraph)}
    return {
        "title": text["title"],
        "paragraphs": [_parts(paragraph, values) for paragraph in text["paragraphs"]],
        "rows": [{"label": label, "value": value} for label, value in values.items() if label not in named],
        "signed_by": [{"label": row["label"], "value": row["sample"] if sample else ""} for row in text["signed_by"]],
    }


def _parts(paragraph: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Text and blanks in turn; a blank is at least as wide as its label in small print."""
    parts: list[dict[str, Any]] = []
    for index, piece in enumerate(_BLANK.split(paragraph)):
        if index % 2:
            parts.append({"blank": True, "label": piece, "value": values[piece], "width": max(8, len(piece) + 3)})
        elif piece:
            parts.append({"blank": False, "text": piece})
    return parts
