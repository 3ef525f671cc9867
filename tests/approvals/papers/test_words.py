"""What papers print is what was signed, what the law is called and what the case has: no more, and nothing twice."""

import re
from datetime import timedelta

import pytest

from approvals import services
from approvals.models import Case, Commitment, PublicNotice
from common.display import chinese_date
from common.time import pretend
from documents.models import Document
from documents.services import make_pending
from documents.services.templates import template_files
from tests.approvals.march import ZONE
from tests.approvals.scene import COMMITMENT, NOTICE, Scene
from tests.approvals.session_scene import called, speak, together
from tests.approvals.special.test_commitment import draft_of, sign
from tests.factories.documents import said_by

pytestmark = pytest.mark.django_db
__all__ = ["together"]

# What templates say last where the data of a paper say nothing.
USUAL_CLOSINGS = [
    said
    for template in template_files()
    for said in re.findall(r'closing(?:-default: |\(default: )"([^"]+)"', template.source)
]


@pytest.fixture
def printed(scene: Scene, together: list[Case]) -> dict[str, str]:
    """By kind what a paper of it says, without spaces."""
    on_commitment = scene.matter(commitment=COMMITMENT)
    sign(scene, draft_of(scene, on_commitment, by=(on_commitment,)))
    scene.published(notice={**NOTICE, "days": 30})
    session = called(scene, together)
    for code in scene.departments:
        speak(scene, session, code, agrees=code != "city", text="消防车道宽度不足")
    services.close_session(actor=scene.act(scene.reviewer), session=session, summary="修改后重新会商")
    # Last, since the firm is barred then; and it happens on a later day.
    at = scene.terminated().terminated_at
    with pretend(at):
        assert make_pending().failed == 0
    return {document.kind: said_by(document) for document in Document.objects.all()}


def test_papers_print_what_was_said_and_nothing_else(scene: Scene, printed: dict[str, str]) -> None:
    wrong = r"依据：依据|。。|\d\.\d．|\d-\d\d-\d\d"
    assert [kind for kind, text in printed.items() if re.search(wrong, text)] == []
    for kind, commitment in (
        ("approvals.deferral_commitment", Commitment.objects.get(kind=Commitment.Kind.DEFERRAL)),
        ("approvals.notice_commitment", Commitment.objects.get(kind=Commitment.Kind.CONDITIONS)),
    ):
        assert "".join(commitment.text.split()) in printed[kind]
        # At the foot stands who signed, over the date.
        assert re.search(rf"{scene.enterprise.name}二〇\w+日（电子文件）", printed[kind])
    assert "法律依据：服务大厅容缺受理规则及申请人签署的《容缺受理承诺书》。" in printed["approvals.termination"]
    assert "公告期30日" in printed["approvals.public_notice"]
    # Thirty days from the first to the last.
    first = PublicNotice.objects.get().published_at.astimezone(ZONE).date() + timedelta(days=1)
    last = first + timedelta(days=29)
    assert f"{chinese_date(first)}至{chinese_date(last)}" in printed["approvals.public_notice"]
    ours = (
        "approvals.deferral_commitment", "approvals.notice_commitment", "approvals.session_opinion",
        "approvals.public_notice", "approvals.termination",
    )  # fmt: skip
    assert len(USUAL_CLOSINGS) > 5
    assert [(kind, said) for kind in ours for said in USUAL_CLOSINGS if said in printed[kind]] == []
