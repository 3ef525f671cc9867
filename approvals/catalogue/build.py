"""From checked file data to the frozen values of ``model``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.catalogue import model

Row = dict[str, Any]

STAGE_ORDER = ("LX", "GC", "SG", "YS", "QY")


def place(code: str) -> tuple[int, str]:
    """Where a matter stands among all others: by stage as a project goes through them, then by number."""
    stage = code[:2]
    return STAGE_ORDER.index(stage) if stage in STAGE_ORDER else len(STAGE_ORDER), code


@dataclass(frozen=True)
class Registers:
    """What the files of matters refer to by code. ``divisions`` maps a section to its divisions."""

    departments: dict[str, model.Department]
    divisions: dict[str, frozenset[str]]
    laws: dict[str, Row]
    papers: dict[str, Row]
    facts: dict[str, model.Fact]
    fields: dict[str, Row]
    budgets: Row
    deferral: Row


def departments(rows: Mapping[str, Row]) -> dict[str, model.Department]:
    return {code: model.Department(**row) for code, row in rows.items()}


def divisions(rows: Mapping[str, Row]) -> dict[str, frozenset[str]]:
    return {code: frozenset(item["code"] for item in row["divisions"]) for code, row in rows.items()}


def facts(rows: Mapping[str, Row]) -> dict[str, model.Fact]:
    return {name: _fact(row) for name, row in rows.items()}


def stages(hall: Row) -> tuple[model.Stage, ...]:
    return tuple(model.Stage(**row) for row in hall["stages"])


def themes(hall: Row) -> tuple[model.Theme, ...]:
    return tuple(
        model.Theme(
            **{
                **row,
                "matters": tuple(
                    model.ThemeMatter(item["code"], tuple(item.get("after", ())), tuple(item.get("overlap", ())))
                    for item in row["matters"]
                ),
            }
        )
        for row in hall["themes"]
    )


def sessions(hall: Row) -> tuple[model.SessionKind, ...]:
    return tuple(model.SessionKind(**{**row, "matters": tuple(row["matters"])}) for row in hall["sessions"])


def retention(hall: Row, laws: Mapping[str, Row]) -> tuple[model.Retention, ...]:
    """Rules of keeping in their order; the first that covers a case holds."""
    return tuple(
        model.Retention(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            years=0 if row["keep"] == "permanent" else row["keep"],
            source=_law(row["source"], laws),
            **{key: tuple(row.get(key, ())) for key in ("kinds", "stages", "endings")},
        )
        for row in hall["retention"]
    )


def in_order(matters: Iterable[model.Matter]) -> tuple[model.Matter, ...]:
    """By stage as a project goes through them, then by number."""
    return tuple(sorted(matters, key=lambda matter: place(matter.code)))


def matter(data: Row, registers: Registers) -> model.Matter:
    """The complete matter: shared papers, laws and the hall's usual limits are written out."""
    phrases, fee, condition = data["phrases"], data["fee"], data["applies"]
    return model.Matter(
        code=data["code"],
        name=data["name"],
        name_en=data["name_en"],
        national_name=data.get("national_name", ""),
        stage=data["stage"],
        department=data["department"],
        window=data["window"],
        kind=data["kind"],
        applicant=model.Text(**data["applicant"]),
        basis=tuple(basis(item, registers) for item in data["basis"]),
        conditions=_texts(data["conditions"]),
        limits=_limits(data["limits"], registers),
        visits=data["visits"],
        fee=model.Fee(**{**fee, "basis": basis(fee["basis"], registers) if "basis" in fee else None}),
        result=model.Result(**data["result"]),
        needs_project_code=data["needs_project_code"],
        when=condition["when"],
        reason=condition["reason"],
        reason_en=condition["reason_en"],
        materials=tuple(_material(item, registers.papers[item["code"]]) for item in data["materials"]),
        steps=tuple(_step(item, registers) for item in data["steps"]),
        correction_phrases=_texts(phrases["correction"]),
        refusal_phrases=_texts(phrases["refusal"]),
        questions=tuple(model.Question(**item) for item in data.get("questions", ())),
        sources=tuple(data["sources"]),
        form=tuple(_field(item, registers.fields[item["name"]]) for item in data.get("form", ())),
        deferral=_deferral(data, registers),
        commitment=_commitment(data.get("commitment"), registers),
        notice=_notice(data.get("notice"), registers),
    )


def _field(row: Row, known: Row) -> model.FormField:
    choices = tuple((item["code"], item["name"], item["name_en"]) for item in known.get("choices", ()))
    return model.FormField(**{**known, **row, "choices": choices})


def _deferral(data: Row, registers: Registers) -> model.Deferral | None:
    """The hall's rule and what the matter changes of it; none where no paper is secondary."""
    if not any(item.get("secondary") for item in data["materials"]):
        return None
    row = {**registers.deferral, **data.get("deferral", {})}
    return model.Deferral(**{**row, "source": basis(row["source"], registers)})


def _commitment(row: Row | None, registers: Registers) -> model.Commitment | None:
    if row is None:
        return None
    return model.Commitment(**{**row, "spares": tuple(row["spares"]), "source": basis(row["source"], registers)})


def _notice(row: Row | None, registers: Registers) -> model.PublicNotice | None:
    return None if row is None else model.PublicNotice(**{**row, "source": basis(row["source"], registers)})


def _fact(row: Row) -> model.Fact:
    choices = tuple((item["code"], item["name"], item["name_en"]) for item in row.get("choices", ()))
    rest = {key: value for key, value in row.items() if key != "from"}
    return model.Fact(**{**rest, "choices": choices}, source=row["from"])


def _texts(rows: Iterable[Row]) -> tuple[model.Text, ...]:
    return tuple(model.Text(**row) for row in rows)


def basis(row: Row, registers: Registers) -> model.Basis:
    """A law by its code, with the articles of the row; raises KeyError for an unknown one."""
    return _law(row, registers.laws)


def _law(row: Row, laws: Mapping[str, Row]) -> model.Basis:
    law = laws[row["law"]]
    return model.Basis(
        law=law["name"],
        law_en=law["name_en"],
        number=law.get("number", ""),
        articles=tuple(row.get("articles", ())),
    )


def _budget(row: Row, registers: Registers) -> model.Budget:
    return model.Budget(**{**row, "source": basis(row["source"], registers)})


def _limits(row: Row, registers: Registers) -> model.Limits:
    extension = row.get("extension")
    return model.Limits(
        acceptance=_budget({**registers.budgets, **row}["acceptance"], registers),
        decision=_budget(row["decision"], registers),
        delivery=_budget({**registers.budgets, **row}["delivery"], registers),
        extension=extension["days"] if extension else 0,
        extension_source=basis(extension["source"], registers) if extension else None,
    )


def _step(row: Row, registers: Registers) -> model.Step:
    source = basis(row["silence_source"], registers) if "silence_source" in row else None
    return model.Step(**{**row, "needs": tuple(row["needs"]), "silence_source": source})


def _material(row: Row, paper: Row) -> model.Material:
    return model.Material(
        code=paper["code"],
        name=paper["name"],
        name_en=paper["name_en"],
        form={**paper, **row}["form"],
        accepts=tuple(paper["accepts"]),
        required=row.get("required", True),
        secondary=row.get("secondary", False),
        from_government=paper["from_government"],
        note=row.get("note", ""),
        note_en=row.get("note_en", ""),
        issued_by=tuple(paper.get("issued_by", ())),
        valid_months=paper.get("valid_months", 0),
        template=paper.get("template", ""),
        sample=paper.get("sample", False),
        statutory=row.get("statutory", False),
    )
