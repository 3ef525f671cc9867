"""The sample's special and short ways: what stands where after the play."""

from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from approvals.models import Case, Delivery, LaterCheck, PublicNotice
from approvals.services.catalogue import load_catalogue
from common.time import now
from deadlines.models import Clock
from files.services import store
from portal.sample.firms import make_firms
from portal.sample.load import SEED
from portal.sample.people import make_staff
from portal.sample.projects import make_projects
from portal.sample.scan import scan_pdf
from portal.sample.special import make_special_ways


@pytest.mark.django_db
def test_special_ways_of_the_sample() -> None:
    load_catalogue()
    random = Random(SEED)
    staff = make_staff(random)
    projects = make_projects(random, make_firms(random, staff))
    upload = SimpleUploadedFile("样例材料.pdf", scan_pdf(), "application/pdf")
    make_special_ways(staff, projects, store(actor=Actor(staff.investor), upload=upload))

    running, ended = PublicNotice.objects.order_by("-published_at")
    assert (running.closed_at, running.case.status, running.clock.light() != "red") == (None, "published", True)
    assert (ended.closed_at, ended.case.status) == (ended.ends_at, "delivered")
    assert ended.objections.get().status == "dismissed"
    assert sorted(LaterCheck.objects.values_list("status", flat=True)) == ["open", "passed"]
    together = Delivery.objects.filter(case__application__theme__theme__code="business-setup")
    assert (together.count(), together.values("issued_at").distinct().count()) == (4, 1)
    # Played with real services: nothing lies in the future, and only what is to be waiting waits.
    assert not Case.objects.filter(decided_at__gt=now()).exists()
    assert sorted(Clock.objects.open().values_list("kind", flat=True)) == ["later_check", "public_notice"]
