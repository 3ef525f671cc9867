"""Cases under a joint review: two matters that "lead", "planning" and "city" look at."""

import pytest

from approvals import services, stages
from approvals.catalogue.model import SessionKind as Kind
from approvals.models import Case, ReviewSession
from tests.approvals.scene import PARALLEL, Scene

KIND = "drawings"


@pytest.fixture
def together(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Two cases of one application with the departments, of matters that are reviewed jointly under "lead"."""
    matters = [scene.matter(steps=PARALLEL), scene.matter(steps=PARALLEL)]
    kind = Kind(KIND, "联合审图", "Joint review of drawings", "lead", tuple(matter.code for matter in matters))
    monkeypatch.setattr(stages, "sessions", lambda: {KIND: kind})
    cases = services.submit_application(actor=scene.act(scene.owner), application=scene.draft(*matters))
    return [scene.reviewing(case) for case in cases]


def called(scene: Scene, cases: list[Case]) -> ReviewSession:
    return services.call_session(actor=scene.act(scene.reviewer), application=cases[0].application, code=KIND)


def speak(scene: Scene, session: ReviewSession, code: str, *, agrees: bool = True, text: str = "") -> None:
    services.give_opinion(
        actor=scene.act(scene.reviewers[code]), session=session, department=scene.departments[code], agrees=agrees,
        text=text,
    )  # fmt: skip
