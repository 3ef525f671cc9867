"""Matters, applications and cases for tests.

``make_*`` make one aggregate each; ``submit`` and ``make_case_submitted`` go through the services.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

from accounts.actors import Actor
from accounts.models import Department, User
from approvals import application_form
from approvals.models import Application, ApplicationMatter, Case, Material, MaterialFile, Matter, MatterVersion
from approvals.services import submit_application
from approvals.services.catalogue import digest_of
from approvals.services.drafting import choose_matters, start_application
from approvals.services.filling import save_answers_of_form
from common.time import now
from files.models import StoredFile
from projects.models import Project
from tests.factories.accounts import make_department
from tests.factories.files import make_file

_serial = count(1)

LICENSING = {
    "law": "中华人民共和国行政许可法",
    "law_en": "Administrative Licensing Law",
    "number": "",
    "articles": [42],
}


def make_budget(promised: int, lawful: int, unit: str = "workday") -> dict[str, Any]:
    return {"promised": promised, "lawful": lawful, "unit": unit, "source": LICENSING, "note": "", "note_en": ""}


def make_material_spec(code: str = "application-form", **fields: Any) -> dict[str, Any]:
    """One entry of a matter's materials."""
    defaults = {
        "code": code,
        "name": f"材料{code}",
        "name_en": f"Paper {code}",
        "form": "original",
        "accepts": ["pdf", "image"],
        "required": True,
        "secondary": False,
        "from_government": False,
        "note": "",
        "note_en": "",
    }
    return {**defaults, **fields}


def make_step_spec(
    code: str, department: str, *, kind: str = "review", needs: Sequence[str] = (), days: int = 3
) -> dict[str, Any]:
    """One entry of a matter's steps."""
    return {
        "code": code, "name": f"环节{code}", "name_en": f"Step {code}", "department": department,
        "kind": kind, "days": days, "needs": list(needs),
    }  # fmt: skip


def make_content(code: str, department: str, window: str, **fields: Any) -> dict[str, Any]:
    """Complete content of a version: one material, one deciding step, needed by every project."""
    defaults: dict[str, Any] = {
        "code": code,
        "name": f"事项{code}",
        "name_en": f"Matter {code}",
        "national_name": "",
        "stage": "land",
        "department": department,
        "window": window,
        "kind": "permit",
        "applicant": {"text": "项目单位", "text_en": "The project's enterprise"},
        "basis": [LICENSING],
        "conditions": [{"text": "符合规划", "text_en": "Conforms to the plan"}],
        "limits": {
            "acceptance": make_budget(1, 5),
            "decision": make_budget(5, 20),
            "delivery": make_budget(2, 10),
            "extension": 10,
            "extension_source": LICENSING,
        },
        "visits": 0,
        "fee": {"charged": False, "text": "不收费", "text_en": "Free of charge", "basis": None},
        "result": {"name": f"{code}证", "name_en": f"Certificate {code}", "validity": "", "validity_en": ""},
        "needs_project_code": False,
        "when": {"fact": "total_investment", "op": "gte", "value": 0},
        "reason": "所有投资项目都需要办理",
        "reason_en": "Every investment project needs it",
        "materials": [make_material_spec()],
        "steps": [make_step_spec("decide", department, kind="decide")],
        "correction_phrases": [{"text": "请补正", "text_en": "Please correct"}],
        "refusal_phrases": [{"text": "不符合条件", "text_en": "Does not meet the conditions"}],
        "questions": [],
        "sources": ["tests"],
    }
    return {**defaults, **fields}


def make_matter(
    code: str = "", *, department: Department | None = None, window: Department | None = None, **content: Any
) -> Matter:
    """A matter with one published version; makes the departments that are not given.

    Steps given in ``content`` name departments by code, which must exist.
    """
    code = code or f"LX{next(_serial):04d}"
    department = department or make_department()
    window = window or Department.objects.filter(kind=Department.Kind.WINDOW).first() or make_department(
        "window", kind=Department.Kind.WINDOW
    )  # fmt: skip
    full = make_content(code, department.code, window.code, **content)
    matter = Matter.objects.create(
        code=code,
        name=full["name"],
        name_en=full["name_en"],
        stage=full["stage"],
        department=department,
        window=window,
        position=next(_serial),
    )
    matter.current = MatterVersion.objects.create(
        matter=matter, number=1, content=full, digest=digest_of(full), created_at=now()
    )
    matter.save()
    return matter


def make_application(
    project: Project, user: User, matters: Sequence[Matter] = (), *, actor: Actor | None = None
) -> Application:
    """A draft with chosen matters and their materials, through the services; ``user`` must be a member."""
    actor = actor or Actor(user)
    application = start_application(actor=actor, project=project)
    if matters:
        choose_matters(actor=actor, application=application, codes=[matter.code for matter in matters])
    return application


def hand_in_all(application: Application, user: User) -> None:
    """A PDF for each material that has no file yet."""
    for material in application.materials.exclude(files__is_current=True):
        make_material_file(material, user)


def fill_in(application: Application, actor: Actor) -> None:
    """The catalogue's sample values where nothing is known, through the service."""
    form = application_form.sheet(application, offer=False)
    answers = application_form.sample_answers(
        answer.line for answer in form.answers if not (answer.given or answer.fixed)
    )
    save_answers_of_form(actor=actor, application=application, answers=answers)


def make_material_file(material: Material, user: User, file: StoredFile | None = None, **fields: Any) -> MaterialFile:
    """A current file of a material."""
    defaults = {"added_by": user, "added_at": now()}
    return MaterialFile.objects.create(
        material=material, file=file or make_file(user, f"{material.code}.pdf"), **{**defaults, **fields}
    )


def submit(application: Application, user: User, *, actor: Actor | None = None) -> list[Case]:
    """Hand in what is missing and submit, through the service."""
    hand_in_all(application, user)
    return submit_application(actor=actor or Actor(user), application=application)


def make_case_submitted(project: Project, user: User, matter: Matter) -> Case:
    """One case as the real submission makes it, with steps, materials and acceptance clock."""
    (case,) = submit(make_application(project, user, [matter]), user)
    return case


def make_case(project: Project, user: User, matter: Matter, **fields: Any) -> Case:
    """A bare case row of an application of its own: no clock, steps or materials."""
    serial = next(_serial)
    moment = now()
    application = Application.objects.create(
        number=f"SB2026T{serial:06d}", project=project, enterprise=project.enterprise, status="submitted",
        created_by=user, created_at=moment, submitted_by=user, submitted_at=moment,
    )  # fmt: skip
    version = matter.current
    assert version is not None
    ApplicationMatter.objects.create(application=application, matter=matter, version=version)
    defaults = {
        "number": f"BJ2026T{serial:06d}",
        "query_code": f"T{serial:07d}",
        "application": application,
        "project": project,
        "enterprise": project.enterprise,
        "matter": matter,
        "version": version,
        "department": matter.department,
        "window": matter.window,
        "received_at": moment,
    }
    return Case.objects.create(**{**defaults, **fields})
