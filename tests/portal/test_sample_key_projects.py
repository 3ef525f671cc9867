"""The sample's key projects: every state of a problem, months reported and not, an empty office."""

import pytest
from django.core.management import call_command

from deadlines.models import Clock
from projects.models import KeyProject, Problem, Progress, TeamMember, Vacancy


@pytest.mark.django_db
def test_key_projects_of_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_sample_hall")
    assert set(KeyProject.objects.values_list("status", flat=True)) == {"confirmed", "proposed", "declined"}
    assert KeyProject.objects.confirmed().count() == 12
    assert set(TeamMember.objects.values_list("seat", flat=True)) == {"leader", "chief", "secretary", "member"}
    assert set(Problem.objects.values_list("status", flat=True)) == {"open", "proposed", "closed"}
    assert set(Problem.objects.values_list("level", flat=True)) == {1, 2, 3}
    assert Problem.objects.filter(helper__isnull=False, notes__isnull=False).exists()
    assert Progress.objects.filter(reported_at__isnull=False, domestic__gt=0).exists()
    assert Progress.objects.filter(reported_at=None, clock__finished_at=None).exists()
    assert Vacancy.objects.filter(filled_at=None).count() == 1
    assert Clock.objects.open().filter(kind="milestone").count() >= 9
    assert not Clock.objects.open().filter(kind__in=["problem", "progress", "milestone"], handler=None).exists()
