"""The application form of each case: frozen when it is handed in, made by a worker, kept as the material's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import translation

from accounts.actors import Actor
from approvals import form_paper
from approvals.application_form import Asking, answers_for
from approvals.catalogue.model import field_from_content
from approvals.form_values import Value
from approvals.models import Application, Case, CaseForm, Material, MaterialFile
from approvals.models.application import FORM_PAPER
from common.tasks import enqueue
from common.time import now
from documents.compiling import TypesettingError
from documents.models import TemplateVersion
from documents.selectors import current_version
from documents.services.attempts import all_or_nothing, claim, next_try
from files.services import store

log = structlog.get_logger(__name__)

MAKE = "approvals.make_forms"
BATCH = 200


def keep_forms(
    application: Application, cases: Iterable[Case], askings: Iterable[Asking], *, at: datetime, own_paper: bool
) -> None:
    """Freeze what was filled in for each case of a just submitted application; two statements.

    With ``own_paper`` the applicant handed in a form of their own, and none is made.
    """
    by_code = {asking.code: asking for asking in askings if asking.form}
    rows = [(case, by_code[case.matter.code]) for case in cases if case.matter.code in by_code]
    if not rows:
        return
    template = current_version(form_paper.TEMPLATE)
    CaseForm.objects.bulk_create(
        [
            _new_form(application, case, asking, template, at=at, make=asking.wants_paper and not own_paper)
            for case, asking in rows
        ]
    )
    enqueue(MAKE)


def keep_corrected_form(case: Case, *, at: datetime) -> CaseForm | None:
    """Freeze a case's form anew after its answers were put right; None where the matter asks nothing."""
    asking = _asking_of(case)
    if not asking.form:
        return None
    last = case.forms.order_by("-ordinal").first()
    # One that could not be made was to be made as well.
    made_before = last is not None and (last.file_id is not None or last.to_be_made or last.error != "")
    form = _new_form(case.application, case, asking, current_version(form_paper.TEMPLATE), at=at, make=made_before)
    form.ordinal = (case.forms.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    form.save(force_insert=True)
    CaseForm.objects.filter(case=case, ordinal__lt=form.ordinal).update(next_try_at=None)
    enqueue(MAKE)
    return form


def _asking_of(case: Case) -> Asking:
    content = case.version.content
    form = tuple(field_from_content(item) for item in content.get("form", ()))
    wants = any(paper["code"] == FORM_PAPER for paper in content["materials"])
    return Asking(content["code"], content["name"], form, wants)


def _new_form(
    application: Application, case: Case, asking: Asking, template: TemplateVersion, *, at: datetime, make: bool
) -> CaseForm:
    answers: Mapping[str, Value] = answers_for(asking.form, application.answers)
    with translation.override("zh-hans"):
        named = Asking(asking.code, case.matter.label, asking.form, asking.wants_paper)
    return CaseForm(
        case=case,
        answers=answers,
        data=form_paper.paper_data(application, named, answers, moment=at, number=case.number),
        template_version=template,
        handed_in_at=at,
        next_try_at=at if make else None,
    )


def make_forms(*, limit: int = BATCH) -> int:
    """Make what waits; returns how many. Safe to run twice, by any number of workers, and to be killed."""
    made = 0
    for _turn in range(limit):
        form = _claim()
        if form is None:
            break
        made += _make(form)
    return made


def make_again(*, form_ids: Iterable[int]) -> int:
    """Try papers that could not be made once more, from the beginning; how many there were.

    A form that a correction has followed stays as it is.
    """
    failed = _unfollowed().filter(pk__in=list(form_ids), file=None, next_try_at=None).exclude(error="")
    count = failed.update(next_try_at=now(), attempts=0, error="")
    enqueue(MAKE)
    return count


def _unfollowed() -> QuerySet[CaseForm]:
    newer = CaseForm.objects.filter(case=OuterRef("case"), ordinal__gt=OuterRef("ordinal"))
    return CaseForm.objects.filter(~Exists(newer))


def _waiting() -> QuerySet[CaseForm]:
    return CaseForm.objects.filter(file=None, next_try_at__isnull=False)


def _claim() -> CaseForm | None:
    return claim(_waiting().select_related("template_version__base", "case"))


def _make(form: CaseForm) -> int:
    try:
        return _keep(form, content_of(form))
    except TypesettingError as error:
        # The same data and the same source would fail again: a person must look.
        _put_off(form, None, error.message or "?")
    except Exception as error:  # noqa: BLE001  (one form must not stop the others; the row says what happened)
        log.warning("form_not_made", form=form.pk, error=repr(error))
        _put_off(form, next_try(form.attempts), repr(error))
    return 0


def _put_off(form: CaseForm, again: datetime | None, error: str) -> None:
    """Only what still waits: a correction may have taken its place meanwhile, or another worker have made it."""
    _waiting().filter(pk=form.pk).update(next_try_at=again, error=error)


def content_of(form: CaseForm) -> bytes:
    """The PDF of a form that was handed in: the same bytes whenever it is asked for."""
    return form_paper.render(form.data, form.template_version, moment=form.handed_in_at, number=form.case.number)


def _keep(form: CaseForm, content: bytes) -> int:
    """File and material in one transaction; nothing when another worker was quicker or a newer form is there."""
    with all_or_nothing() as stored:
        locked = (
            _waiting().filter(pk=form.pk).select_for_update(of=("self",)).select_related("case__application").first()
        )
        if locked is None:
            return 0
        if not _unfollowed().filter(pk=form.pk).exists():
            # However it came to wait again: made now, it would take the place of the newer one.
            _put_off(form, None, locked.error)
            return 0
        name = f"申请表 {locked.case.number}.pdf"
        upload = SimpleUploadedFile(name, content, content_type="application/pdf")
        stored.append(store(actor=Actor.system(), upload=upload, accepts=("pdf",), ours=True))
        locked.file, locked.next_try_at, locked.error = stored[0], None, ""
        locked.save(update_fields=["file", "next_try_at", "error"])
        _attach(locked)
    return 1


def _attach(form: CaseForm) -> None:
    """The made paper becomes the case's file of the material, in place of the one before."""
    case, application = form.case, form.case.application
    material = Material.objects.filter(application=application, code=FORM_PAPER).first()
    submitter = application.submitted_by
    if material is None or submitter is None or form.file is None:
        return
    old = MaterialFile.objects.current().filter(material=material, case=case).first()
    if old is not None:
        old.is_current = False
        old.save(update_fields=["is_current"])
    MaterialFile.objects.create(
        material=material, file=form.file, case=case, origin=MaterialFile.Origin.FORM, added_by=submitter,
        added_at=form.handed_in_at, replaces=old, version=old.version + 1 if old else 1,
    )  # fmt: skip
