"""Ended cases whose papers are made, without setting a page of type for each."""

import hashlib
from typing import Any

import pytest

from approvals import services
from approvals.models import ArchiveFolder, Case
from approvals.services.archiving import archive_case
from common.time import now
from documents.models import Document
from tests.approvals.scene import Scene
from tests.factories.files import PDF, make_file


def make_papers(content: bytes = PDF) -> None:
    """What the worker would do: every pending document gets a file."""
    for number, document in enumerate(Document.objects.filter(status="pending").order_by("pk")):
        # Bytes of their own, so that a digest names one paper.
        data = content + f"\n%{document.pk}-{number}".encode()
        document.file = make_file(name=document.download_name, content=data)
        document.sha256, document.status, document.made_at = hashlib.sha256(data).hexdigest(), "made", now()
        document.next_try_at = None
        document.save()


def real_files(case: Case) -> None:
    """The files of the case's materials get bytes in the store."""
    for row in case.materials.all():
        for handed_in in row.material.files.all():
            content = PDF + f"\n%{handed_in.pk}".encode()
            stored = make_file(handed_in.added_by, name=f"{row.material.name}.pdf", content=content)
            handed_in.file = stored
            handed_in.save(update_fields=["file"])


def archived(case: Case) -> ArchiveFolder:
    make_papers()
    folder = archive_case(case_id=case.pk)
    assert folder is not None
    return folder


def collected(scene: Scene, **matter: Any) -> Case:
    """A case that somebody signed for at the counter."""
    case = scene.issued(**matter)
    return services.sign_for_decision(
        actor=scene.act(scene.clerk), case=case, signed_name="赵六", signature=make_file(name="签名.pdf")
    )


@pytest.fixture
def folder(scene: Scene) -> ArchiveFolder:
    """Of a delivered case with real files."""
    case = scene.delivered()
    real_files(case)
    return archived(case)
