"""What a complete folder has, by how the case ended; and how long it is kept."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from approvals import services
from approvals.archive import retention
from approvals.archive.completeness import LABELS, missing_of
from approvals.archive.contents import contents_of
from approvals.catalogue.model import Basis, Retention
from approvals.models import Case, Commitment, Deferral
from common.time import months_after, now, today
from tests.approvals.archive.conftest import archived, collected, make_papers
from tests.approvals.scene import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def refused(scene: Scene) -> Case:
    case = scene.decided("refused", "不符合规划。")
    return services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")


ENDINGS: dict[str, tuple[Callable[[Scene], Case], list[str]]] = {
    "granted": (lambda scene: scene.delivered(), ["acceptance", "decision", "certificate", "receipt"]),
    "at the counter": (collected, ["acceptance", "decision", "certificate", "receipt"]),
    "without a certificate": (lambda scene: scene.delivered(result={}), ["acceptance", "decision", "receipt"]),
    "refused": (refused, ["acceptance", "decision", "receipt"]),
    "not accepted": (lambda scene: scene.not_accepted(), ["not_accepting"]),
    "withdrawn": (lambda scene: scene.withdrawn(), []),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_ending_has_its_papers(scene: Scene, ending: str) -> None:
    make, papers = ENDINGS[ending]
    case = make(scene)
    make_papers()
    assert missing_of(contents_of(case)) == []
    # Papers are never deleted: they are looked away from here.
    found = contents_of(case)
    found.papers = []
    assert [one["what"] for one in missing_of(found)] == papers


def test_withdrawn_after_acceptance_needs_the_notice_of_acceptance(scene: Scene) -> None:
    case = services.withdraw_case(actor=scene.act(scene.owner), case=scene.accepted())
    found = contents_of(case)
    found.papers = []
    assert [one["what"] for one in missing_of(found)] == ["acceptance"]


def test_the_signature_of_a_counter_delivery(scene: Scene) -> None:
    found = contents_of(collected(scene))
    make_papers()
    assert found.delivery is not None
    found.delivery.signature = None
    assert "signature" in [one["what"] for one in missing_of(found)]


def test_an_infected_file_counts_as_missing(scene: Scene) -> None:
    case = scene.delivered()
    make_papers()
    stored = case.application.materials.get(code="land-title").files.get().file
    stored.scan_state = "infected"
    stored.save(update_fields=["scan_state"])
    missing = missing_of(contents_of(case))
    assert missing == [{"what": "material", "name": "用地证明", "name_en": "Land title"}]


@pytest.mark.parametrize(
    ("status", "missing"), [("open", ["material"]), ("filled", ["material"]), ("failed", []), ("dropped", [])]
)
def test_a_deferred_paper_is_waited_for_until_its_deferral_ends(scene: Scene, status: str, missing: list[str]) -> None:
    case = scene.delivered()
    make_papers()
    row = case.materials.get(material__code="funding")
    row.material.files.all().delete()
    commitment = Commitment.objects.create(
        application=case.application, kind="deferral", text="承诺", signer="赵", signed_by=scene.owner, signed_at=now()
    )
    Deferral.objects.create(
        case=case, commitment=commitment, material=row, status=status, hold=False, promised_on=today(),
        ended_at=None if status == "open" else now(),
    )  # fmt: skip
    assert [one["what"] for one in missing_of(contents_of(case))] == missing


def test_a_paper_spared_by_a_commitment_is_not_missing(scene: Scene) -> None:
    """Only what the case asked for is looked for: spared papers are no materials of it."""
    case = scene.delivered()
    make_papers()
    case.materials.filter(material__code="land-title").delete()
    assert missing_of(contents_of(case)) == []


def test_an_optional_paper_is_not_missing(scene: Scene) -> None:
    case = scene.delivered()
    make_papers()
    row = case.materials.get(material__code="funding")
    row.material.files.all().delete()
    row.required = False
    row.save()
    assert missing_of(contents_of(case)) == []


def test_every_word_has_its_label(scene: Scene) -> None:
    assert all(str(label) for label in LABELS.values())


# Retention


def test_the_rules_of_the_hall_cover_everything() -> None:
    for stage in ("land", "design", "construction", "completion", "business"):
        for kind in ("permit", "filing", "confirmation", "other"):
            for ending in ("granted", "refused", "not_accepted", "withdrawn", "terminated"):
                assert [rule for rule in retention.rules() if rule.covers(kind=kind, stage=stage, ending=ending)]


@pytest.mark.parametrize(
    ("make", "content", "code", "years"),
    [
        (lambda scene, **c: scene.delivered(**c), {"kind": "permit"}, "project-permits", 0),
        (lambda scene, **c: scene.delivered(**c), {"kind": "filing"}, "granted", 30),
        (lambda scene, **c: refused(scene), {}, "refused", 30),
        (lambda scene, **c: scene.not_accepted(**c), {}, "others", 10),
        (lambda scene, **c: scene.withdrawn(**c), {}, "others", 10),
    ],
)
def test_kind_and_ending_say_how_long(
    scene: Scene, make: Callable[..., Case], content: dict[str, str], code: str, years: int
) -> None:
    folder = archived(make(scene, **content))
    assert (folder.rule["code"], folder.keep_years) == (code, years or None)
    until = months_after(today(), 12 * years) if years else None
    assert folder.keep_until == until
    assert folder.rule["source"]["law"]


def test_the_source_is_named() -> None:
    rule = retention.frozen(retention.rules()[0])
    assert retention.source_text(rule) == "《机关文件材料归档范围和文书档案保管期限规定》第6条、第7条"
    assert [rule.years for rule in retention.rules()] == [0, 30, 30, 10]


def test_a_rule_covers_what_it_names() -> None:
    rule = Retention("x", "x", "x", 10, Basis("法", "law"), kinds=("permit",), endings=("granted",))
    assert rule.covers(kind="permit", stage="land", ending="granted")
    assert not rule.covers(kind="filing", stage="land", ending="granted")
    assert not rule.covers(kind="permit", stage="land", ending="refused")
