"""What submitting and completing cost: as many statements for many cases as for few."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from approvals import services
from approvals.models import Application
from tests.approvals.applying.forms import HEIGHT
from tests.approvals.scene import FAN, ONE_STEP, PAPERS, PARALLEL, Scene
from tests.queries import CaptureQueriesContext

TABLE = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|RELEASE|SAVEPOINT|nextval)\b|[a-z]+_[a-z]+(?=\")")

pytestmark = pytest.mark.django_db


def statements(act: Callable[[], Any]) -> list[str]:
    """Verb and table of each statement that ``act`` sends."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [" ".join(TABLE.findall(query["sql"])[:2]) for query in captured.captured_queries]


def submit(scene: Scene, count: int) -> list[str]:
    application: Application = scene.draft(*(scene.matter(steps=PARALLEL) for _ in range(count)))
    application = Application.objects.get(pk=application.pk)
    return statements(lambda: services.submit_application(actor=scene.act(scene.owner), application=application))


def test_submitting_costs_the_same_for_1_3_and_12_cases(scene: Scene) -> None:
    submit(scene, 1)
    one, three, twelve = submit(scene, 1), submit(scene, 3), submit(scene, 12)
    assert Counter(one) == Counter(three) == Counter(twelve)
    assert len(twelve) <= 30, twelve


def fan(branches: int) -> list[dict[str, Any]]:
    """One review after which ``branches`` steps open."""
    codes = [row["code"] for row in FAN[1 : 1 + branches]]
    return [FAN[0], *FAN[1 : 1 + branches], {**FAN[-1], "needs": codes}]


def complete_first(scene: Scene, branches: int) -> list[str]:
    case = scene.reviewing(steps=fan(branches))
    step = scene.step(case, "first")
    return statements(
        lambda: services.complete_review(actor=scene.act(scene.reviewer), step=step, agrees=True, text="同意")
    )


def test_completing_costs_the_same_whether_1_or_3_steps_open(scene: Scene) -> None:
    complete_first(scene, 1)
    one, three = complete_first(scene, 1), complete_first(scene, 3)
    assert Counter(one) == Counter(three)
    assert len(three) <= 25, three


def decide(scene: Scene, steps: Any) -> list[str]:
    step = scene.proposed(steps=steps)
    return statements(lambda: services.approve_proposal(actor=scene.act(scene.approver), step=step))


def test_deciding_costs_a_fixed_number(scene: Scene) -> None:
    decide(scene, ONE_STEP)
    assert len(decide(scene, ONE_STEP)) <= 27


def submit_with_forms(scene: Scene, count: int) -> list[str]:
    """Matters with a form each, and a certificate to come that each but the first wants."""
    first = scene.matter(form=[HEIGHT])
    wanted = {**PAPERS[1], "code": "permit", "issued_by": [first.code]}
    matters = [first, *(scene.matter(form=[HEIGHT], papers=[*PAPERS, wanted]) for _ in range(count))]
    draft = scene.draft(*matters, skip=["permit", "application-form"])
    Application.objects.filter(pk=draft.pk).update(answers={"building_height": 12})
    application = Application.objects.get(pk=draft.pk)
    return statements(lambda: services.submit_application(actor=scene.act(scene.owner), application=application))


def test_submitting_forms_and_awaited_papers_costs_the_same_for_2_and_12_cases(scene: Scene) -> None:
    submit_with_forms(scene, 1)
    two, twelve = submit_with_forms(scene, 1), submit_with_forms(scene, 11)
    assert Counter(two) == Counter(twelve)
    assert len(twelve) <= 40, twelve
