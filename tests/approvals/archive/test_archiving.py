"""Ended cases become folders: once, complete or not, completed later; papers that may be used again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Role
from approvals import services
from approvals.models import ArchiveFailure, ArchiveFolder, ArchivePaper, Case, Delivery
from approvals.services import archiving
from approvals.services.archiving import archive_case, archive_ended, complete_folder
from common.time import now
from documents.models import Document
from documents.services import revoke_document
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.archive.conftest import archived, collected, make_papers
from tests.approvals.scene import PAPERS, Scene
from tests.factories.accounts import make_post, make_user
from tests.factories.files import make_file

pytestmark = pytest.mark.django_db


def kinds(folder: ArchiveFolder) -> list[str]:
    return [item["kind"] for item in folder.items]


def missing(folder: ArchiveFolder) -> list[str]:
    return [one["what"] for one in folder.missing]


def test_a_delivered_case_is_indexed_in_reading_order(scene: Scene) -> None:
    case = scene.delivered()
    material = case.application.materials.get(code="land-title")
    old, new = material.files.get(), scene.add_file(material)
    folder = archived(case)
    assert kinds(folder) == ["form", "material", "material", "material", *["document"] * 4]
    titles = ["受理通知书", "准予行政许可决定书", "许可证", "送达回证"]
    assert [item["title"] for item in folder.items if item["kind"] == "document"] == titles
    land = [(item["file"], item["version"], item["current"]) for item in folder.items if item["title"] == "用地证明"]
    assert land == [(str(new.file_id), 2, True), (str(old.file_id), 1, False)]
    for item in folder.items:
        assert len(item["sha256"]) == 64
        assert item["size"] > 0
    assert (folder.missing, folder.is_complete, folder.next_look_at) == ([], True, None)
    assert folder.number.startswith(f"DA{now():%Y}")
    assert len(folder.number) == 13
    assert folder.closed_at == case.delivered_at
    assert timeline(case).filter(act="case.archived").count() == 1


def test_correction_and_opinion_files_have_their_places(scene: Scene) -> None:
    case = scene.correcting()
    scene.add_file(case.materials.all()[0].material)
    services.resubmit_case(actor=scene.act(scene.owner), case=case)
    case = scene.decided(case=scene.fresh(case))
    opinion = case.steps.get(code="decide").opinions.first()
    opinion.files.add(make_file(name="意见.pdf"))
    folder = archived(services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online"))
    assert kinds(folder)[:6] == ["form", "form", "material", "material", "correction", "opinion"]
    assert folder.items[5]["title"] == "lead局：环节decide"


def test_nothing_while_a_paper_is_being_made(scene: Scene) -> None:
    case = scene.delivered()
    assert archive_case(case_id=case.pk) is None
    assert archive_ended().made == 0
    make_papers()
    assert archive_ended().made == 1


def test_nothing_before_the_end_and_once_only(scene: Scene) -> None:
    assert archive_case(case_id=scene.decided().pk) is None
    case = scene.delivered()
    folder = archived(case)
    assert archive_case(case_id=case.pk) == folder
    assert archive_ended().made == 0
    with pytest.raises(IntegrityError):
        ArchiveFolder.objects.create(case=case, enterprise=case.enterprise, number="x", closed_at=now(),
                                     archived_at=now(), completed_at=now())  # fmt: skip


def test_the_time_of_closing_is_that_of_the_end(scene: Scene) -> None:
    case = scene.withdrawn()
    entry = timeline(case).get(act="case.withdrawn")
    assert archived(case).closed_at == entry.at


def test_a_failed_paper_leaves_the_folder_incomplete_until_it_is_made(scene: Scene) -> None:
    case = scene.delivered()
    paper = Document.objects.get(kind="approvals.certificate")
    Document.objects.filter(pk=paper.pk).update(status="failed", next_try_at=None, error="other:disk")
    folder = archived(case)
    assert folder.missing == [{"what": "unmade", "name": f"{paper.title} {paper.number}", "name_en": ""}]
    assert archive_ended().completed == 0  # not due yet
    Document.objects.filter(pk=paper.pk).update(status="pending", next_try_at=now(), error="")
    make_papers()
    ArchiveFolder.objects.update(next_look_at=now())
    assert archive_ended().completed == 1
    folder.refresh_from_db()
    paper.refresh_from_db()
    assert (folder.missing, folder.is_complete) == ([], True)
    assert paper.sha256 in [item["sha256"] for item in folder.items]
    assert timeline(case).filter(act="case.archive_completed").count() == 1


def test_a_signature_scanned_in_afterwards_completes_it(scene: Scene) -> None:
    case = collected(scene)
    Delivery.objects.filter(case=case).update(signature=None)
    folder = archived(case)
    assert missing(folder) == ["signature"]
    Delivery.objects.filter(case=case).update(signature=make_file(name="补签.pdf"))
    done = complete_folder(folder_id=folder.pk)
    assert done is not None
    assert (done.is_complete, kinds(done)[-1]) == (True, "signature")


def test_a_complete_folder_never_changes(scene: Scene) -> None:
    case = scene.delivered()
    folder = archived(case)
    scene.add_file(case.application.materials.get(code="funding"))
    again = complete_folder(folder_id=folder.pk)
    assert again is not None
    assert again.items == folder.items


def test_an_incomplete_folder_is_looked_at_ever_more_rarely(scene: Scene) -> None:
    case = collected(scene)
    Delivery.objects.filter(case=case).update(signature=None)
    folder = archived(case)
    assert folder.next_look_at == folder.archived_at + timedelta(minutes=5)
    ArchiveFolder.objects.update(archived_at=now() - timedelta(days=5))
    later = complete_folder(folder_id=folder.pk)
    assert later is not None
    assert later.next_look_at is not None
    assert timedelta(hours=11) < later.next_look_at - now() < timedelta(hours=13)


# Papers that may be used again


def papers(case: Case) -> dict[str, ArchivePaper]:
    return {paper.code: paper for paper in ArchivePaper.objects.filter(case=case)}


def test_what_the_window_found_complete_may_be_used_again(scene: Scene) -> None:
    case = scene.delivered(papers=[*PAPERS[:1], {**PAPERS[1], "valid_months": 6}, PAPERS[2]])
    archived(case)
    kept = papers(case)
    # The form says something else each time.
    assert sorted(kept) == ["funding", "land-title"]
    assert kept["funding"].valid_until is None
    handed_in = case.application.materials.get(code="land-title").files.get()
    assert kept["land-title"].file_id == handed_in.file_id
    assert kept["land-title"].valid_until is not None
    assert 180 <= (kept["land-title"].valid_until - handed_in.added_at.date()).days <= 185


def test_what_nobody_checked_is_not_kept(scene: Scene) -> None:
    case = scene.withdrawn()
    archived(case)
    assert papers(case) == {}


def test_a_certificate_is_kept_as_the_paper_that_other_matters_ask_for(scene: Scene) -> None:
    case = scene.delivered()
    scene.matter(papers=[{**PAPERS[1], "code": "permit-copy", "name": "许可证复印件", "issued_by": [case.matter.code]}])
    archived(case)
    paper = papers(case)["permit-copy"]
    certificate = Document.objects.get(kind="approvals.certificate")
    assert (paper.document, paper.name, paper.file) == (certificate, "许可证复印件", None)
    revoke_document(actor=scene.act(scene.reviewer), document=certificate, reason="有误")
    assert archive_ended().ended_papers == 1
    assert [paper.code for paper in ArchivePaper.objects.current().filter(case=case) if paper.document] == []


def test_the_same_case_and_code_replaces_and_another_project_does_not(scene: Scene) -> None:
    first, second = collected(scene), scene.delivered()
    Delivery.objects.filter(case=first).update(signature=None)
    folder = archived(first)
    archived(second)
    new = scene.add_file(first.application.materials.get(code="land-title"))
    complete_folder(folder_id=folder.pk)
    current = ArchivePaper.objects.current().filter(code="land-title")
    assert {paper.case_id for paper in current} == {first.pk, second.pk}
    assert current.get(case=first).file_id == new.file_id
    assert ArchivePaper.objects.filter(code="land-title", case=first).count() == 2


# The task


def test_one_that_fails_stops_nobody_and_is_told_after_three_times(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = make_user()
    make_post(boss, scene.window, Role.ADMINISTRATOR)
    bad, good = scene.delivered(), scene.delivered()
    make_papers()
    real = archiving.contents_of

    def broken(case: Case) -> object:
        if case.pk == bad.pk:
            raise RuntimeError("disk")
        return real(case)

    monkeypatch.setattr(archiving, "contents_of", broken)
    result = archive_ended()
    assert (result.made, result.failed) == (1, 1)
    assert ArchiveFolder.objects.get().case == good
    assert archive_ended().failed == 0  # put off
    for _ in range(2):
        ArchiveFailure.objects.update(next_try_at=now())
        assert archive_ended().failed == 1
    assert ArchiveFailure.objects.get().attempts == 3
    told = Message.objects.filter(template="approvals.archive_failed", channel="inapp")
    assert [message.recipient_id for message in told] == [boss.pk]
    monkeypatch.undo()
    ArchiveFailure.objects.update(next_try_at=now())
    assert archive_ended().made == 1
    assert not ArchiveFailure.objects.exists()
