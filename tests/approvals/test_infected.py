"""A virus in a file of a case: the paper is missing again, people are told, and the ways to hand it in work."""

from typing import Any

import pytest

from accounts.models import User
from approvals import services
from approvals.models import Case, MaterialFile
from approvals.services.infected import take_out_infected
from common.errors import InvalidInput
from files import tasks
from files.models import StoredFile
from files.services import store
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.scene import Scene
from tests.clients import signed_in
from tests.factories.files import PDF, make_upload
from tests.files.daemon import EICAR, VIRUS, FakeClamd, on_tcp

pytestmark = pytest.mark.django_db

TWO_STEPS = (
    {"code": "a", "kind": "review", "department": "lead", "days": 2, "needs": []},
    {"code": "decide", "kind": "decide", "department": "lead", "days": 1, "needs": ["a"]},
)


@pytest.fixture
def clamd(settings: Any):
    with on_tcp() as fake:
        settings.CLAMD_URL = fake.url
        yield fake


def replace_file(scene: Scene, case: Case, content: bytes = PDF + EICAR, position: int = 0) -> MaterialFile:
    """The case's paper is a real upload of the owner from now on."""
    material = case.materials.order_by("material__position")[position].material
    row = material.files.get(is_current=True)
    row.file = store(actor=scene.act(scene.owner), upload=make_upload("土地证.pdf", content))
    row.save()
    return row


def inbox(user: User, template: str) -> list[dict[str, Any]]:
    return [
        message.params
        for message in Message.objects.filter(recipient=user, template=template, channel="inapp").order_by("id")
    ]


def test_while_the_check_goes_on_a_case_is_submitted_and_the_window_sees_no_link(
    scene: Scene, clamd: FakeClamd
) -> None:
    application = scene.draft(scene.matter())
    row = application.materials.first().files.get()
    row.file = store(actor=scene.act(scene.owner), upload=make_upload("土地证.pdf"))
    row.save()
    (case,) = services.submit_application(actor=scene.act(scene.owner), application=application)
    text = signed_in(scene.clerk).get(f"/desk/cases/{case.number}/").content.decode()
    assert "正在查毒" in text
    assert "土地证.pdf" not in text
    assert row.file.get_absolute_url() + '"' not in text
    tasks.sweep()
    text = signed_in(scene.clerk).get(f"/desk/cases/{case.number}/").content.decode()
    assert "土地证.pdf" in text
    assert f'href="{row.file.get_absolute_url()}"' in text


def test_an_infected_file_makes_its_paper_missing_again_at_the_window(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.received()
    row = replace_file(scene, case)
    scene.mark_complete(case)
    tasks.sweep()
    row.refresh_from_db()
    use = case.materials.get(material=row.material)
    assert (row.is_current, use.verdict, use.checked_at) == (False, "", None)
    with pytest.raises(InvalidInput) as refused:
        services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert list(refused.value.errors) == [f"verdict-{use.pk}"]
    text = signed_in(scene.clerk).get(f"/desk/cases/{case.number}/").content.decode()
    assert "发现病毒，已删除" in text
    assert text.count("材料缺失") == 1


def test_the_correction_way_leads_to_a_clean_copy(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.received()
    row = replace_file(scene, case)
    tasks.sweep()
    use = case.materials.get(material=row.material)
    clerk, owner = scene.act(scene.clerk), scene.act(scene.owner)
    services.check_materials(actor=clerk, case=case, findings={use.pk: ("wrong", "文件带病毒，请重新提交")})
    services.send_correction(actor=clerk, case=case)
    with pytest.raises(InvalidInput):
        services.resubmit_case(actor=owner, case=case)
    upload = f"/materials/{row.material_id}/files/"
    assert signed_in(scene.owner).post(upload, {"file": make_upload("干净.pdf")}).status_code == 302
    services.resubmit_case(actor=owner, case=case)
    assert scene.fresh(case).status == "received"
    assert [one.file.name for one in row.material.files.current()] == ["干净.pdf"]


def test_a_copy_handed_in_for_a_correction_that_is_infected_does_not_answer_it(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.correcting()
    material = case.materials.get(verdict="wrong").material
    client = signed_in(scene.owner)
    client.post(f"/materials/{material.pk}/files/", {"file": make_upload("新.pdf", PDF + EICAR)})
    tasks.sweep()
    with pytest.raises(InvalidInput):
        services.resubmit_case(actor=scene.act(scene.owner), case=case)
    (message,) = Message.objects.filter(recipient=scene.owner, template="approvals.infected", channel="inapp")
    assert message.link == f"/cases/{case.number}/correct/"
    assert "发现病毒" in client.get(message.link).content.decode()


def test_a_draft_with_an_infected_file_cannot_be_submitted(scene: Scene, clamd: FakeClamd) -> None:
    application = scene.draft(scene.matter())
    material = application.materials.first()
    row = material.files.get()
    row.file = store(actor=scene.act(scene.owner), upload=make_upload("土地证.pdf", PDF + EICAR))
    row.save()
    tasks.sweep()
    with pytest.raises(InvalidInput) as refused:
        services.submit_application(actor=scene.act(scene.owner), application=application)
    assert list(refused.value.errors) == [material.code]
    (message,) = Message.objects.filter(recipient=scene.owner, template="approvals.infected", channel="inapp")
    assert message.link == f"/applications/{application.pk}/materials/"


def test_everybody_concerned_is_told_once_and_it_is_on_record(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.received()
    replace_file(scene, case)
    for _ in range(2):
        tasks.sweep()
    assert inbox(scene.owner, "approvals.infected") == [{"file": "土地证.pdf", "virus": VIRUS}]
    window = {"file": "土地证.pdf", "virus": VIRUS, "number": case.number}
    assert inbox(scene.clerk, "approvals.infected_window") == [window]
    assert inbox(scene.colleague, "approvals.infected_window") == [window]
    for subject in (case, case.application):
        (entry,) = timeline(subject).filter(act="file.infected")
        assert (entry.actor, entry.data["virus"], entry.data["materials"]) == (None, VIRUS, "申请表")
    assert "发现病毒" in signed_in(scene.owner).get(f"/cases/{case.number}/").content.decode()


def test_a_case_beyond_the_window_keeps_its_state_and_the_window_is_told(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.reviewing()
    row = replace_file(scene, case)
    tasks.sweep()
    row.refresh_from_db()
    assert (row.is_current, scene.fresh(case).status) == (False, "reviewing")
    assert len(inbox(scene.clerk, "approvals.infected_window")) == 1


def test_a_file_of_several_cases_is_taken_out_of_all(scene: Scene, clamd: FakeClamd) -> None:
    application = scene.draft(scene.matter(), scene.matter())
    cases = services.submit_application(actor=scene.act(scene.owner), application=application)
    replace_file(scene, cases[0])
    for case in cases:
        scene.mark_complete(case)
    tasks.sweep()
    assert [case.materials.filter(verdict="").count() for case in cases] == [1, 1]
    assert [timeline(case).filter(act="file.infected").count() for case in cases] == [1, 1]


def test_an_attachment_of_an_opinion_stays_named_and_cannot_be_opened(scene: Scene, clamd: FakeClamd) -> None:
    case = scene.reviewing(steps=TWO_STEPS)
    stored = store(actor=scene.act(scene.reviewer), upload=make_upload("意见.pdf", PDF + EICAR))
    step = scene.step(case, "a")
    services.complete_review(actor=scene.act(scene.reviewer), step=step, agrees=True, text="同意", files=[stored])
    tasks.sweep()
    assert inbox(scene.reviewer, "approvals.infected") == [{"file": "意见.pdf", "virus": VIRUS}]
    assert timeline(case).filter(act="file.infected").count() == 1
    client = signed_in(scene.reviewer)
    text = client.get(f"/review/steps/{scene.step(case, 'decide').pk}/").content.decode()
    assert "意见.pdf" in text
    assert "发现病毒，已删除" in text
    assert client.get(stored.get_absolute_url()).status_code == 410


def test_a_file_that_belongs_to_nothing_is_told_to_its_uploader_only(scene: Scene) -> None:
    stored = store(actor=scene.act(scene.owner), upload=make_upload())
    StoredFile.objects.filter(pk=stored.pk).update(scan_state="infected", scan_result=VIRUS)
    take_out_infected(StoredFile.objects.get(pk=stored.pk))
    assert [m.recipient for m in Message.objects.filter(channel="inapp")] == [scene.owner]
