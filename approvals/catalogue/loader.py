"""Reading the catalogue's files: schema first, then what a schema can't say, then frozen values.

Nothing here touches the database. Anything wrong raises CatalogueError, which names the file and
the place inside it, so that whoever edits a file finds the line.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema.exceptions import best_match

from approvals.catalogue import build, checks
from approvals.catalogue.errors import CatalogueError, PlacedError
from approvals.catalogue.model import Catalogue
from approvals.catalogue.schema import validator

__all__ = [
    "CatalogueError",
    "Folders",
    "StrictLoader",
    "read_catalogue",
    "read_fields",
    "read_registers",
    "read_statements",
]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Folders:
    """Where the files are; tests point this at copies."""

    catalogue: Path = HERE
    departments: Path = ROOT / "accounts" / "data" / "departments.yaml"
    industries: Path = ROOT / "enterprises" / "data" / "gbt4754.yaml"


DEFAULT_FOLDERS = Folders()


def read_catalogue(folders: Folders = DEFAULT_FOLDERS) -> Catalogue:
    """Read and check every file. Raises CatalogueError at the first wrong value."""
    place = folders.catalogue
    hall = _read(place / "hall.yaml", "hall_file")
    registers = _registers(folders, hall)
    with _placed(place / "hall.yaml"):
        checks.check_retention(hall["retention"], registers)
    matters = []
    for path in sorted((place / "matters").glob("*.yaml")):
        data = _read(path, "matter_file")
        with _placed(path):
            checks.check_matter(data, registers)
            checks.check_file_name(path.stem, data)
            matters.append(build.matter(data, registers))
    catalogue = Catalogue(
        departments=tuple(registers.departments.values()),
        stages=build.stages(hall),
        facts=tuple(registers.facts.values()),
        matters=build.in_order(matters),
        themes=build.themes(hall),
        sessions=build.sessions(hall),
        retention=build.retention(hall, registers.laws),
    )
    with _placed(place / "hall.yaml"):
        checks.check_hall(catalogue, registers)
    return catalogue


def read_registers(folders: Folders = DEFAULT_FOLDERS) -> build.Registers:
    """What matters refer to by code, read and checked; raises CatalogueError."""
    place = folders.catalogue
    hall = _read(place / "hall.yaml", "hall_file")
    return _registers(folders, hall)


def _registers(folders: Folders, hall: build.Row) -> build.Registers:
    place = folders.catalogue
    registers = build.Registers(
        departments=build.departments(_rows(folders.departments, "departments_file", "departments", "code")),
        divisions=build.divisions(_rows(folders.industries, "industries_file", "sections", "code")),
        laws=_rows(place / "laws.yaml", "laws_file", "laws", "code"),
        papers=_rows(place / "materials.yaml", "papers_file", "materials", "code"),
        facts=build.facts(_rows(place / "facts.yaml", "facts_file", "facts", "name")),
        fields=_rows(place / "fields.yaml", "fields_file", "fields", "name"),
        budgets={"acceptance": hall["acceptance"], "delivery": hall["delivery"]},
        deferral=hall["deferral"],
    )
    with _placed(place / "hall.yaml"):
        checks.check_budgets(registers)
    return registers


class StrictLoader(yaml.CSafeLoader):
    """Safe YAML that refuses a key given twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise yaml.MarkedYAMLError(problem=f"key {key!r} is given twice (line {line})")
            seen.add(key)
        return super().construct_mapping(node, deep)


def _read(path: Path, definition: str) -> Any:
    """The file's data once it fits ``definition`` of schema.json."""
    try:
        with path.open(encoding="utf-8") as stream:
            data = yaml.load(stream, Loader=StrictLoader)  # noqa: S506 (it is a SafeLoader)
    except OSError as error:
        raise CatalogueError(path.name, "", f"can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(path.name, "", f"is not YAML: {error}") from error
    wrong = best_match(validator(definition).iter_errors(data))
    if wrong is not None:
        raise CatalogueError(path.name, "/".join(str(key) for key in wrong.absolute_path), wrong.message)
    return data


def _rows(path: Path, definition: str, key: str, name: str) -> dict[str, dict[str, Any]]:
    """The file's list ``key`` as a dictionary by ``name``; a repeated name is an error."""
    rows: dict[str, dict[str, Any]] = {}
    for index, row in enumerate(_read(path, definition)[key]):
        if row[name] in rows:
            raise CatalogueError(path.name, f"{key}/{index}/{name}", f"{row[name]} is there twice")
        rows[row[name]] = row
    return rows


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Give a PlacedError found inside the name of the file it is in."""
    try:
        yield
    except PlacedError as problem:
        raise CatalogueError(path.name, problem.path, problem.message) from problem


def read_statements(place: Path = HERE) -> dict[str, dict[str, Any]]:
    """Texts of the statements that applicants sign, by code of the material. Raises CatalogueError."""
    return _rows(place / "statements.yaml", "statements_file", "statements", "code")


def read_fields(place: Path = HERE) -> dict[str, dict[str, Any]]:
    """Lines of application forms by name, as the files have them. Raises CatalogueError."""
    return _rows(place / "fields.yaml", "fields_file", "fields", "name")
