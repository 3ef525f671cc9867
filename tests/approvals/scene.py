"""A small hall for tests of cases: window, departments, matters, one firm; cases brought to a state by services.

Rows that the services make are never made here by hand, so a case in a test is one that the hall
itself could have produced.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.actors import Actor
from accounts.models import Department, Role, User
from approvals import gaps, services
from approvals.catalogue.model import Theme, ThemeMatter
from approvals.models import (
    Application,
    ApplicationMatter,
    Case,
    Deferral,
    Material,
    MaterialFile,
    Matter,
    MatterVersion,
    Origin,
    Step,
)
from approvals.services.catalogue import publish_theme
from common.time import now, pretend, today
from enterprises.models import Enterprise
from files.models import StoredFile
from projects.models import Project
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership

_serial = count(1)

BUDGET = {"unit": "workday", "source": {"law": "行政许可法", "law_en": "Administrative Licensing Law", "articles": []}}
LIMITS: dict[str, Any] = {
    "acceptance": {**BUDGET, "promised": 1, "lawful": 5},
    "decision": {**BUDGET, "promised": 10, "lawful": 20},
    "delivery": {**BUDGET, "promised": 2, "lawful": 10},
    "extension": 10,
    "extension_source": None,
}
DEFERRAL: dict[str, Any] = {"days": 20, "hold": True, **BUDGET}
PAPERS = (
    {"code": "application-form", "name": "申请表", "name_en": "Application form", "required": True, "secondary": False},
    {"code": "land-title", "name": "用地证明", "name_en": "Land title", "required": True, "secondary": False},
    {"code": "funding", "name": "资金承诺", "name_en": "Funding", "required": True, "secondary": True},
)
ONE_STEP = ({"code": "decide", "kind": "decide", "department": "lead", "days": 5, "needs": []},)
# Three branches, one join that decides.
PARALLEL = (
    {"code": "a", "kind": "review", "department": "lead", "days": 2, "needs": []},
    {"code": "b", "kind": "review", "department": "planning", "days": 2, "needs": []},
    {"code": "c", "kind": "review", "department": "city", "days": 2, "needs": []},
    {"code": "decide", "kind": "decide", "department": "lead", "days": 1, "needs": ["a", "b", "c"]},
)
# One review after which three branches open at once.
FAN = (
    {"code": "first", "kind": "review", "department": "lead", "days": 2, "needs": []},
    {"code": "a", "kind": "review", "department": "lead", "days": 2, "needs": ["first"]},
    {"code": "b", "kind": "review", "department": "planning", "days": 2, "needs": ["first"]},
    {"code": "c", "kind": "review", "department": "city", "days": 2, "needs": ["first"]},
    {"code": "decide", "kind": "decide", "department": "lead", "days": 1, "needs": ["a", "b", "c"]},
)


NOTICE = {
    "days": 20,
    "unit": "calendar",
    "source": {
        "law": "中华人民共和国市场主体登记管理条例",
        "law_en": "Registration of Market Entities",
        "articles": [33],
    },
}
# 告知承诺: without the paper "land-title", checked within forty working days.
COMMITMENT = {
    "text": "我单位承诺：所填写的信息真实、准确。",
    "text_en": "We commit that what we state is true.",
    "spares": ["land-title"],
    "check_days": 40,
    "check_unit": "workday",
    "source": {"law": "告知承诺制指导意见", "law_en": "Commitment system", "articles": []},
}


def _step(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": f"环节{row['code']}", "name_en": f"Step {row['code']}", **row}


def make_scene_file(owner: User | None = None, name: str = "paper.pdf") -> StoredFile:
    """A stored file without bytes."""
    return StoredFile.objects.create(
        name=name, size=10, content_type="application/pdf", sha256="0" * 64, file="none", uploaded_by=owner,
        created_at=now(),
    )  # fmt: skip


@dataclass
class Scene:
    """People and departments; ``clerk``, ``reviewer`` … are users, ``act(user)`` makes the actor."""

    window: Department
    departments: dict[str, Department]
    owner: User
    enterprise: Enterprise
    clerk: User
    colleague: User
    reviewers: dict[str, User]
    approver: User
    head: User
    matters: list[Matter] = field(default_factory=list)

    @staticmethod
    def act(user: User) -> Actor:
        return Actor(user)

    @property
    def reviewer(self) -> User:
        return self.reviewers["lead"]

    def matter(
        self, *, steps: Sequence[dict[str, Any]] = ONE_STEP, papers: Sequence[dict[str, Any]] = PAPERS, **content: Any
    ) -> Matter:
        """A new matter led by department "lead" with one version."""
        number = next(_serial)
        matter = Matter.objects.create(
            code=f"SC{number:03d}",
            name=f"示例许可{number}",
            name_en=f"Sample permit {number}",
            stage="land",
            department=self.departments["lead"],
            window=self.window,
            position=number,
        )
        full = {
            "code": matter.code,
            "name": matter.name,
            "name_en": matter.name_en,
            "limits": LIMITS,
            "deferral": DEFERRAL,
            "needs_project_code": False,
            "when": {"fact": "total_investment", "op": "gte", "value": 0},
            "reason": "需要办理",
            "reason_en": "Needed",
            "materials": [{"accepts": ["pdf"], "note": "", **paper} for paper in papers],
            "steps": [_step(row) for row in steps],
            "correction_phrases": [{"text": "请加盖公章。", "text_en": "Add the seal."}],
            "refusal_phrases": [{"text": "不符合规划。", "text_en": "Against the plan."}],
            "result": {"name": "许可证", "name_en": "Permit", "validity": "", "validity_en": ""},
            **content,
        }
        version = MatterVersion.objects.create(
            matter=matter, number=1, content=full, digest=f"{number:064d}", created_at=now()
        )
        matter.current = version
        matter.save(update_fields=["current"])
        self.matters.append(matter)
        return matter

    def project(self, **fields: Any) -> Project:
        """A declared project of the scene's firm."""
        number = next(_serial)
        defaults: dict[str, Any] = {
            "enterprise": self.enterprise,
            "status": Project.Status.DECLARED,
            "name": f"示例项目{number}",
            "procedure": Project.Procedure.FILING,
            "nature": Project.Nature.NEW,
            "capital": Project.Capital.DOMESTIC,
            "industry": "38",
            "location": "开发区示例路1号",
            "land_area": 1000,
            "building_area": 500,
            "total_investment": 5000,
            "own_funds": 5000,
            "planned_start": date(2026, 1, 1),
            "planned_finish": date(2027, 1, 1),
            "contact_name": "王五",
            "contact_phone": "13800000000",
            "created_by": self.owner,
            "created_at": now(),
            "saved_at": now(),
            "declared_at": now(),
        }
        return Project.objects.create(**{**defaults, **fields})

    def draft(self, *matters: Matter, project: Project | None = None, skip: Sequence[str] = ()) -> Application:
        """An application with a file for every paper but those in ``skip``."""
        application = Application.objects.create(
            project=project or self.project(), enterprise=self.enterprise, created_by=self.owner, created_at=now()
        )
        ApplicationMatter.objects.bulk_create(
            ApplicationMatter(application=application, matter=matter, version=matter.current) for matter in matters
        )
        papers = {paper["code"]: paper for matter in matters for paper in matter.current.materials}
        for position, paper in enumerate(papers.values()):
            material = Material.objects.create(
                application=application, code=paper["code"], name=paper["name"], name_en=paper["name_en"],
                required=paper["required"], secondary=paper["secondary"], accepts=["pdf"], position=position,
            )  # fmt: skip
            if paper["code"] not in skip:
                self.add_file(material)
        return application

    def add_file(self, material: Material) -> MaterialFile:
        """Hand a fresh file in for ``material``, replacing the current one."""
        old = material.files.filter(is_current=True).first()
        if old:
            old.is_current = False
            old.save(update_fields=["is_current"])
        return MaterialFile.objects.create(
            material=material, file=make_scene_file(self.owner), added_by=self.owner, added_at=now(), replaces=old,
            version=old.version + 1 if old else 1,
        )  # fmt: skip

    def received(self, **matter: Any) -> Case:
        """A case at the window."""
        application = self.draft(self.matter(**matter), project=self.project())
        return services.submit_application(actor=self.act(self.owner), application=application)[0]

    def mark_complete(self, case: Case) -> None:
        """Everything but what the applicant promised for later."""
        promised = case.deferrals.filter(status="open", material__isnull=False).values("material")
        findings = {row.pk: ("complete", "") for row in case.materials.exclude(pk__in=promised)}
        services.check_materials(actor=self.act(self.clerk), case=case, findings=findings)

    def waiting(self, **matter: Any) -> Case:
        """A case that waits for the certificate of another one."""
        matters = [self.matter(), self.matter(**matter)]
        order = (ThemeMatter(matters[0].code), ThemeMatter(matters[1].code, (matters[0].code,)))
        entry = Theme(f"order-{next(_serial)}", "顺序", "Order", "说明", "Summary", order)
        application = self.draft(*matters, project=self.project())
        application.theme = publish_theme(actor=Actor.system(), entry=entry, origin=Origin.SCREEN)
        application.save(update_fields=["theme"])
        return services.submit_application(actor=self.act(self.owner), application=application)[1]

    def later(self, application: Application, until: date | None = None, code: str = "funding") -> Material:
        """Mark the paper ``code`` of a draft as following later, by the last possible day unless given."""
        material = application.materials.get(code=code)
        contents = [row.version.content for row in application.chosen.select_related("version")]
        return services.mark_later(
            actor=self.act(self.owner), material=material, until=until or gaps.rules_of(contents)[code].last
        )

    def signature(self, application: Application) -> services.Signature:
        """What the owner does to sign what ``application`` leaves open."""
        promise = gaps.promise_of(application)
        assert promise is not None
        return services.Signature(self.owner.name, agreed=True, seen=promise.digest)

    def submit_promised(
        self, *matters: Matter, until: date | None = None, project: Project | None = None
    ) -> list[Case]:
        """Cases whose paper "funding" follows later."""
        application = self.draft(*matters, skip=["funding"], project=project)
        self.later(application, until)
        return services.submit_application(
            actor=self.act(self.owner), application=application, signature=self.signature(application)
        )

    def promised(self, *, until: date | None = None, **matter: Any) -> Case:
        """A case at the window whose secondary paper follows later, against a signed commitment."""
        return self.submit_promised(self.matter(**matter), until=until)[0]

    def hand_in(self, deferral: Deferral) -> Deferral:
        """Upload the promised paper and hand it in."""
        assert deferral.material is not None
        self.add_file(deferral.material.material)
        services.hand_in_paper(actor=self.act(self.owner), deferral=deferral)
        return Deferral.objects.get(pk=deferral.pk)

    def terminated(self, **matter: Any) -> Case:
        """Its promised day has passed."""
        case = self.reviewing(self.promised(**matter))
        with pretend(now() + timedelta(days=60)):
            found = services.fail_deferral(case_id=case.pk)
        assert found is not None
        return found

    def correcting(self, **matter: Any) -> Case:
        case = self.received(**matter)
        row = case.materials.all()[0]
        services.check_materials(actor=self.act(self.clerk), case=case, findings={row.pk: ("wrong", "缺少公章")})
        services.send_correction(actor=self.act(self.clerk), case=case)
        return self.fresh(case)

    def accepted(self, **matter: Any) -> Case:
        case = self.received(**matter)
        self.mark_complete(case)
        return services.accept_case(actor=self.act(self.clerk), case=case)

    def reviewing(self, case: Case | None = None, **matter: Any) -> Case:
        """``case`` is one at the window; a new one unless given. So with the states after this one."""
        case = case or self.received(**matter)
        self.mark_complete(case)
        return services.accept_case(actor=self.act(self.clerk), case=case, hand_over=True)

    def proposed(self, decision: str = "granted", reason: str = "", case: Case | None = None, **matter: Any) -> Step:
        step = self.step(self.reviewing(case, **matter), "decide")
        return services.propose_decision(actor=self.act(self.reviewer), step=step, decision=decision, reason=reason)

    def decided(self, decision: str = "granted", reason: str = "", case: Case | None = None, **matter: Any) -> Case:
        step = self.proposed(decision, reason, case, **matter)
        return services.approve_proposal(actor=self.act(self.approver), step=step)

    def issued(self, **matter: Any) -> Case:
        return services.issue_decision(actor=self.act(self.clerk), case=self.decided(**matter), way="counter")

    def delivered(self, **matter: Any) -> Case:
        return services.issue_decision(actor=self.act(self.clerk), case=self.decided(**matter), way="online")

    def not_accepted(self, **matter: Any) -> Case:
        return services.not_accept_case(
            actor=self.act(self.clerk), case=self.received(**matter), reason="不属于本机关职权范围"
        )

    def withdrawn(self, **matter: Any) -> Case:
        return services.withdraw_case(actor=self.act(self.owner), case=self.received(**matter))

    def published(self, **matter: Any) -> Case:
        """A case on public notice for twenty calendar days."""
        case = self.received(**{"notice": NOTICE, **matter})
        self.mark_complete(case)
        services.publish_case(actor=self.act(self.clerk), case=case)
        return self.fresh(case)

    def in_state(self, status: str) -> Case:
        """A case that the services brought to ``status``."""
        return {
            "waiting": self.waiting,
            "published": self.published,
            "received": self.received,
            "correcting": self.correcting,
            "not_accepted": self.not_accepted,
            "accepted": self.accepted,
            "reviewing": self.reviewing,
            "decided": self.decided,
            "issued": self.issued,
            "delivered": self.delivered,
            "withdrawn": self.withdrawn,
            "terminated": self.terminated,
        }[status]()

    @staticmethod
    def fresh(case: Case) -> Case:
        return Case.objects.get(pk=case.pk)

    @staticmethod
    def step(case: Case, code: str) -> Step:
        return Step.objects.get(case=case, code=code)


def make_scene() -> Scene:
    """Window, three departments with a reviewer each, an approver and a head in "lead", one firm."""
    number = next(_serial)
    window = make_department(f"window-{number}", kind=Department.Kind.WINDOW, name="综合窗口", name_en="Window")
    # The codes are the ones that steps name.
    departments = {code: make_department(code, name=f"{code}局") for code in ("lead", "planning", "city")}
    since = {"starts_on": today() - timedelta(days=400)}

    def staff(role: str, department: Department, name: str) -> User:
        user = make_user(name=name)
        make_post(user, department, role, **since)
        return user

    owner = make_user(name="业主赵")
    enterprise = make_enterprise()
    make_membership(enterprise, owner)
    return Scene(
        window=window,
        departments=departments,
        owner=owner,
        enterprise=enterprise,
        clerk=staff(Role.CLERK, window, "窗口钱"),
        colleague=staff(Role.CLERK, window, "窗口孙"),
        reviewers={code: staff(Role.REVIEWER, department, f"审核{code}") for code, department in departments.items()},
        approver=staff(Role.APPROVER, departments["lead"], "审批李"),
        head=staff(Role.HEAD, departments["lead"], "局长周"),
    )
