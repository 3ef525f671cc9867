"""告知承诺 (国办发〔2020〕42号): the applicant chooses the way for each matter, and signs what it commits to."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Application, ApplicationMatter, Case, Commitment
from approvals.papers.commitment import conditions_text, issue_commitment
from approvals.services.drafting import lock_draft, sync_materials
from approvals.special_ways import commitment_barred, commitment_of
from common.errors import InvalidInput, Text
from common.time import now
from ledger.services import record

SIGNER_LENGTH = 60


@transaction.atomic
def choose_ways(*, actor: Actor, application: Application, codes: Collection[str]) -> Application:
    """Let the chosen matters named in ``codes`` be decided on a commitment, the others the ordinary way.

    Papers that a commitment spares are asked for no more, unless another chosen matter needs them. Raises
    InvalidInput at "by_commitment" for a matter that has no such way, or a firm that may not use it.
    """
    locked = lock_draft(actor, application)
    rows = list(locked.chosen.select_related("version", "matter"))
    wanted = [row for row in rows if row.matter.code in codes]
    ordinary = [row.matter.label for row in wanted if commitment_of(row.version) is None]
    if ordinary:
        raise InvalidInput(
            {"by_commitment": _("“%(matter)s” is not decided on a commitment.") % {"matter": ordinary[0]}}
        )
    if wanted and commitment_barred(locked.enterprise_id):
        raise InvalidInput({"by_commitment": barred_words()})
    for row in rows:
        row.by_commitment = row in wanted
    ApplicationMatter.objects.bulk_update(rows, ["by_commitment"])
    sync_materials(locked)
    return locked


def barred_words() -> Text:
    return _(
        "The enterprise did not keep an earlier commitment, so this way is closed to it until the hall lifts the bar."
    )


def to_sign(application: Application) -> list[tuple[ApplicationMatter, str]]:
    """The matters of an application that are to be decided on a commitment, each with the words to be signed."""
    rows = application.chosen.filter(by_commitment=True).select_related("version", "matter__department")
    return [(row, conditions_text(row.version, row.matter, application.enterprise)) for row in rows]


def unsigned(application: Application) -> list[tuple[ApplicationMatter, str]]:
    """Those of ``to_sign`` whose present words nobody has signed."""
    pairs = to_sign(application)
    if not pairs:
        return []
    signed = set(application.commitments.filter(kind=Commitment.Kind.CONDITIONS).values_list("text", flat=True))
    return [(row, text) for row, text in pairs if text not in signed]


@transaction.atomic
def sign_conditions(
    *, actor: Actor, application: Application, signer: str, agreed: bool, seen: Collection[str] = ()
) -> list[Commitment]:
    """Sign for every matter of a draft that is to be decided on a commitment; each gets its paper.

    ``seen`` are the words that the page showed, where the caller knows them: the commitment is what was read, so
    words that have changed meanwhile are refused. What has been signed already is not signed twice.
    Raises InvalidInput at "conditions_signer" and "conditions_agreed".
    """
    locked = lock_draft(actor, application)
    pairs = unsigned(locked)
    if not pairs:
        return []
    _refuse_signature(locked, signer.strip(), agreed, [text for _row, text in pairs], seen)
    return [_sign(locked, row, text, signer.strip(), actor) for row, text in pairs]


def _refuse_signature(
    application: Application, signer: str, agreed: bool, texts: Collection[str], seen: Collection[str]
) -> None:
    errors: dict[str, Text] = {}
    if not signer or len(signer) > SIGNER_LENGTH:
        errors["conditions_signer"] = _("Write the name of the person who signs for the enterprise.")
    if not agreed:
        errors["conditions_agreed"] = _("Read the commitment and confirm it; without it, choose the ordinary way.")
    elif seen and not set(texts) <= set(seen):
        errors["conditions_agreed"] = _("The text of the commitment has changed. Read it again and confirm it.")
    if commitment_barred(application.enterprise_id):
        errors["conditions_agreed"] = barred_words()
    if errors:
        raise InvalidInput(errors)


def _sign(application: Application, row: ApplicationMatter, text: str, signer: str, actor: Actor) -> Commitment:
    row.application = application
    commitment = Commitment.objects.create(
        application=application, kind=Commitment.Kind.CONDITIONS, text=text, signer=signer, signed_by=actor.person,
        on_behalf_of=actor.on_behalf_of, signed_at=now(),
        document=issue_commitment(row, actor=actor, text=text, signer=signer),
    )  # fmt: skip
    record(
        actor=actor, subject=application, act="application.conditions_signed", at=commitment.signed_at,
        data={"matter": row.matter.code, "commitment": commitment.pk},
    )  # fmt: skip
    return commitment


def refuse_unsigned(application: Application) -> None:
    """Raise InvalidInput at "conditions_agreed" while a commitment is unsigned, or the firm may give none."""
    if not application.chosen.filter(by_commitment=True).exists():
        return
    if commitment_barred(application.enterprise_id):
        raise InvalidInput({"conditions_agreed": barred_words()})
    if pairs := unsigned(application):
        raise InvalidInput(
            {
                "conditions_agreed": _("The commitment for “%(matter)s” is not signed.")
                % {"matter": pairs[0][0].matter.label}
            }
        )


def commitment_for(case: Case) -> Commitment | None:
    """What was signed for a case that is decided on a commitment."""
    if not case.by_commitment:
        return None
    text = conditions_text(case.version, case.matter, case.enterprise)
    rows = Commitment.objects.filter(application=case.application_id, kind=Commitment.Kind.CONDITIONS)
    return rows.filter(text=text).select_related("document").last() or _by_matter(rows, case)


def _by_matter(rows: models.QuerySet[Commitment], case: Case) -> Commitment | None:
    """The firm has been renamed since: then the matter's name in the first line tells."""
    return rows.filter(text__contains=f"事项：{case.version.content['name']}。").select_related("document").last()
