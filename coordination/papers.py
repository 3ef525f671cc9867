"""The minutes (会议纪要) as an official document, numbered and frozen when the chair signs."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Department, Post
from common.display import chinese_date, local_moment
from common.errors import InvalidInput
from coordination.models import Decision, Invitation, Meeting
from documents.kinds import Kind, register
from documents.models import Document
from documents.samples import sample_of
from documents.services import issue_document

LABEL = "coordination.meeting"
KIND = "coordination.minutes"


def issue_minutes(meeting: Meeting, decisions: Sequence[Decision], *, actor: Actor) -> Document:
    """Issued by the office where the secretary holds a post. Raises InvalidInput where there is none."""
    office, signed_at = _office(meeting), meeting.signed_at
    assert signed_at is not None
    if office is None:
        raise InvalidInput({"": _("The secretary holds no post any more: name another one first.")})
    with translation.override("zh-hans"):
        return issue_document(
            actor=actor,
            kind=KIND,
            department=office,
            subject=(LABEL, meeting.pk),
            holder=meeting.title,
            at=meeting.signed_at,
            data={
                # For all who were there, so for nobody by name.
                "addressee": "",
                "rows": [
                    {"label": "会议名称", "value": meeting.title},
                    {"label": "会议类别", "value": str(meeting.get_kind_display())},
                    {"label": "时间", "value": local_moment(meeting.starts_at)},
                    {"label": "地点", "value": meeting.place},
                    {"label": "主持人", "value": str(meeting.chair)},
                    {"label": "记录", "value": str(meeting.secretary)},
                    {"label": "参会", "value": _attendance(meeting, attended=True)},
                    {"label": "缺席", "value": _attendance(meeting, attended=False)},
                ],
                "paragraphs": [*meeting.minutes.splitlines(), *_spoken(meeting)],
                "points": [_decided(one) for one in decisions] or ["本次会议无议定事项。"],
                "signatures": [
                    {"label": "主持人签发", "name": str(meeting.signed_by), "date": chinese_date(signed_at)}
                ],
            },
        )


def _attendance(meeting: Meeting, *, attended: bool) -> str:
    rows: list[Invitation] = list(meeting.invitations.filter(attended=attended).select_related("user", "enterprise"))
    return "、".join(f"{row.guest}（{row.substitute}代）" if row.substitute else row.guest for row in rows) or "无"


def _spoken(meeting: Meeting) -> list[str]:
    rows = meeting.items.exclude(outcome="").order_by("position", "pk")
    return [f"关于“{row.title}”：{' '.join(row.outcome.split())}" for row in rows]


def _decided(decision: Decision) -> str:
    by = str(decision.department.name) if decision.department else "项目服务小组"
    return f"{' '.join(decision.text.split())}（责任单位：{by}，{decision.days}个工作日内）"


def _office(meeting: Meeting) -> Department | None:
    post = Post.objects.current().filter(user=meeting.secretary).select_related("department").first()
    return post.department if post else None


def register_papers() -> None:
    """Called from AppConfig.ready; who may see them: ``coordination.access``."""
    register(Kind(KIND, "会议纪要", "Minutes", "纪要", "minutes", sample_of("minutes")))
