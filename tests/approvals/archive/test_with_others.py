"""Folders of cases that share papers with others: certificates issued as one, joint reviews, commitments."""

import pytest

from approvals import services
from approvals.models import ArchiveFolder, ArchivePaper, Case, Commitment
from approvals.papers.outcome import issue_certificate, issue_receipt
from approvals.tasks import archive_ended
from common.time import now
from documents.models import Document
from documents.services import issue_document
from tests.approvals.archive.conftest import archived, make_papers
from tests.approvals.scene import PAPERS, Scene
from tests.approvals.session_scene import called, speak, together
from tests.approvals.special.test_together import decide_all, issue, setup
from tests.factories.files import make_file

pytestmark = pytest.mark.django_db
__all__ = ["together"]


def titles(folder: ArchiveFolder, kind: str) -> list[str]:
    return [item["title"] for item in folder.items if item["kind"] == kind]


def test_the_one_certificate_of_a_group_stands_in_every_folder(scene: Scene) -> None:
    cases = issue(scene, decide_all(scene, setup(scene)), way="online")
    asked = {**PAPERS[1], "code": "licence", "name": "营业执照", "issued_by": [cases[1].matter.code]}
    scene.matter(papers=[asked])
    actor = scene.act(scene.clerk)
    on_first = Document.objects.filter(subject_id=cases[0].pk, subject_type="approvals.case")
    certificate = on_first.filter(kind="approvals.certificate").first() or issue_certificate(
        cases[0], actor=actor, at=now()
    )
    assert certificate is not None
    if not on_first.filter(kind="approvals.delivery_receipt").exists():
        issue_receipt(cases[0], cases[0].delivery, actor=actor, documents=[certificate])
    folder = archived(cases[1])
    assert {"许可证", "送达回证"} <= set(titles(folder, "document"))
    assert folder.is_complete
    paper = ArchivePaper.objects.get(case=cases[1], code="licence")
    assert paper.document is not None
    assert paper.document.kind == "approvals.certificate"


def test_a_joint_review_is_in_the_folders_of_its_cases_only(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    for code in scene.departments:
        speak(scene, session, code)
    session.opinions.first().files.add(make_file(name="会审意见.pdf"))
    services.close_session(actor=scene.act(scene.reviewer), session=session, summary="同意")
    session.cases.remove(together[1])
    folders = [archived(services.withdraw_case(actor=scene.act(scene.owner), case=case)) for case in together]
    assert titles(folders[0], "session") == ["联合审图意见书"]
    assert len(titles(folders[0], "opinion")) == 1
    assert titles(folders[1], "session") == []


def test_a_commitment_of_the_application_is_in_the_folder(scene: Scene) -> None:
    case = scene.delivered()
    document = issue_document(
        actor=scene.act(scene.owner), kind="approvals.notice_commitment", department=case.department,
        subject=("approvals.application", case.application_id), holder=case.enterprise.name, data={},
    )  # fmt: skip
    Commitment.objects.create(
        application=case.application, kind="conditions", text="承诺", signer="赵", signed_by=scene.owner,
        signed_at=now(), document=document,
    )  # fmt: skip
    folder = archived(case)
    assert titles(folder, "commitment") == ["告知承诺书"]


def test_the_task_says_what_it_did(scene: Scene) -> None:
    scene.delivered()
    scene.withdrawn()
    make_papers()
    assert archive_ended() == {"made": 2, "completed": 2, "failed": 0, "ended_papers": 0}
    assert archive_ended() == {"made": 0, "completed": 0, "failed": 0, "ended_papers": 0}
