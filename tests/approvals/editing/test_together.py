"""Two administrators at the same moment, on two connections."""

import copy
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from approvals.editing import services
from approvals.editing.selectors import MATTER
from approvals.models import CatalogueDraft, Matter
from approvals.services.catalogue import load_catalogue
from common.errors import HallError

pytestmark = pytest.mark.django_db(transaction=True)


def together(act: Any) -> list[str]:
    """Run ``act`` twice at once; what each ended with."""
    start = Barrier(2)

    def run(_number: int) -> str:
        try:
            start.wait(timeout=20)
            act()
        except HallError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


def test_two_begin_save_and_publish_at_once(act):
    load_catalogue()
    begun = together(lambda: services.start_draft(actor=act, subject=MATTER, code="GC01"))
    assert begun == ["TransitionNotAllowed", "done"]
    draft = CatalogueDraft.objects.get()
    content = copy.deepcopy(draft.content)
    content["limits"]["decision"]["promised"] = 9
    saved = together(lambda: services.save_draft(actor=act, draft_id=draft.pk, revision=1, content=content))
    assert saved == ["Stale", "done"]
    published = together(
        lambda: services.publish_draft(actor=act, draft_id=draft.pk, revision=2, against=1, note="提速")
    )
    assert published == ["Stale", "done"]
    assert list(Matter.objects.get(code="GC01").versions.values_list("number", flat=True)) == [1, 2]
