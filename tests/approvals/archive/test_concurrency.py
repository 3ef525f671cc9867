"""Two workers at once: one folder, no second number, nobody waits."""

import pytest

from approvals.models import ArchiveFolder, ArchivePaper
from approvals.services.archiving import archive_case, archive_ended
from ledger.models import Entry
from ledger.selectors import first_break
from tests.approvals.archive.conftest import make_papers
from tests.approvals.scene import make_scene
from tests.approvals.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_archive_the_same_cases_once(transactional_db: None) -> None:
    hall = make_scene()
    cases = [hall.delivered() for _ in range(4)]
    make_papers()
    results = at_once([archive_ended, archive_ended, lambda: archive_case(case_id=cases[0].pk)])
    assert not [one for one in results if isinstance(one, Exception)]
    assert sorted(ArchiveFolder.objects.values_list("case", flat=True)) == sorted(case.pk for case in cases)
    assert Entry.objects.filter(act="case.archived").count() == 4
    assert ArchivePaper.objects.filter(code="land-title").count() == 4
    assert first_break() is None
