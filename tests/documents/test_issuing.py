"""Numbers without gaps or doubles; content frozen; the ledger; who sees what."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput, TransitionNotAllowed
from documents import access
from documents.models import Document, Series
from documents.selectors import documents_of_many
from documents.services import issue_document, make_pending, revoke_document
from ledger.selectors import timeline
from tests.factories.accounts import make_department, make_user
from tests.factories.documents import NOTICE, PERMIT, SAMPLE, SUBJECT, make_document
from tests.queries import statements

pytestmark = pytest.mark.django_db


def test_number_has_mark_year_and_serial():
    department = make_department(mark="经开行审")
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    numbers = [make_document(department, at=at).number for _turn in range(2)]
    assert numbers == ["经开行审受理〔2026〕1号", "经开行审受理〔2026〕2号"]
    assert make_document(department, kind=PERMIT.code, at=at).number == "经开行审许可〔2026〕1号"


def test_year_is_that_of_the_hall_not_of_greenwich():
    department = make_department(mark="经开行审")
    document = make_document(department, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert (document.number, document.data["date"]) == ("经开行审受理〔2027〕1号", "2027年1月1日")


def test_department_without_a_mark_stands_there_by_name():
    assert (
        make_document(make_department(name="水务局"), at=datetime(2026, 1, 5, tzinfo=UTC)).number
        == "水务局受理〔2026〕1号"
    )


def test_a_mark_that_changes_hands_goes_on_counting():
    first, second = make_department(mark="经开甲"), make_department()
    make_document(first)
    first.mark = "经开乙"
    first.save()
    second.mark = "经开甲"
    second.save()
    assert [make_document(second).serial, make_document(first).serial] == [2, 1]


def test_rollback_gives_the_number_back():
    department = make_department(mark="经开行审")

    @transaction.atomic
    def act() -> None:
        make_document(department)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert (make_document(department).serial, Series.objects.get().last) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_serials_have_no_gaps_or_doubles_under_concurrency():
    department = make_department(mark="经开行审")
    together, failures = Barrier(6), []

    def work(worker: int) -> None:
        try:
            together.wait()
            for turn in range(10):
                try:
                    with transaction.atomic():
                        make_document(department, subject=("tests.subject", worker))
                        if turn % 3 == worker % 3:
                            raise RuntimeError  # the act fails: its number must come back
                except RuntimeError:
                    pass
        except Exception as error:  # noqa: BLE001  (shown at the end)
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    serials = list(Document.objects.order_by("serial").values_list("serial", flat=True))
    # Of ten turns three fail, four where the worker's number is divisible by three.
    assert (failures, serials) == ([], list(range(1, 4 * 7 + 2 * 6 + 1)))


@pytest.mark.django_db(transaction=True)
def test_the_next_issuer_waits_for_the_one_before():
    department = make_department(mark="经开行审")
    taken, go = Barrier(2), Barrier(2)
    seen: list[int] = []

    def second() -> None:
        try:
            taken.wait(20)
            go.wait(20)
            seen.append(make_document(department).serial)
        finally:
            connection.close()

    thread = Thread(target=second)
    thread.start()

    @transaction.atomic
    def first() -> None:
        assert make_document(department).serial == 1
        taken.wait(20)
        go.wait(20)
        thread.join(0.4)
        assert thread.is_alive()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        first()
    thread.join(20)
    assert seen == [1]


def test_the_database_refuses_the_same_serial_twice():
    document = make_document()
    document.pk, document.number, document.verify_code = None, "另一个号", "ABCDABCDABCD"
    with pytest.raises(IntegrityError, match="document_number_once"), transaction.atomic():
        document.save(force_insert=True)


def test_issue_fills_in_what_the_data_leaves_out():
    department = make_department(name="水务局", mark="经开水务")
    document = make_document(department, data={"paragraphs": ["甲"]}, at=datetime(2026, 11, 24, 1, tzinfo=UTC))
    assert document.data == {
        "title": "受理通知书",
        "addressee": "秦海智能装备有限公司",
        "signed_by": "水务局",
        "date": "2026年11月24日",
        "paragraphs": ["甲"],
    }
    assert (document.title, document.status) == ("受理通知书", Document.Status.PENDING)
    assert make_document(department, data={"title": "备案通知书"}).title == "备案通知书"


def test_issue_is_on_the_ledger_of_its_subject():
    user = make_user()
    document = make_document(actor=Actor(user))
    entry = timeline(SUBJECT).get()
    assert (entry.act, entry.actor, entry.data) == (
        "document.issued",
        user,
        {"document": document.pk, "kind": NOTICE.code, "title": "受理通知书", "number": document.number},
    )


def test_unknown_kind_and_missing_template_are_mistakes_of_ours():
    with pytest.raises(LookupError, match=r"tests\.nothing"):
        issue_document(
            actor=Actor.system(),
            kind="tests.nothing",
            department=make_department(),
            subject=SUBJECT,
            holder="",
            data={},
        )


def test_worker_is_sent_once_on_commit_and_a_dead_broker_refuses_nothing(django_capture_on_commit_callbacks):
    refused = patch("common.tasks.current_app.send_task", side_effect=OSError)
    with refused as sent, django_capture_on_commit_callbacks(execute=True):
        make_document()
        make_document()
    assert [call.args for call in sent.call_args_list] == [("documents.make_pending",)]
    assert Document.objects.filter(status="pending").count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"number": "假〔2026〕1号"},
        {"data": {}},
        {"holder": "别人"},
        {"title": "别的"},
        {"valid_until": date(2030, 1, 1)},
        {"verify_code": "AAAAAAAAAAAA"},
        {"issued_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"subject_id": 9},
    ],
)
def test_the_database_refuses_to_change_what_was_issued(change):
    document = make_document()
    with pytest.raises(DatabaseError, match="its content does not change"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**change)


def test_the_database_refuses_to_delete_documents_versions_and_series():
    document = make_document()
    for table in ("documents_document", "documents_templateversion", "documents_series"):
        with pytest.raises(DatabaseError, match="kept for ever"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError, match="goes up by one"), transaction.atomic():
        Series.objects.update(last=7)
    assert Document.objects.get().pk == document.pk


def test_the_digest_does_not_change_once_set():
    make_document()
    assert make_pending().made == 1
    with pytest.raises(DatabaseError, match="its file does not change"), transaction.atomic():
        Document.objects.update(sha256="0" * 64)


def test_revoking_is_for_good_and_says_why():
    user, document = make_user(), make_document()
    revoked = revoke_document(actor=Actor(user), document=document, reason=" 以欺骗手段取得 ")
    assert (revoked.revoke_reason, revoked.revoked_by, revoked.state) == (
        "以欺骗手段取得",
        user,
        Document.State.REVOKED,
    )
    with pytest.raises(TransitionNotAllowed):
        revoke_document(actor=Actor(user), document=document, reason="再次")
    with pytest.raises(DatabaseError, match="that stays"), transaction.atomic():
        Document.objects.update(revoked_at=None, revoked_by=None, revoke_reason="")
    assert [entry.act for entry in timeline(SUBJECT)] == ["document.issued", "document.revoked"]


def test_revoking_needs_a_reason():
    with pytest.raises(InvalidInput):
        revoke_document(actor=Actor.system(), document=make_document(), reason="  ")


@pytest.fixture
def rules(monkeypatch):
    """Only what a test registers."""
    registered: dict = {}
    monkeypatch.setattr(access, "_rules", registered)
    return registered


def test_documents_are_seen_by_those_whom_the_owner_of_the_subject_lets(rules):
    owner, stranger = make_user(), make_user()
    mine, other = make_document(), make_document(subject=("tests.subject", 2))
    access.register("tests.subject", lambda user: User.objects.none() if user != owner else None)
    assert list(Document.objects.visible_to(owner).of_subject(*SUBJECT)) == []

    from django.db.models import Q

    access.register("tests.subject", lambda user: Q(pk=mine.pk) if user == owner else None)
    assert list(Document.objects.visible_to(owner)) == [mine]
    assert list(Document.objects.visible_to(stranger)) == []
    assert documents_of_many([SUBJECT, other.subject]) == {SUBJECT: [mine], other.subject: [other]}
    assert documents_of_many([SUBJECT, other.subject], owner) == {SUBJECT: [mine], other.subject: []}


def test_a_rule_may_give_the_subjects_themselves(rules):
    user = make_user()
    document = make_document(subject=("accounts.user", user.pk))
    make_document(subject=("accounts.user", user.pk + 1000))
    access.register("accounts.user", lambda asking: User.objects.filter(pk=asking.pk))
    assert list(Document.objects.visible_to(user)) == [document]


def test_lists_cost_the_same_for_one_and_many(rules):
    user = make_user()
    access.register("accounts.user", lambda asking: User.objects.filter(pk=asking.pk))
    subject = ("accounts.user", user.pk)
    department = make_department()
    make_document(department, subject=subject)

    def look() -> None:
        visible = Document.objects.visible_to(user).of_subject(*subject)
        [str(one.department) for one in visible.select_related("department").in_order()]
        documents_of_many([subject], user)

    once = statements(look)
    for _turn in range(5):
        make_document(department, subject=subject)
    assert (once, statements(look)) == (2, 2)


def test_the_file_is_for_whoever_sees_the_document(rules):
    from files.access import may_read

    owner, stranger = make_user(), make_user()
    make_document(subject=("accounts.user", owner.pk))
    make_pending()
    access.register("accounts.user", lambda asking: User.objects.filter(pk=asking.pk))
    stored = Document.objects.get().file
    assert (may_read(owner, stored), may_read(stranger, stored)) == (True, False)


def test_sample_has_the_documented_shape():
    assert set(SAMPLE) == {"addressee", "paragraphs", "rows", "law", "remedy"}


def test_data_are_kept_in_the_language_of_the_hall_and_as_plain_values():
    from decimal import Decimal

    from django.utils import translation
    from django.utils.translation import gettext_lazy

    with translation.override("en"):
        rows = [{"label": gettext_lazy("Department"), "value": Decimal("1.50")}, {"label": "数", "value": 3}]
        document = make_document(data={"rows": rows})
    document.refresh_from_db()
    assert document.data["rows"] == [{"label": "部门", "value": "1.50"}, {"label": "数", "value": 3}]


def test_texts_longer_than_their_columns_refuse_nothing():
    document = make_document(holder="甲" * 300, data={"title": "乙" * 300})
    assert (len(document.holder), len(document.title), len(document.data["title"])) == (200, 200, 300)


def test_beat_sweeps_what_waits(settings):
    from celery import current_app

    entry = settings.CELERY_BEAT_SCHEDULE["make-documents"]
    assert (entry["task"], entry["schedule"]) == ("documents.make_pending", 60.0)
    current_app.loader.import_default_modules()
    assert "documents.make_pending" in current_app.tasks


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "made", "next_try_at": None}, "document_made_has_file"),
        ({"sha256": "0" * 64}, "document_made_has_file"),
        ({"status": "failed", "next_try_at": None}, "document_failed_says_why"),
        ({"status": "pending", "next_try_at": None}, "document_pending_has_next_try"),
        ({"status": "other"}, "document_"),
        ({"revoke_reason": "理由"}, "document_revoked_says_why"),
        ({"revoked_at": datetime(2026, 1, 1, tzinfo=UTC)}, "document_revoked_says_why"),
    ],
)
def test_the_database_holds_what_belongs_together(change, constraint):
    make_document()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.update(**change)
