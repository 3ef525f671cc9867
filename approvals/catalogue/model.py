"""What the catalogue says, as frozen values.

``Matter.as_content()`` is what a published version stores as JSON, complete in itself: later
changes of the files don't reach a running case. ``matter_from_content()`` reads it back.
Every text has its Chinese form first and the English one beside it, ending in ``_en``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from approvals.catalogue.conditions import Condition, Facts, applies


@dataclass(frozen=True)
class Department:
    code: str
    name: str
    name_en: str
    kind: str
    phone: str
    mark: str = ""


@dataclass(frozen=True)
class Stage:
    """One of the four stages of a project, or business registration, with its lead department."""

    code: str
    name: str
    name_en: str
    department: str


@dataclass(frozen=True)
class Fact:
    """Something that conditions may ask about a project; ``default`` counts until it is answered.

    ``help`` explains the question with an example.
    """

    name: str
    label: str
    label_en: str
    type: str
    source: str
    unit: str = ""
    unit_en: str = ""
    default: bool | None = None
    choices: tuple[tuple[str, str, str], ...] = ()
    help: str = ""
    help_en: str = ""


@dataclass(frozen=True)
class Basis:
    """A law and, where they are known for sure, its articles."""

    law: str
    law_en: str
    number: str = ""
    articles: tuple[int, ...] = ()


@dataclass(frozen=True)
class Text:
    text: str
    text_en: str


@dataclass(frozen=True)
class Budget:
    """Days for one duty: ``promised`` drives the lights, ``lawful`` the faults.

    ``unit`` is ``workday`` or ``calendar`` and holds for both figures.
    """

    lawful: int
    promised: int
    unit: str
    source: Basis
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Limits:
    """``extension`` is in the unit of ``decision``; 0 where the law knows none."""

    acceptance: Budget
    decision: Budget
    delivery: Budget
    extension: int = 0
    extension_source: Basis | None = None


@dataclass(frozen=True)
class Fee:
    charged: bool
    text: str
    text_en: str
    basis: Basis | None = None


@dataclass(frozen=True)
class Result:
    """The certificate or paper that ends a granted case."""

    name: str
    name_en: str
    validity: str = ""
    validity_en: str = ""


@dataclass(frozen=True)
class Material:
    """A paper as one matter wants it; the same ``code`` is the same paper in every matter.

    ``secondary`` papers may be deferred (容缺) against a commitment. A ``statutory`` paper is asked for by a law
    that leaves no choice: no leader may let it follow later (特事特办). ``from_government`` papers
    are results of other matters, which the hall fetches where it has them: ``issued_by`` are codes
    of matters whose certificate is this paper. ``valid_months`` is how long a paper of the archive
    may be used again, 0 where its own date says or nothing limits it. ``template`` and ``sample``
    say that the hall makes a blank form and a filled one to download.
    """

    code: str
    name: str
    name_en: str
    form: str
    accepts: tuple[str, ...]
    required: bool
    secondary: bool
    from_government: bool
    note: str = ""
    note_en: str = ""
    issued_by: tuple[str, ...] = ()
    valid_months: int = 0
    template: str = ""
    sample: bool = False
    statutory: bool = False


@dataclass(frozen=True)
class FormField:
    """A line of the application form; the same ``name`` is asked once for all matters of an application.

    ``type`` is text, longtext, number, date, boolean or choice. ``source`` names what the hall
    knows already: ``project.<field>``, ``enterprise.<field>`` or ``fact.<name>``. ``topic`` is the page
    it stands on: applicant, project, or matter for what only some matters ask.
    """

    name: str
    label: str
    label_en: str
    type: str
    required: bool = True
    unit: str = ""
    unit_en: str = ""
    help: str = ""
    help_en: str = ""
    source: str = ""
    sample: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    topic: str = "matter"


@dataclass(frozen=True)
class Deferral:
    """How gaps are filled (容缺): within ``days`` of acceptance in ``unit``.

    ``hold`` keeps the certificate back until every gap is filled.
    """

    days: int
    unit: str
    hold: bool
    source: Basis


@dataclass(frozen=True)
class Commitment:
    """告知承诺: decided on the applicant's commitment, without the ``spares`` papers, checked afterwards.

    ``check_days`` are counted in ``check_unit`` from the decision.
    """

    text: str
    text_en: str
    spares: tuple[str, ...]
    check_days: int
    check_unit: str
    source: Basis


@dataclass(frozen=True)
class PublicNotice:
    """公示 before acceptance: ``days`` in ``unit`` on the public site, during which anybody may object."""

    days: int
    unit: str
    source: Basis


@dataclass(frozen=True)
class Step:
    """A duty of one department inside a case; opens when all of ``needs`` are done.

    ``silence`` is empty, or ``agree`` where a law, ``silence_source``, takes it for agreement when
    a consulted department lets its days run out.
    """

    code: str
    name: str
    name_en: str
    department: str
    kind: str
    days: int
    needs: tuple[str, ...]
    silence: str = ""
    silence_source: Basis | None = None


@dataclass(frozen=True)
class Question:
    question: str
    question_en: str
    answer: str
    answer_en: str


@dataclass(frozen=True)
class Matter:
    """One thing an investor can apply for, with everything a service guide shows."""

    code: str
    name: str
    name_en: str
    national_name: str
    stage: str
    department: str
    window: str
    kind: str
    applicant: Text
    basis: tuple[Basis, ...]
    conditions: tuple[Text, ...]
    limits: Limits
    visits: int
    fee: Fee
    result: Result
    needs_project_code: bool
    when: Condition
    reason: str
    reason_en: str
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    correction_phrases: tuple[Text, ...]
    refusal_phrases: tuple[Text, ...]
    questions: tuple[Question, ...]
    sources: tuple[str, ...]
    form: tuple[FormField, ...] = ()
    deferral: Deferral | None = None
    commitment: Commitment | None = None
    notice: PublicNotice | None = None

    @property
    def secondary_materials(self) -> tuple[Material, ...]:
        return tuple(material for material in self.materials if material.secondary)

    def applies_to(self, facts: Facts) -> bool | None:
        """See ``conditions.applies``; ``None`` means "to be confirmed"."""
        return applies(self.when, facts)

    def as_content(self) -> dict[str, Any]:
        """Plain JSON data that ``matter_from_content`` turns back into an equal matter."""
        content: dict[str, Any] = _plain(asdict(self))
        for step in content["steps"]:
            if not step["silence"]:
                # Left out, so that content written before the rule existed is still the same content.
                del step["silence"], step["silence_source"]
        for material in content["materials"]:
            if not material["statutory"]:
                del material["statutory"]
        return content


@dataclass(frozen=True)
class ThemeMatter:
    """A matter inside a theme: it needs the certificates of ``after``; those of ``overlap``, which is part
    of ``after``, may follow later against a commitment, so that both are handled side by side."""

    code: str
    after: tuple[str, ...] = ()
    overlap: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theme:
    """Several matters that make one thing for the investor (一件事), in a partial order.

    ``when`` says for which projects it is meant, None for none by itself. ``one_result``: the
    certificates are issued together, as one (多证合一).
    """

    code: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    matters: tuple[ThemeMatter, ...]
    when: Condition | None = None
    one_result: bool = False

    @property
    def by_code(self) -> dict[str, ThemeMatter]:
        return {item.code: item for item in self.matters}

    def as_content(self) -> dict[str, Any]:
        """Plain JSON data that ``theme_from_content`` turns back into an equal theme."""
        content: dict[str, Any] = _plain(asdict(self))
        return content


@dataclass(frozen=True)
class SessionKind:
    """Matters that departments look at in one session with one set of opinions (联合审图, 联合验收)."""

    code: str
    name: str
    name_en: str
    department: str
    matters: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """How long closed cases are kept: ``years`` from the day of closing, 0 for ever.

    It holds for the ``kinds`` and ``stages`` of matters and the ``endings`` named, each of which may be
    empty for all. An ending is granted, refused, not_accepted, withdrawn or terminated.
    """

    code: str
    name: str
    name_en: str
    years: int
    source: Basis
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def covers(self, *, kind: str, stage: str, ending: str) -> bool:
        asked = ((self.kinds, kind), (self.stages, stage), (self.endings, ending))
        return all(not named or value in named for named, value in asked)


@dataclass(frozen=True)
class Need:
    """A matter that a project needs, or may need while ``confirmed`` is false."""

    matter: Matter
    confirmed: bool


@dataclass(frozen=True)
class Catalogue:
    departments: tuple[Department, ...]
    stages: tuple[Stage, ...]
    facts: tuple[Fact, ...]
    matters: tuple[Matter, ...]
    themes: tuple[Theme, ...]
    sessions: tuple[SessionKind, ...] = ()
    retention: tuple[Retention, ...] = ()
    by_code: dict[str, Matter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {matter.code: matter for matter in self.matters})

    def matter(self, code: str) -> Matter:
        """The matter with this code; raises KeyError."""
        return self.by_code[code]


def default_facts(facts: Iterable[Fact]) -> dict[str, bool]:
    return {fact.name: fact.default for fact in facts if fact.default is not None}


def needs(matters: Iterable[Matter], facts: Facts, *, defaults: Facts) -> list[Need]:
    """Those of ``matters`` whose condition holds or is still open, in the order given."""
    known = {**defaults, **{name: value for name, value in facts.items() if value not in (None, "")}}
    answers = ((matter, matter.applies_to(known)) for matter in matters)
    return [Need(matter, confirmed=bool(answer)) for matter, answer in answers if answer is not False]


def matter_from_content(content: dict[str, Any]) -> Matter:
    """The matter that ``Matter.as_content`` wrote; raises KeyError or TypeError when it isn't one."""
    fee, limits = content["fee"], content["limits"]
    return Matter(
        **{
            **content,
            "applicant": Text(**content["applicant"]),
            "basis": tuple(_basis(item) for item in content["basis"]),
            "conditions": tuple(Text(**item) for item in content["conditions"]),
            "limits": Limits(
                acceptance=_budget(limits["acceptance"]),
                decision=_budget(limits["decision"]),
                delivery=_budget(limits["delivery"]),
                extension=limits["extension"],
                extension_source=_optional_basis(limits["extension_source"]),
            ),
            "fee": Fee(**{**fee, "basis": _optional_basis(fee["basis"])}),
            "result": Result(**content["result"]),
            "materials": tuple(_material(item) for item in content["materials"]),
            "steps": tuple(_step(item) for item in content["steps"]),
            "correction_phrases": tuple(Text(**item) for item in content["correction_phrases"]),
            "refusal_phrases": tuple(Text(**item) for item in content["refusal_phrases"]),
            "questions": tuple(Question(**item) for item in content["questions"]),
            "sources": tuple(content["sources"]),
            "form": tuple(field_from_content(item) for item in content.get("form", ())),
            "deferral": _with_source(Deferral, content.get("deferral")),
            "commitment": _commitment(content.get("commitment")),
            "notice": _with_source(PublicNotice, content.get("notice")),
        }
    )


def theme_from_content(content: dict[str, Any]) -> Theme:
    """The theme that ``Theme.as_content`` wrote; raises KeyError or TypeError when it isn't one."""
    matters = (
        ThemeMatter(item["code"], tuple(item["after"]), tuple(item.get("overlap", ()))) for item in content["matters"]
    )
    return Theme(**{**content, "matters": tuple(matters)})


def _material(item: dict[str, Any]) -> Material:
    return Material(**{**item, "accepts": tuple(item["accepts"]), "issued_by": tuple(item.get("issued_by", ()))})


def field_from_content(item: dict[str, Any]) -> FormField:
    """One line of a stored form."""
    return FormField(**{**item, "choices": tuple(tuple(choice) for choice in item.get("choices", ()))})


def _commitment(data: dict[str, Any] | None) -> Commitment | None:
    if data is None:
        return None
    return Commitment(**{**data, "spares": tuple(data["spares"]), "source": _basis(data["source"])})


def _with_source(made: type[Any], data: dict[str, Any] | None) -> Any:
    return None if data is None else made(**{**data, "source": _basis(data["source"])})


def _basis(data: dict[str, Any]) -> Basis:
    return Basis(**{**data, "articles": tuple(data["articles"])})


def _step(data: dict[str, Any]) -> Step:
    source = _optional_basis(data.get("silence_source"))
    return Step(**{**data, "needs": tuple(data["needs"]), "silence_source": source})


def _optional_basis(data: dict[str, Any] | None) -> Basis | None:
    return None if data is None else _basis(data)


def _budget(data: dict[str, Any]) -> Budget:
    return Budget(**{**data, "source": _basis(data["source"])})


def _plain(value: Any) -> Any:
    """Tuples become lists, as they would on the way through JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
