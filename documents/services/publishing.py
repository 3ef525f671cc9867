"""Publishing a template that was edited in the hall: tried first, then a version that is never edited."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.rules import is_administrator
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from documents.compiling import Mistake, Source, TypesettingError
from documents.models import Template, TemplateVersion
from documents.pictures import text_of
from documents.sandbox import make_untrusted_pdf
from documents.services.templates import BASE, current_versions, new_version
from documents.specimens import specimen
from ledger.services import record

EDITED = TemplateVersion.Origin.EDITED


@transaction.atomic
def publish_template(*, actor: Actor, template: Template, source: str, note: str, seen: int) -> TemplateVersion:
    """Make ``source`` the version in force; papers already issued keep theirs.

    ``seen`` is the number of the version that the page showed. Setting it is tried first, in the sandbox: InvalidInput
    at "source" when it can't be set, or when a paper would not show its number and its code. A new shared part is
    tried with every template and gives each a new version. NotAllowed unless ``actor`` is an administrator; Stale when
    somebody else has published meanwhile.
    """
    if not is_administrator.test(actor.person):
        raise NotAllowed
    source = source.replace("\r\n", "\n")
    # One at a time in the whole set, since the shared part concerns all.
    list(Template.objects.select_for_update().order_by("pk"))
    current = current_versions()
    latest = current[template.code]
    if latest.number != seen:
        raise Stale
    if latest.source == source:
        raise InvalidInput({"source": _("Nothing has changed.")})
    publish = _publish_shared if template.code == BASE else _publish_one
    made = publish(current, template, source, note, actor)
    record(
        actor=actor,
        subject=template,
        act="template.published",
        data={"template": template.code, "version": made.number, "sha256": made.sha256, "note": note},
    )
    return made


Versions = dict[str, TemplateVersion]


def _publish_one(current: Versions, template: Template, source: str, note: str, actor: Actor) -> TemplateVersion:
    base = current[BASE]
    check_source(Source(source, base.source), template.code)
    latest = current[template.code]
    made = new_version(template, source, latest, base=base, origin=EDITED, note=note, made_by=actor.user)
    made.save(force_insert=True)
    return made


def _publish_shared(current: Versions, template: Template, source: str, note: str, actor: Actor) -> TemplateVersion:
    others = [version for code, version in sorted(current.items()) if code != BASE]
    for version in others:
        check_source(Source(version.source, source), version.template.code)
    made = new_version(template, source, current[BASE], origin=EDITED, note=note, made_by=actor.user)
    made.save(force_insert=True)
    TemplateVersion.objects.bulk_create(
        new_version(one.template, one.source, one, base=made, origin=one.origin, note=note, made_by=actor.user)
        for one in others
    )
    return made


def check_source(source: Source, code: str) -> None:
    """InvalidInput at "source" unless a specimen can be set and shows what makes a paper verifiable."""
    content = specimen(code)
    try:
        made = make_untrusted_pdf(source, content, moment=now())
    except TypesettingError as error:
        raise InvalidInput({"source": [mistake_text(one, code) for one in error.mistakes]}) from error
    text = text_of(made)
    for part in (content["number"], content["code"]):
        if part not in text:
            values = {"template": code, "part": part}
            raise InvalidInput({"source": _("%(template)s: the paper does not show “%(part)s”.") % values})


def mistake_text(mistake: Mistake, code: str) -> str:
    """File, line and what typst says, which is in English."""
    if not mistake.line:
        return f"{code}: {mistake.message}"
    values = {"file": BASE if mistake.file == BASE else code, "line": mistake.line, "message": mistake.message}
    return _("%(file)s, line %(line)s: %(message)s") % values
