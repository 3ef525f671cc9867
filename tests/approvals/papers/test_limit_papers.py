"""特别程序告知书 and 延期告知书: one for each stop, one for the extension, with the dates as they were told."""

import pytest

from approvals import services
from approvals.forms.limits import REASON_LENGTH
from documents.models import Document
from tests.approvals.march import MONDAY, at
from tests.approvals.papers.test_papers import kinds, values
from tests.approvals.scene import Scene
from tests.approvals.test_limit_pages import REASON, ask_and
from tests.clock import HallClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)


def test_each_stop_and_the_extension_have_their_paper(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    step, reviewer = scene.step(case, "decide"), scene.act(scene.reviewer)
    for day, ground in ((4, "hearing"), (6, "testing")):
        hall_clock.set(at(f"2025-03-{day:02d}T10:00"))
        services.begin_special_procedure(actor=reviewer, step=step, ground=ground, reason="依法进行", planned_days=5)
        hall_clock.set(at(f"2025-03-{day + 1:02d}T10:00"))
        services.end_special_procedure(actor=reviewer, step=step)
    extension = ask_and(scene, step, approve=True)
    assert kinds(case) == ["approvals.acceptance", "approvals.special", "approvals.special", "approvals.extension"]
    first = values(Document.objects.filter(kind="approvals.special").in_order()[0])
    # As it was told: planned until the 11th, a decision by the 24th; the date has moved twice since.
    assert (first["程序种类"], first["预计结束"]) == ("听证", "2025年3月11日（5个工作日）")
    assert first["顺延后的承诺办结日期"] == "2025年3月24日"
    longer = values(Document.objects.get(kind="approvals.extension"))
    assert (longer["延期理由"], longer["延期后的承诺办结日期"]) == (REASON, "2025年3月26日")
    services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark="批准有误")
    assert Document.objects.get(kind="approvals.extension").revoke_reason == "延期批准已撤回：批准有误"


def test_a_reason_as_long_as_may_be_typed_is_not_cut(scene: Scene) -> None:
    extension = ask_and(scene, scene.step(scene.reviewing(), "decide"), approve=True)
    remark = "批准有误。" * (REASON_LENGTH // 5)
    services.revoke_more_time(actor=scene.act(scene.head), extension=extension, remark=remark)
    assert Document.objects.get(kind="approvals.extension").revoke_reason == f"延期批准已撤回：{remark}"
