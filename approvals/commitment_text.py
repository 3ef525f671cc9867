"""The words of a commitment to hand in later (容缺受理承诺书), in Chinese, as they are signed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from approvals.papers.words import days
from common.display import chinese_date

# What is promised in general comes after the list; (2) and (3) are what 办理须知 calls consequences.
CONSEQUENCES = (
    "一、上述材料为非主要材料，其余申请材料均已提交，内容真实、准确、完整，与后补材料一致。",
    "二、本单位在承诺期限内主动补交，补交的材料符合法定形式；办件受理日期晚于预计受理日期的，"
    "自受理之日起按所列天数计算期限。",
    "三、逾期未补交或者补交不合格又未在剩余期限内补正的，同意终止办理该办件；已经送达决定的，同意撤销决定、收回证照。",
    "四、出现前项情形的，自终止办理或者撤销之日起，本单位不再适用容缺受理，直至服务大厅书面解除。",
    "五、材料和前置证照补齐之前，有关办件可以先行审查、作出决定；按规定须补齐后发证的，暂不发放证照。",
)


@dataclass(frozen=True, slots=True)
class PaperPromise:
    """A paper that follows by ``until``, or by ``days`` after acceptance where that comes late."""

    name: str
    matters: tuple[str, ...]
    until: date
    days: int
    unit: str

    @property
    def line(self) -> str:
        matters = "、".join(self.matters)
        return (
            f"《{self.name}》（{matters}），于{chinese_date(self.until)}（含当日）前补交"
            f"（自受理之日起{days(self.days, self.unit)}）。"
        )


@dataclass(frozen=True, slots=True)
class CertificatePromise:
    """A matter that goes on while the certificate of ``prerequisite`` is not there."""

    code: str
    matter: str
    prerequisite: str
    prerequisite_name: str

    @property
    def line(self) -> str:
        return f"“{self.matter}”所需的“{self.prerequisite_name}”办理结果，待其办结后由服务大厅内部调取。"


def promised_lines(papers: Iterable[PaperPromise], certificates: Iterable[CertificatePromise]) -> list[str]:
    """What follows, numbered."""
    lines = [*(one.line for one in papers), *(one.line for one in certificates)]
    return [f"{number}．{line}" for number, line in enumerate(lines, 1)]


def opening(holder: str, project: str) -> str:
    return f"{holder}就“{project}”申请容缺受理，已知悉容缺受理的条件、期限和后果，承诺补交下列材料："


def deferral_text(
    *, holder: str, project: str, papers: Iterable[PaperPromise], certificates: Iterable[CertificatePromise]
) -> list[str]:
    """The whole commitment, a paragraph a line."""
    return [opening(holder, project), *promised_lines(papers, certificates), *CONSEQUENCES]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
