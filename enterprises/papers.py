"""The written mandate (代办委托书, 民法典 art. 165) as an official document, and who sees it."""

from django.utils import translation

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from common.display import chinese_date
from documents import access
from documents.kinds import Kind, register
from documents.models import Document
from documents.samples import sample_of
from documents.services import issue_document, revoke_document
from enterprises import scope
from enterprises.models import Mandate

LABEL = "enterprises.mandate"
KIND = "enterprises.mandate"


def issue_mandate(mandate: Mandate, *, actor: Actor) -> Document | None:
    """Issued by the office where the agent holds his post; None where he holds none any more."""
    office = _office(mandate.agent)
    if office is None:
        return None
    firm, agent = mandate.enterprise, str(mandate.agent)
    # Names of matters are asked for in the language of the paper, whoever gives the mandate.
    with translation.override("zh-hans"):
        matters = "、".join(scope.labels(mandate.matters)) or "全部审批和服务事项"
    given = chinese_date(mandate.granted_at)
    powers = ["填写、提交申请材料，签收补正告知等文书。", "查询办理进度，领取办理结果。"]
    if mandate.may_declare:
        powers.insert(0, "申报投资项目。")
    return issue_document(
        actor=actor,
        kind=KIND,
        department=office,
        subject=(LABEL, mandate.pk),
        holder=firm.name,
        at=mandate.granted_at,
        valid_until=mandate.ends_on,
        data={
            "addressee": office.name,
            "rows": [
                {"label": "委托人", "value": firm.name},
                {"label": "统一社会信用代码", "value": firm.credit_code},
                {"label": "受托人", "value": f"{office.name}（代办员：{agent}）"},
                {"label": "代办事项", "value": matters},
                {"label": "委托期限", "value": f"{chinese_date(mandate.starts_on)}至{chinese_date(mandate.ends_on)}"},
                {"label": "服务费用", "value": "免费"},
                *([{"label": "附言", "value": mandate.note}] if mandate.note else []),
            ],
            "points": powers,
            "signatures": [
                {"label": "委托人（网上签署）", "name": str(mandate.granted_by), "date": given},
                {"label": "受托人", "name": agent, "date": given},
            ],
            "signed_by": firm.name,
        },
    )


def revoke_mandate_paper(mandate: Mandate, *, actor: Actor) -> None:
    """The mandate has ended before its day: its paper says so to whoever verifies it."""
    for paper in Document.objects.of_subject(LABEL, mandate.pk).filter(revoked_at=None):
        revoke_document(actor=actor, document=paper, reason=f"委托已撤销：{mandate.revoke_reason}")


def paper_of(mandate: Mandate) -> Document | None:
    """The mandate's paper; those given before there were papers have none."""
    return Document.objects.of_subject(LABEL, mandate.pk).in_order().last()


def _office(agent: User) -> Department | None:
    post = Post.objects.current().with_role(Role.AGENT).filter(user=agent).select_related("department").first()
    return post.department if post else None


def register_papers() -> None:
    """Called from AppConfig.ready."""
    register(Kind(KIND, "代办委托书", "Agency mandate", "代办", "mandate", sample_of("mandate")))
    access.register(LABEL, Mandate.objects.visible_to)
