"""Every value of a matter once, page by page of the editor: its place, what it is called, of which kind it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.editing.fields import Field, Rows, Section, both, days
from approvals.models import Matter

UNITS = (("workday", _("Working days")), ("calendar", _("Calendar days")))
KINDS = (
    ("permit", _("Administrative licence")),
    ("confirmation", _("Administrative confirmation")),
    ("filing", _("Filing")),
    ("other", _("Public service")),
)
FORMS = (("original", _("Original")), ("copy", _("Copy")), ("electronic", _("Electronic")))
FILES = (("pdf", "PDF"), ("image", _("image")), ("docx", "docx"), ("xlsx", "xlsx"), ("dwg", "dwg"))
BLANKS = (("", _("None")), ("form", _("Form made from the application")), ("statement", _("Statement")))
STEP_KINDS = (("review", pgettext_lazy("step", "Review")), ("decide", pgettext_lazy("step", "Decision")))
SILENCE = (("", _("The step stays open and late")), ("agree", _("Counts as agreement")))
TOPICS = (
    ("matter", pgettext_lazy("form page", "Of the matter")),
    ("project", pgettext_lazy("form page", "Of the project")),
    ("applicant", pgettext_lazy("form page", "Of the applicant")),
)
FIELD_TYPES = (
    ("text", _("Short text")),
    ("longtext", _("Long text")),
    ("number", _("Number")),
    ("date", _("Date")),
    ("boolean", _("Yes or no")),
    ("choice", _("Choice")),
)


def _budget(name: str, title: Any) -> tuple[Field, ...]:
    path, unit = f"limits.{name}", f"limits.{name}.unit"
    return (
        days(f"{path}.promised", _("Promised limit"), unit, group=title),
        days(f"{path}.lawful", _("Lawful limit"), unit, group=title),
        Field(unit, _("Counted in"), "choice", UNITS, group=title),
        Field(f"{path}.source", _("Source of the lawful limit"), "basis", group=title),
        *both(f"{path}.note", _("Note"), needed=False, group=title),
    )


TEXTS = both("text", _("Text"), "text")

BASICS = Section(
    "basics",
    _("Basics"),
    _("What the matter is called, who handles it and who may apply."),
    (
        *both("name", _("Name"), most=120),
        Field(
            "national_name",
            _("National name"),
            needed=False,
            most=120,
            hint=_("As the national list of matters has it."),
        ),
        Field("stage", _("Stage"), "choice", tuple((str(code), label) for code, label in Matter.Stage.choices)),
        Field("department", _("Department in charge"), "choice", source="departments"),
        Field("window", _("Window"), "choice", source="windows"),
        Field("kind", _("Kind of matter"), "choice", KINDS),
        *both("applicant.text", _("Who may apply")),
        Field("visits", _("Visits to the hall"), "count", high=3),
        Field("needs_project_code", _("The national project code is needed before acceptance"), "flag"),
    ),
)
BASIS = Section(
    "basis",
    _("Legal basis"),
    _("A law that is not in the list is added by its name. It can then be chosen on the other pages too."),
    lists=(Rows("basis", _("Legal basis"), _("Law"), (Field("", _("Law"), "basis"),), key="law"),),
)
CONDITIONS = Section(
    "conditions",
    _("Conditions"),
    lists=(Rows("conditions", _("Conditions"), _("Condition"), TEXTS, key="text"),),
)
LIMITS = Section(
    "limits",
    _("Limits"),
    _("The promised limit drives the lights, the lawful one the faults."),
    (
        *_budget("decision", _("Decision")),
        Field(
            "limits.extension",
            _("Extension"),
            "count",
            needed=False,
            unit="limits.decision.unit",
            hint=_("0 where the law knows none."),
            group=_("Extension"),
        ),
        Field("limits.extension_source", _("Source of the extension"), "basis", needed=False, group=_("Extension")),
        *_budget("acceptance", _("Acceptance")),
        *_budget("delivery", _("Delivery")),
    ),
)
MATERIALS = Section(
    "materials",
    _("Materials"),
    _("The same code is the same paper in every matter, and is uploaded once."),
    lists=(
        Rows(
            "materials",
            _("Materials"),
            _("Paper"),
            (
                Field(
                    "code", _("Code"), most=30, hint=_("Small letters, figures and hyphens, for example land-title.")
                ),
                *both("name", _("Name"), most=120),
                Field("required", _("Required"), "flag"),
                Field("secondary", _("May follow later against a commitment"), "flag"),
                Field("statutory", _("Asked for by law: may never follow later"), "flag"),
                Field("form", _("Original or copy"), "choice", FORMS),
                Field("accepts", _("File formats"), "choices", FILES),
                Field("from_government", _("A document issued by an authority"), "flag"),
                Field("issued_by", _("Result of these matters"), "choices", source="matters", needed=False),
                Field(
                    "valid_months",
                    _("Months for which it may be used again"),
                    "count",
                    needed=False,
                    high=240,
                    hint=_("0 where nothing limits it."),
                ),
                Field("template", _("Blank form to download"), "choice", BLANKS, needed=False),
                Field("sample", _("A filled-in sample to download"), "flag"),
                *both("note", _("Note"), needed=False, most=300),
            ),
            key="code",
            label="name",
            folded=True,
        ),
    ),
)
STEPS = Section(
    "steps",
    _("Steps"),
    _("Exactly one step decides: the last, in the department in charge. Every other step leads to it."),
    lists=(
        Rows(
            "steps",
            _("Steps"),
            _("Step"),
            (
                Field(
                    "code", _("Code"), most=30, hint=_("Small letters, figures and hyphens, for example site-review.")
                ),
                *both("name", _("Name"), most=80),
                Field("department", _("Department"), "choice", source="departments"),
                Field("kind", _("What is done"), "choice", STEP_KINDS),
                days("days", _("Days"), "limits.decision.unit"),
                Field("needs", _("Begins after"), "choices", source="steps", needed=False),
                Field("silence", _("When the department lets the days run out"), "choice", SILENCE, needed=False),
                Field("silence_source", _("Law for it"), "basis", needed=False),
            ),
            key="code",
            label="name",
            folded=True,
        ),
    ),
)
FORM = Section(
    "form",
    _("Application form"),
    _("What the applicant fills in; a line with the same name is asked once for all matters."),
    lists=(
        Rows(
            "form",
            _("Lines of the form"),
            _("Line"),
            (
                Field(
                    "name",
                    _("Name of the line"),
                    most=40,
                    hint=_("Small letters and underscores, for example building_height."),
                ),
                *both("label", _("Question")),
                Field("type", _("Kind of answer"), "choice", FIELD_TYPES),
                Field("topic", _("Page of the form"), "choice", TOPICS),
                Field("required", _("Required"), "flag"),
                *both("unit", _("Unit"), needed=False),
                *both("help", _("Explanation"), needed=False),
                Field(
                    "source",
                    _("Filled in from"),
                    needed=False,
                    hint=_("For example enterprise.name, project.name or fact.building_area."),
                ),
                Field("sample", _("Sample answer"), needed=False),
                Field(
                    "choices", _("Choices"), "options", needed=False, hint=_("One a line: code | name | English name.")
                ),
            ),
            key="name",
            label="label",
            folded=True,
        ),
    ),
)
APPLIES = Section(
    "applies",
    _("When it is needed"),
    _("Which projects need the matter. What a project has not answered yet leaves it open."),
    both("reason", _("Reason told to the applicant"), "text"),
    others=("when",),
)
WAYS = Section(
    "ways",
    _("Deferral, commitment, public notice"),
    "",
    (
        days("deferral.days", _("Missing papers follow within"), "deferral.unit", needed=False, group=_("Deferral")),
        Field("deferral.unit", _("Counted in"), "choice", UNITS, needed=False, group=_("Deferral")),
        Field("deferral.hold", _("The certificate waits until every gap is filled"), "flag", group=_("Deferral")),
        Field("deferral.source", _("Rule for it"), "basis", needed=False, group=_("Deferral")),
        Field("commitment", _("Decided on a commitment, checked afterwards"), "switch", group=_("Commitment")),
        *both("commitment.text", _("Text of the commitment"), "text", needed=False, group=_("Commitment")),
        Field(
            "commitment.spares",
            _("Papers that need not be handed in"),
            "choices",
            source="papers",
            needed=False,
            group=_("Commitment"),
        ),
        days(
            "commitment.check_days", _("Checked within"), "commitment.check_unit", needed=False, group=_("Commitment")
        ),
        Field("commitment.check_unit", _("Counted in"), "choice", UNITS, needed=False, group=_("Commitment")),
        Field("commitment.source", _("Rule for it"), "basis", needed=False, group=_("Commitment")),
        Field("notice", _("Public notice before acceptance"), "switch", group=_("Public notice")),
        days("notice.days", _("Days on the public site"), "notice.unit", needed=False, group=_("Public notice")),
        Field("notice.unit", _("Counted in"), "choice", UNITS, needed=False, group=_("Public notice")),
        Field("notice.source", _("Rule for it"), "basis", needed=False, group=_("Public notice")),
    ),
)
RESULT = Section(
    "result",
    _("Fee and result"),
    "",
    (
        Field("fee.charged", _("A fee is charged"), "flag", group=_("Fee")),
        *both("fee.text", _("Fee"), group=_("Fee")),
        Field("fee.basis", _("Rule for the fee"), "basis", needed=False, group=_("Fee")),
        *both("result.name", _("Result"), group=_("Result")),
        *both("result.validity", _("Validity"), needed=False, group=_("Result")),
    ),
)
PHRASES = Section(
    "phrases",
    _("Phrases"),
    _("Ready sentences for correction notices and refusals."),
    lists=(
        Rows("correction_phrases", _("For correction notices"), _("Phrase"), TEXTS, key="text"),
        Rows("refusal_phrases", _("For refusals"), _("Phrase"), TEXTS, key="text"),
    ),
)
QUESTIONS = Section(
    "questions",
    _("Questions and answers"),
    lists=(
        Rows(
            "questions",
            _("Questions and answers"),
            _("Question"),
            (*both("question", _("Question")), *both("answer", _("Answer"), "text")),
            key="question",
        ),
    ),
)
SOURCES = Section(
    "sources",
    _("Sources"),
    lists=(Rows("sources", _("Sources"), _("Source"), (Field("", _("Source")),), key="", plain=True),),
)
MATTER_SECTIONS = (
    BASICS,
    BASIS,
    CONDITIONS,
    LIMITS,
    MATERIALS,
    STEPS,
    FORM,
    APPLIES,
    WAYS,
    RESULT,
    PHRASES,
    QUESTIONS,
    SOURCES,
)
