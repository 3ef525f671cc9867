"""Content while it is being edited: always with every key, perhaps with empty values. Pure."""

from __future__ import annotations

import copy
from typing import Any

from approvals.editing.fields import Content, empty_basis

# What content written before a rule existed leaves out.
LATER: dict[str, Any] = {"form": [], "deferral": None, "commitment": None, "notice": None}
MATERIAL_LATER: dict[str, Any] = {
    "note": "",
    "note_en": "",
    "form": "original",
    "accepts": [],
    "from_government": False,
    "issued_by": [],
    "valid_months": 0,
    "template": "",
    "sample": False,
    "statutory": False,
}
FIELD_LATER: dict[str, Any] = {"topic": "matter"}
STEP_LATER: dict[str, Any] = {"silence": "", "silence_source": None}


def complete(content: Content) -> Content:
    """A copy with the keys that later rules brought, so that old versions can be compared and edited."""
    full = {**copy.deepcopy(LATER), **copy.deepcopy(content)}
    full["materials"] = [{**MATERIAL_LATER, **item} for item in full["materials"]]
    full["form"] = [{**FIELD_LATER, **item} for item in full["form"]]
    full["steps"] = [{**STEP_LATER, **item} for item in full["steps"]]
    for name in ("acceptance", "decision", "delivery"):
        limit = full["limits"][name] = {"note": "", "note_en": "", **full["limits"][name]}
        limit["source"] = {**empty_basis(), **limit["source"]}
    return full


def complete_theme(content: Content) -> Content:
    full = {"when": None, "one_result": False, **copy.deepcopy(content)}
    full["matters"] = [{"after": [], "overlap": [], **item} for item in full["matters"]]
    return full


def blank(subject: str, code: str, name: str = "") -> Content:
    """A matter or theme of which only code and name are known."""
    return blank_matter(code, name) if subject == "matter" else blank_theme(code, name)


def blank_matter(code: str, name: str, deferral: dict[str, Any] | None = None) -> Content:
    """A matter of which only code and name are known."""
    budget = {
        "lawful": 0,
        "promised": 0,
        "unit": "workday",
        "source": empty_basis(),
        "note": "",
        "note_en": "",
    }
    text = {"text": "", "text_en": ""}
    return {
        "code": code,
        "name": name,
        "name_en": "",
        "national_name": "",
        "stage": "",
        "department": "",
        "window": "",
        "kind": "permit",
        "applicant": dict(text),
        "basis": [],
        "conditions": [],
        "limits": {
            "acceptance": copy.deepcopy(budget),
            "decision": copy.deepcopy(budget),
            "delivery": copy.deepcopy(budget),
            "extension": 0,
            "extension_source": None,
        },
        "visits": 0,
        "fee": {"charged": False, **text, "basis": None},
        "result": {"name": "", "name_en": "", "validity": "", "validity_en": ""},
        "needs_project_code": False,
        "when": None,
        "reason": "",
        "reason_en": "",
        "materials": [],
        "steps": [],
        "correction_phrases": [],
        "refusal_phrases": [],
        "questions": [],
        "sources": [],
        "form": [],
        "deferral": deferral,
        "commitment": None,
        "notice": None,
    }


def blank_theme(code: str, name: str) -> Content:
    return {
        "code": code,
        "name": name,
        "name_en": "",
        "summary": "",
        "summary_en": "",
        "matters": [],
        "when": None,
        "one_result": False,
    }


def with_deferral(content: Content, usual: dict[str, Any]) -> Content:
    """The hall's usual deferral where papers may follow and nothing is said yet; none where none may."""
    if not any(item["secondary"] for item in content["materials"]):
        return {**content, "deferral": None}
    return {**content, "deferral": content["deferral"] or copy.deepcopy(usual)}
