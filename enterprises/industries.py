"""Sections and divisions of GB/T 4754-2017, read once from enterprises/data/gbt4754.yaml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from common.bilingual import pick

DATA = Path(__file__).resolve().parent / "data" / "gbt4754.yaml"


@dataclass(frozen=True, slots=True)
class Division:
    """Two digits such as 38, with the letter of its section."""

    code: str
    section: str
    name: str
    name_en: str

    @property
    def label(self) -> str:
        return f"{self.code} {pick(self.name, self.name_en)}"


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    name: str
    name_en: str
    divisions: tuple[Division, ...]

    @property
    def label(self) -> str:
        return f"{self.code} {pick(self.name, self.name_en)}"


@cache
def sections() -> tuple[Section, ...]:
    """All sections in the order of the standard."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["sections"]
    return tuple(
        Section(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            divisions=tuple(
                Division(item["code"], row["code"], item["name"], item["name_en"]) for item in row["divisions"]
            ),
        )
        for row in rows
    )


@cache
def _divisions() -> dict[str, Division]:
    return {division.code: division for section in sections() for division in section.divisions}


def division(code: str) -> Division | None:
    """The division with this code, None where the standard has none."""
    return _divisions().get(code)


def section_of(code: str) -> str:
    """Letter of the section of a division; "" for an unknown one."""
    found = division(code)
    return found.section if found else ""


def label(code: str) -> str:
    """Code and name in the reader's language; "" for none."""
    found = division(code)
    return found.label if found else code


def choices() -> list[tuple[str, object]]:
    """Grouped choices for a select, in the reader's language."""
    return [
        ("", ""),
        *((section.label, [(one.code, one.label) for one in section.divisions]) for section in sections()),
    ]
