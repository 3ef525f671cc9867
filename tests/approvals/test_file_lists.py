"""Wherever materials are listed there are thumbnails, at the same cost for one file as for many."""

from collections.abc import Callable

import pytest

from accounts.models import User
from approvals import services
from approvals.models import Application, Case, MaterialFile
from common.time import now
from files.models import StoredFile
from tests.approvals.scene import PAPERS, Scene, make_scene_file
from tests.clients import signed_in
from tests.queries import statements

pytestmark = pytest.mark.django_db


def with_files(scene: Scene, application: Application, each: int) -> None:
    """So many files for each material instead of what the scene hands in; their pages count as drawn."""
    MaterialFile.objects.filter(material__application=application).delete()
    for material in application.materials.all():
        for _ in range(each):
            stored = make_scene_file(scene.owner)
            MaterialFile.objects.create(material=material, file=stored, added_by=scene.owner, added_at=now())
    StoredFile.objects.update(preview_state="ready", page_count=1)


def make_draft(scene: Scene, each: int) -> Application:
    application = scene.draft(scene.matter())
    with_files(scene, application, each)
    return application


def make_received(scene: Scene, each: int) -> Case:
    application = make_draft(scene, each)
    return services.submit_application(actor=scene.act(scene.owner), application=application)[0]


def make_reviewing(scene: Scene, each: int) -> Case:
    case = make_received(scene, each)
    scene.mark_complete(case)
    return services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=True)


def materials_page(scene: Scene, each: int) -> tuple[User, str]:
    return scene.owner, f"/applications/{make_draft(scene, each).pk}/materials/"


def own_case(scene: Scene, each: int) -> tuple[User, str]:
    return scene.owner, f"/cases/{make_received(scene, each).number}/"


def check_page(scene: Scene, each: int) -> tuple[User, str]:
    return scene.clerk, f"/desk/cases/{make_received(scene, each).number}/"


def review_page(scene: Scene, each: int) -> tuple[User, str]:
    return scene.reviewer, f"/review/steps/{scene.step(make_reviewing(scene, each), 'decide').pk}/"


@pytest.mark.parametrize("lay_out", [materials_page, own_case, check_page, review_page], ids=lambda one: one.__name__)
def test_many_files_cost_as_many_statements_as_one(
    scene: Scene, lay_out: Callable[[Scene, int], tuple[User, str]]
) -> None:
    user, few = lay_out(scene, 1)
    _user, many = lay_out(scene, 5)
    client = signed_in(user)
    text = client.get(many).content.decode()
    assert text.count("/thumbnail/") == 5 * len(PAPERS)
    assert text.count('id="file-viewer"') == 1
    client.get(few)
    assert statements(lambda: client.get(few)) == statements(lambda: client.get(many))
