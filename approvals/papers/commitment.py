"""告知承诺书: what the law asks, what the firm commits to, what follows (国办发〔2020〕42号)."""

from typing import Any

from accounts.actors import Actor
from approvals.models import ApplicationMatter, Matter, MatterVersion
from approvals.papers.words import days_of_law, law_of
from approvals.special_ways import commitment_of, spared_names
from documents import kinds
from documents.kinds import Kind
from documents.models import Document
from documents.services import issue_document
from enterprises.models import Enterprise

KIND = "approvals.notice_commitment"
TOLD = "一、行政机关告知"
COMMITTED = "二、申请人承诺"
FOLLOWS = "三、违反承诺的后果"


def conditions_text(version: MatterVersion, matter: Matter, enterprise: Enterprise) -> str:
    """The very words that are signed, in Chinese; the same for the same version and firm, so that a signature
    can be looked up by them."""
    terms = commitment_of(version)
    assert terms is not None
    content = version.content
    laws = "、".join(law_of(item) for item in content.get("basis", ()))
    conditions = "；".join(item["text"] for item in content.get("conditions", ()))
    spared = "、".join(f"“{name}”" for name in spared_names(version))
    days = days_of_law(terms["check_days"], terms["check_unit"])
    told = [
        f"事项：{content['name']}。申请人：{enterprise.name}（统一社会信用代码：{enterprise.credit_code}）。",
        f"办理依据：{laws}；{law_of(terms['source'])}。" if laws else f"办理依据：{law_of(terms['source'])}。",
        f"办理条件：{conditions}。" if conditions else "",
        f"以承诺代替提交的材料：{spared}。" if spared else "",
        f"{matter.department.name}自作出决定之日起{days}内对承诺内容进行核查。",
    ]
    follows = [
        "核查发现承诺不实的，责令限期整改；逾期不整改或者整改后仍达不到条件的，依法撤销决定，收回或者注销证照。",
        "承诺不实的，记入本大厅诚信记录，不再适用告知承诺和容缺办理，直至依规解除；构成违法的，依法追究责任。",
    ]
    lines = [TOLD, *(line for line in told if line), COMMITTED, terms["text"], FOLLOWS, *follows]
    return "\n".join(lines)


def issue_commitment(row: ApplicationMatter, *, actor: Actor, text: str, signer: str) -> Document:
    """Number and freeze the signed text as a paper of the matter's department."""
    application = row.application
    terms = commitment_of(row.version)
    assert terms is not None
    return issue_document(
        actor=actor,
        kind=KIND,
        department=row.matter.department,
        subject=("approvals.application", application.pk),
        holder=application.enterprise.name,
        data={
            "addressee": row.matter.department.name,
            "paragraphs": text.splitlines(),
            "rows": [{"label": "承诺人", "value": application.enterprise.name}, {"label": "签字", "value": signer}],
            "law": law_of(terms["source"]),
            "signed_by": application.enterprise.name,
            # Nobody signed more than the text says.
            "closing": "",
        },
    )


SAMPLE: dict[str, Any] = {
    "addressee": "水务局",
    "paragraphs": [
        TOLD,
        "事项：城镇污水排入排水管网许可。",
        COMMITTED,
        "我单位承诺：排放的污水符合规定的标准。",
        FOLLOWS,
        "核查发现承诺不实的，依法撤销决定。",
    ],
    "rows": [{"label": "承诺人", "value": "秦海示例制造有限公司"}, {"label": "签字", "value": "张三"}],
    "signed_by": "秦海示例制造有限公司",
    "closing": "",
}  # fmt: skip


def register() -> None:
    """Called from AppConfig.ready."""
    kinds.register(
        Kind(
            code=KIND, title="告知承诺书", title_en="Informed commitment", mark="告诺", template="notice_commitment",
            sample=SAMPLE,
        )
    )  # fmt: skip
