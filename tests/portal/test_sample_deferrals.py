"""The sample's papers that follow later: every state by real services, the last one by the real sweep."""

from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from accounts.actors import Actor
from approvals.models import Deferral, DeferralBar
from deadlines import sweep
from files.services import store
from portal.sample.cases import Stage
from portal.sample.deferrals import make_deferrals
from portal.sample.firms import make_firms
from portal.sample.load import SEED
from portal.sample.people import make_staff
from portal.sample.projects import make_projects
from portal.sample.scan import scan_pdf
from projects.models import Project

pytestmark = pytest.mark.django_db


def test_every_state() -> None:
    call_command("load_catalogue")
    random = Random(SEED)
    staff = make_staff(random)
    projects = make_projects(random, make_firms(random, staff))
    declared = [(project, actor) for project, actor in projects if project.status == Project.Status.DECLARED]
    scan = store(actor=Actor(staff.investor), upload=SimpleUploadedFile("样例.pdf", scan_pdf(), "application/pdf"))
    make_deferrals(Stage(staff, random, scan), declared)
    sweep.run()
    found = [
        (row.status, row.case.status, bool(row.handed_in_at))
        for row in Deferral.objects.select_related("case").order_by("id")
    ]
    assert found == [
        ("open", "reviewing", False),
        ("open", "reviewing", True),
        ("open", "decided", False),
        ("filled", "decided", True),
        ("failed", "terminated", False),
    ]
    assert DeferralBar.objects.get().case.status == "terminated"
