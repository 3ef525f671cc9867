"""The sample hall: what it holds, and that it comes out the same."""

from datetime import date
from random import Random

import pytest
from django.core.management import call_command
from stdnum.cn import uscc

from accounts.models import Absence, Post, Role, User
from agency.models import AgencyOrder
from approvals.models import Case, Deferral, DeferralBar, JointHandling
from deadlines.models import Clock, Extension, Handover
from enterprises.models import Enterprise, Visit
from files.models import StoredFile
from ledger.models import Entry
from notifications.models import Message
from portal.sample.load import SEED
from portal.sample.people import PASSWORD, ROLE_ACCOUNTS
from portal.sample.words import credit_code, mobile, person_name
from projects.models import Project, Stage


def test_words_come_out_the_same() -> None:
    twice = [[person_name(random), mobile(random)] for random in (Random(SEED), Random(SEED))]
    assert twice[0] == twice[1]
    assert credit_code(1) == credit_code(1) != credit_code(2)


@pytest.mark.django_db
def test_sample_hall_is_what_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_sample_hall")
    call_command("load_sample_hall", "--if-empty")

    assert set(Deferral.objects.values_list("status", flat=True)) == {"open", "filled", "failed"}
    assert Deferral.objects.filter(status="open", handed_in_at__isnull=False).exists()
    assert Deferral.objects.filter(status="open", case__status="decided", case__clock=None).exists()
    assert DeferralBar.objects.get().case.status == "terminated"
    assert Enterprise.objects.count() == 60
    assert all(uscc.is_valid(code) for code in Enterprise.objects.values_list("credit_code", flat=True))
    assert Project.objects.count() == 120
    declared = Project.objects.declared()
    assert set(declared.values_list("stage", flat=True)) == set(Stage.values)
    assert set(Case.objects.values_list("status", flat=True)) == set(Case.Status.values)
    assert set(Case.objects.values_list("decision", flat=True)) == {"", "granted", "refused"}
    assert Case.objects.filter(deemed_accepted=True).exists()
    assert Visit.objects.filter(status="done", requests__isnull=False).exists()
    # Every paper of the sample is one file, which has its pictures.
    paper = StoredFile.objects.get()
    assert (paper.preview_state, paper.previews.count()) == ("ready", 2)
    assert set(AgencyOrder.objects.values_list("status", flat=True)) == {"open", "proposed", "agreed"}
    assert AgencyOrder.objects.get(status="agreed").mandate.helpers.count() == 2
    joint = JointHandling.objects.get()
    assert joint.cases.count() > 1
    assert joint.clock.extensions.get().status == "asked"
    lights = {clock.light() for clock in Clock.objects.open()}
    assert {"green", "yellow", "red", "stopped"} <= lights
    assert Extension.objects.filter(status="approved", clock__finished_at=None).exists()
    # Played with real services: nothing happens in the future, and nobody gets mail from an invented past.
    assert Case.objects.filter(received_at__date__gt=date.today()).count() == 0  # noqa: DTZ011
    assert not Message.objects.filter(channel="email").exists()
    assert Entry.objects.filter(act="case.decided").count() == Case.objects.exclude(decision="").count()

    for username, role, department, _name in ROLE_ACCOUNTS:
        user = User.objects.get(username=username)
        assert user.check_password(PASSWORD)
        assert user.posts.filter(role=role, department__code=department).exists()
    assert {role for _u, role, _d, _n in ROLE_ACCOUNTS} == set(Role.values)
    leave = Absence.objects.get()
    assert (leave.user.username, leave.substitute.username) == ("reviewer-planning", "approver-planning")
    assert Post.objects.filter(is_substitute=True).count() == 2
    # Everybody in the sample may have what he has.
    assert not Handover.objects.exclude(cause="leave").exists()
    call_command("sample_accounts")
    assert PASSWORD in capsys.readouterr().out
