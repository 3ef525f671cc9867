"""What must hold across the files and no schema can say. Each check raises PlacedError with its place."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.utils.translation import gettext_noop

from approvals.catalogue.build import Registers, Row
from approvals.catalogue.conditions import Condition, leaves
from approvals.catalogue.errors import PlacedError
from approvals.catalogue.model import Catalogue, Fact, Theme

ORDERED = {"gt", "gte", "lt", "lte"}


def check_matter(data: Row, registers: Registers) -> None:
    """Everything about one matter's file beyond its shape; raises the first that is wrong."""
    for check in MATTER_CHECKS:
        check(data, registers)


def matter_problems(data: Row, registers: Registers) -> list[PlacedError]:
    """What ``check_matter`` would find, one from each check instead of the first only."""
    found = []
    for check in MATTER_CHECKS:
        try:
            check(data, registers)
        except PlacedError as problem:
            found.append(problem)
    return found


def _check_offices(data: Row, registers: Registers) -> None:
    _known(data["department"], registers.departments, "department")
    _known(data["window"], registers.departments, "window")
    if registers.departments[data["window"]].kind != "window":
        raise PlacedError("window", gettext_noop("%(code)s is not a window"), code=data["window"])


def _check_laws(data: Row, registers: Registers) -> None:
    for path, basis in _bases(data):
        _known(basis["law"], registers.laws, f"{path}/law")


def _check_applies(data: Row, registers: Registers) -> None:
    check_condition(data["applies"]["when"], registers, "applies/when")


def check_budgets(registers: Registers) -> None:
    """The hall's usual limits, on which every matter falls back."""
    _known(registers.deferral["source"]["law"], registers.laws, "deferral/source/law")
    for name, budget in registers.budgets.items():
        _known(budget["source"]["law"], registers.laws, f"{name}/source/law")
        _check_budget(name, budget)


def check_retention(rows: Sequence[Row], registers: Registers) -> None:
    """Laws are known, codes single, and the last rule covers every case, so that none is without a term."""
    for index, row in enumerate(rows):
        _known(row["source"]["law"], registers.laws, f"retention/{index}/source/law")
    if len({row["code"] for row in rows}) != len(rows):
        raise PlacedError("retention", "a rule is there twice")
    if any(key in rows[-1] for key in ("kinds", "stages", "endings")):
        raise PlacedError(f"retention/{len(rows) - 1}", "the last rule must cover every case")


def check_file_name(stem: str, data: Row) -> None:
    """A file is named after its matter (``sg01-construction-permit``), so no code can be there twice
    unnoticed and every error points at the right file."""
    if not stem.startswith(f"{data['code'].lower()}-"):
        raise PlacedError(
            "code", gettext_noop("%(code)s is in a file whose name doesn't start with it"), code=data["code"]
        )


def check_condition(condition: Condition, registers: Registers, path: str) -> None:
    """Facts are known, and values are of the fact's kind, so that evaluating never raises."""
    for leaf in leaves(condition):
        _known(leaf["fact"], registers.facts, path)
        fact, op = registers.facts[leaf["fact"]], leaf["op"]
        if (fact.type == "number") != (op in ORDERED):
            raise PlacedError(
                path, gettext_noop("%(fact)s can't be asked by %(op)s"), fact=f"{fact.name} ({fact.type})", op=op
            )
        values = leaf["value"] if op == "in" else [leaf["value"]]
        for value in values:
            if not _fits(value, fact, registers):
                raise PlacedError(
                    path, gettext_noop("%(value)s is not a value of %(fact)s"), value=repr(value), fact=fact.name
                )


def check_hall(catalogue: Catalogue, registers: Registers) -> None:
    """Stages and themes name things that exist; codes of matters and names of papers are single."""
    codes = Counter(matter.code for matter in catalogue.matters)
    for code, times in codes.items():
        if times > 1:
            raise PlacedError("matters", gettext_noop("%(code)s is there %(times)s times"), code=code, times=times)
    for stage in catalogue.stages:
        _known(stage.department, registers.departments, f"stages/{stage.code}/department")
    for theme in catalogue.themes:
        check_theme(theme, codes)
        if theme.when is not None:
            check_condition(theme.when, registers, f"themes/{theme.code}/when")
    for session in catalogue.sessions:
        _known(session.department, registers.departments, f"sessions/{session.code}/department")
        for code in session.matters:
            _known(code, codes, f"sessions/{session.code}/matters")
    check_issuers(registers.papers, codes)


def check_issuers(papers: Mapping[str, Row], codes: Mapping[str, Any]) -> None:
    """Papers name matters that exist."""
    for paper in papers.values():
        for code in paper.get("issued_by", ()):
            _known(code, codes, f"materials/{paper['code']}/issued_by")


def check_theme(theme: Theme, codes: Mapping[str, Any]) -> None:
    """Matters exist, each once; what one waits for is in the theme; no loop; ``overlap`` is part of ``after``."""
    graph = {item.code: item.after for item in theme.matters}
    if len(graph) != len(theme.matters):
        raise PlacedError(f"themes/{theme.code}/matters", gettext_noop("a matter is there twice"))
    for item in theme.matters:
        _known(item.code, codes, f"themes/{theme.code}/matters")
        for earlier in item.after:
            _known(earlier, graph, f"themes/{theme.code}/{item.code}/after")
        for earlier in item.overlap:
            _known(earlier, dict.fromkeys(item.after), f"themes/{theme.code}/{item.code}/overlap")
    _acyclic(graph, f"themes/{theme.code}")


def _bases(data: Row) -> Iterable[tuple[str, Row]]:
    for index, basis in enumerate(data["basis"]):
        yield f"basis/{index}", basis
    for name, limit in data["limits"].items():
        yield f"limits/{name}/source", limit["source"]
    for index, step in enumerate(data["steps"]):
        if "silence_source" in step:
            yield f"steps/{index}/silence_source", step["silence_source"]
    if "basis" in data["fee"]:
        yield "fee/basis", data["fee"]["basis"]
    for name in ("deferral", "commitment", "notice"):
        if "source" in data.get(name, {}):
            yield f"{name}/source", data[name]["source"]


def _check_limits(data: Row, registers: Registers) -> None:
    for name, limit in data["limits"].items():
        if name != "extension":
            _check_budget(f"limits/{name}", limit)


def _check_budget(path: str, budget: Row) -> None:
    if budget["promised"] > budget["lawful"]:
        raise PlacedError(
            f"{path}/promised",
            gettext_noop("%(promised)s is more than the lawful %(lawful)s"),
            promised=budget["promised"],
            lawful=budget["lawful"],
        )


def _check_materials(data: Row, registers: Registers) -> None:
    seen: set[str] = set()
    for index, material in enumerate(data["materials"]):
        code, path = material["code"], f"materials/{index}/code"
        _known(code, registers.papers, path)
        if code in seen:
            raise PlacedError(path, gettext_noop("%(code)s is there twice"), code=code)
        seen.add(code)
        if material.get("secondary") and not material.get("required", True):
            raise PlacedError(path, gettext_noop("%(code)s is optional, so there is nothing to defer"), code=code)
        if material.get("secondary") and material.get("statutory"):
            raise PlacedError(path, gettext_noop("%(code)s is asked for by law, so it can't follow later"), code=code)


def _check_ways(data: Row, registers: Registers) -> None:
    """Fields of the form are known; a commitment spares papers that the matter wants; deferral has its papers."""
    seen: set[str] = set()
    for index, item in enumerate(data.get("form", ())):
        _known(item["name"], registers.fields, f"form/{index}/name")
        if item["name"] in seen:
            raise PlacedError(f"form/{index}/name", gettext_noop("%(code)s is there twice"), code=item["name"])
        seen.add(item["name"])
    wanted = {item["code"]: True for item in data["materials"]}
    for code in data.get("commitment", {}).get("spares", ()):
        _known(code, wanted, "commitment/spares")
    if "deferral" in data and not any(item.get("secondary") for item in data["materials"]):
        raise PlacedError("deferral", gettext_noop("no paper may be deferred"))


def _check_steps(data: Row, registers: Registers) -> None:
    """Codes and order of the steps, and that the longest way through them fits the promised days."""
    steps: list[Row] = data["steps"]
    by_code = {step["code"]: step for step in steps}
    if len(by_code) != len(steps):
        raise PlacedError("steps", gettext_noop("a code is there twice"))
    for index, step in enumerate(steps):
        _known(step["department"], registers.departments, f"steps/{index}/department")
        for needed in step["needs"]:
            _known(needed, by_code, f"steps/{index}/needs")
        if step.get("silence") and step["kind"] == "decide":
            raise PlacedError(f"steps/{index}/silence", gettext_noop("a decision is never made by silence"))
    _acyclic({step["code"]: step["needs"] for step in steps}, "steps")
    _check_decision(steps, data["department"])
    longest = longest_path(steps)
    promised = data["limits"]["decision"]["promised"]
    if longest > promised:
        raise PlacedError(
            "steps",
            gettext_noop("the steps take %(longest)s days in a row, but %(promised)s are promised"),
            longest=longest,
            promised=promised,
        )


def _check_decision(steps: Sequence[Row], department: str) -> None:
    """The last step, and only that, decides; it is the lead department's and waits for all ends."""
    deciding = [step for step in steps if step["kind"] == "decide"]
    if len(deciding) != 1 or steps[-1] is not deciding[0]:
        raise PlacedError("steps", gettext_noop("exactly one step decides, and it is the last"))
    decision = deciding[0]
    if decision["department"] != department:
        raise PlacedError(
            f"steps/{len(steps) - 1}/department", gettext_noop("the decision is %(code)s's"), code=department
        )
    needed = {code for step in steps for code in step["needs"]}
    loose = sorted({step["code"] for step in steps} - needed - {decision["code"]})
    if loose:
        raise PlacedError(
            f"steps/{len(steps) - 1}/needs",
            gettext_noop("the decision doesn't wait for %(codes)s"),
            codes=", ".join(loose),
        )
    if decision["code"] in needed:
        raise PlacedError("steps", gettext_noop("a step waits for the decision"))


def longest_path(steps: Sequence[Row]) -> int:
    """Days from acceptance to decision when every step takes all its days."""
    by_code = {step["code"]: step for step in steps}
    done: dict[str, int] = {}
    for code in TopologicalSorter({step["code"]: step["needs"] for step in steps}).static_order():
        step = by_code[code]
        done[code] = step["days"] + max((done[needed] for needed in step["needs"]), default=0)
    return max(done.values())


def _acyclic(graph: Mapping[str, Sequence[str]], path: str) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise PlacedError(
            path, gettext_noop("wait for each other: %(loop)s"), loop=" → ".join(error.args[1])
        ) from error


def _known(code: str, among: Mapping[str, Any], path: str) -> None:
    if code not in among:
        raise PlacedError(path, gettext_noop("%(code)s is unknown"), code=code)


def _fits(value: Any, fact: Fact, registers: Registers) -> bool:
    match fact.type:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "choice":
            return value in {code for code, _name, _name_en in fact.choices}
        case "section":
            return value in registers.divisions
        case _:
            return any(value in divisions for divisions in registers.divisions.values())


MATTER_CHECKS: tuple[Callable[[Row, Registers], None], ...] = (
    _check_offices,
    _check_laws,
    _check_limits,
    _check_materials,
    _check_ways,
    _check_steps,
    _check_applies,
)
