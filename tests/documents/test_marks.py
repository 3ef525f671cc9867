"""机关代字: from the file of departments, and then the administrator's own."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import Department
from approvals.services.catalogue import load_catalogue
from tests.factories.accounts import make_department

pytestmark = pytest.mark.django_db


def test_every_department_of_the_file_has_a_mark_of_its_own():
    load_catalogue()
    marks = list(Department.objects.values_list("mark", flat=True))
    assert (len(marks) > 20, "" in marks, len(set(marks)) == len(marks)) == (True, False, True)
    assert Department.objects.get(code="hall").mark == "经开行审"


def test_loading_again_keeps_the_mark_of_an_administrator_and_takes_none_away():
    make_department("elsewhere", mark="经开水务")
    make_department("hall", mark="开行审")
    load_catalogue()
    marks = dict(Department.objects.values_list("code", "mark"))
    assert (marks["hall"], marks["elsewhere"], marks["water"]) == ("开行审", "经开水务", "")


def test_two_departments_cannot_share_a_mark():
    make_department(mark="经开甲")
    make_department(mark="")
    make_department(mark="")
    with pytest.raises(IntegrityError, match="department_mark_once"), transaction.atomic():
        make_department(mark="经开甲")


def test_command_says_what_is_new(capsys):
    call_command("load_document_templates")
    assert capsys.readouterr().out == "nothing new\n"
