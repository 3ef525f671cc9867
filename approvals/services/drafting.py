"""Drafting an application: which matters, which materials, each material handed in once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals import facts, themes
from approvals.deviations import eased_items, later_papers
from approvals.models import Application, ApplicationMatter, Case, Deferral, Material, MaterialFile, Matter
from approvals.services.locking import lock_application
from approvals.special_ways import materials_asked
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now
from enterprises.selectors import ANY
from enterprises.services import confirm_actor
from files import kinds
from files.services import store
from ledger.services import record
from projects.models import Project
from projects.services import save_answers

MATERIAL_FIELDS = ["name", "name_en", "required", "secondary", "accepts", "note", "position"]


@transaction.atomic
def start_application(*, actor: Actor, project: Project) -> Application:
    """The draft application of a declared project: the one there is, or a new one.

    A double click and a second device find the same draft. Raises InvalidInput for a project
    not declared yet, NotAllowed.
    """
    confirm_actor(actor, project.enterprise, ANY)
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.status != Project.Status.DECLARED:
        raise InvalidInput({"project": _("Declare the project first.")})
    draft = Application.objects.filter(project=locked, status=Application.Status.DRAFT).first()
    if draft is not None:
        return draft
    if actor.user is None:
        raise NotAllowed
    return Application.objects.create(
        project=locked,
        enterprise_id=locked.enterprise_id,
        channel=Application.Channel.WINDOW if actor.at_window else Application.Channel.ONLINE,
        created_by=actor.user,
        created_at=now(),
    )


def answer_questions(*, actor: Actor, project: Project, answers: Mapping[str, Any]) -> Project:
    """Keep answers to the catalogue's questions on the project; None or "" takes one back.

    Raises InvalidInput by the name of the fact.
    """
    wrong: dict[str, list[Any]] = {}
    fit: dict[str, Any] = {}
    for name, value in answers.items():
        try:
            fit |= facts.read_answers({name: value})
        except KeyError:
            wrong[name] = [_("There is no such question.")]
        except ValueError:
            wrong[name] = [_("This answer does not fit the question.")]
    if wrong:
        raise InvalidInput(wrong)
    return save_answers(actor=actor, project=project, answers=fit)


@transaction.atomic
def choose_matters(*, actor: Actor, application: Application, codes: Iterable[str]) -> Application:
    """Set the matters of a draft and ask for the union of their materials, each once.

    Files handed in for a material that is no longer needed stay and count again when it is.
    Raises InvalidInput at "matters" when a code is unknown or its case is running already.
    """
    locked = lock_draft(actor, application)
    wanted = list(dict.fromkeys(codes))
    matters = list(Matter.objects.offered().filter(code__in=wanted).select_related("current"))
    _refuse_unknown(wanted, matters)
    _refuse_running(locked, matters)
    locked.chosen.exclude(matter__in=matters).delete()
    ApplicationMatter.objects.bulk_create(
        [ApplicationMatter(application=locked, matter=matter, version=matter.current) for matter in matters],
        update_conflicts=True,
        update_fields=["version"],
        unique_fields=["application", "matter"],
    )
    # A version that is decided on a commitment no more takes the choice of that way back.
    by_word = locked.chosen.filter(by_commitment=True)
    by_word.exclude(version__content__commitment__has_key="text").update(by_commitment=False)
    sync_materials(locked)
    theme = themes.pick(locked.project, wanted)
    locked.theme = theme.current if theme else None
    locked.save(update_fields=["theme"])
    return locked


def lock_draft(actor: Actor, application: Application) -> Application:
    """The application locked until the transaction ends; raises TransitionNotAllowed once submitted."""
    confirm_actor(actor, application.enterprise, ANY)
    locked = lock_application(application.pk, "project", "enterprise")
    if locked.status != Application.Status.DRAFT:
        raise TransitionNotAllowed(_("The application has been submitted; it can no longer be changed."))
    return locked


def _refuse_unknown(wanted: Sequence[str], matters: Sequence[Matter]) -> None:
    unknown = sorted(set(wanted) - {matter.code for matter in matters})
    if unknown:
        raise InvalidInput({"matters": _("No such matter is offered: %(codes)s.") % {"codes": ", ".join(unknown)}})


def _refuse_running(application: Application, matters: Sequence[Matter]) -> None:
    running = Case.objects.alive().filter(project=application.project_id, matter__in=matters).select_related("matter")
    messages = [
        _("“%(matter)s” has been applied for already: case %(number)s.")
        % {"matter": case.matter.label, "number": case.number}
        for case in running
    ]
    if messages:
        raise InvalidInput({"matters": messages})


def sync_materials(application: Application) -> None:
    """One row for each paper the chosen matters want; strictest requirement wins."""
    allowed = later_papers(application.project_id)
    rows = application.chosen.select_related("version")
    wanted = union_of_materials([eased_items(materials_asked(row), allowed) for row in rows])
    existing = {material.code: material for material in application.materials.all()}
    for code, material in existing.items():
        if code not in wanted:
            # Kept for its files; asks for nothing any more.
            material.required, material.position = False, len(wanted)
    for code, values in wanted.items():
        material = existing.setdefault(code, Material(application=application, code=code))
        for field, value in values.items():
            setattr(material, field, value)
    fresh = [material for material in existing.values() if material.pk is None]
    known = [material for material in existing.values() if material.pk is not None]
    Material.objects.bulk_create(fresh)
    Material.objects.bulk_update(known, MATERIAL_FIELDS)
    unneeded = [code for code in existing if code not in wanted]
    application.materials.filter(code__in=unneeded, files=None).delete()


def union_of_materials(lists: Iterable[Sequence[Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Papers by code over several matters' lists, in order of first mention.

    Required if any matter requires it; may follow later only if every matter that requires it
    lets it follow.
    """
    union: dict[str, dict[str, Any]] = {}
    for items in lists:
        for item in items:
            required, secondary = item.get("required", True), item.get("secondary", False)
            known = union.get(item["code"])
            if known is None:
                union[item["code"]] = {
                    "name": item["name"],
                    "name_en": item["name_en"],
                    "required": required,
                    "secondary": secondary,
                    "accepts": list(item["accepts"]),
                    "note": item.get("note", ""),
                    "position": len(union),
                }
                continue
            strict = (known["required"] and not known["secondary"]) or (required and not secondary)
            known["required"] = known["required"] or required
            known["secondary"] = (known["secondary"] or secondary) and not strict
            known["note"] = known["note"] or item.get("note", "")
    return union


@transaction.atomic
def add_file(
    *, actor: Actor, material: Material, upload: UploadedFile, replaces: MaterialFile | None = None
) -> MaterialFile:
    """Hand in one file for a material; ``replaces`` becomes history.

    Allowed while the application is a draft, while an open correction notice of one of its cases
    lists the material, or while one of them waits for it (容缺).
    Raises InvalidInput at "file", TransitionNotAllowed, NotAllowed.
    """
    locked = lock_material(actor, material)
    accepts = [group for group in locked.accepts if group in kinds.ALL_GROUPS] or kinds.ALL_GROUPS
    # What may still be refused comes before the file is written, which no rollback takes back.
    old = _retire(locked, replaces) if replaces is not None else None
    stored = store(actor=actor, upload=upload, accepts=accepts)
    assert actor.user is not None
    added = MaterialFile.objects.create(
        material=locked,
        file=stored,
        version=old.version + 1 if old else 1,
        replaces=old,
        added_by=actor.user,
        on_behalf_of=actor.on_behalf_of,
        added_at=now(),
    )
    if locked.application.status == Application.Status.SUBMITTED:
        record(
            actor=actor,
            subject=locked.application,
            act="material.replaced" if old else "material.added",
            data={"material": locked.code, "name": locked.name, "file": stored.name, "sha256": stored.sha256},
        )
    return added


@transaction.atomic
def remove_file(*, actor: Actor, file: MaterialFile) -> MaterialFile:
    """Take a file out of what is handed in; it stays as history. Removing it twice changes nothing."""
    locked = lock_material(actor, file.material)
    return _retire(locked, file, gone_is_fine=True)


def lock_material(actor: Actor, material: Material) -> Material:
    """The material with its application locked, once it is sure that it may be changed now."""
    application = lock_application(material.application_id, "enterprise")
    locked = Material.objects.get(pk=material.pk)
    locked.application = application
    if application.status == Application.Status.DRAFT:
        confirm_actor(actor, application.enterprise, ANY)
        return locked
    asked = correcting_cases(locked) or promised_cases(locked)
    if not asked:
        raise TransitionNotAllowed(
            _("The application has been submitted. Files can be changed only when the window asks for it.")
        )
    confirm_actor(actor, application.enterprise, [case.matter.code for case in asked])
    return locked


def correcting_cases(material: Material) -> list[Case]:
    """Cases whose open correction notice lists this material."""
    cases = (
        Case.objects.filter(materials__material=material, status=Case.Status.CORRECTING, notices__answered_at=None)
        .select_related("matter")
        .prefetch_related("notices")
    )
    return [
        case
        for case in cases
        for notice in case.notices.all()
        if notice.answered_at is None and any(item["material"] == material.pk for item in notice.items)
    ]


def promised_cases(material: Material) -> list[Case]:
    """Cases in which the applicant has promised this material and not handed it in yet."""
    open_gaps = Case.objects.filter(
        deferrals__material__material=material, deferrals__status=Deferral.Status.OPEN, deferrals__handed_in_at=None
    )
    return list(open_gaps.select_related("matter"))


def _retire(material: Material, file: MaterialFile, *, gone_is_fine: bool = False) -> MaterialFile:
    old = MaterialFile.objects.select_for_update().filter(pk=file.pk, material=material).first()
    if old is None or (not old.is_current and not gone_is_fine):
        raise InvalidInput({"file": _("This file has been replaced or removed already. Look at the list again.")})
    if old.is_current:
        old.is_current = False
        old.save(update_fields=["is_current"])
    return old


@transaction.atomic
def discard_application(*, actor: Actor, application: Application) -> None:
    """Put a draft away with its list of matters; on record at the project. Stored files stay."""
    locked = lock_draft(actor, application)
    codes = list(locked.chosen.values_list("matter__code", flat=True))
    record(actor=actor, subject=locked.project, act="application.discarded", data={"matters": codes})
    locked.materials.all().delete()
    locked.delete()
