"""Writing drafts and putting them in force. Order of locks: the draft, then the matter or theme."""

from __future__ import annotations

import copy
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.editing import selectors
from approvals.editing.contents import blank
from approvals.editing.fields import Content
from approvals.editing.problems import SHAPES
from approvals.editing.rules import may_edit_catalogue
from approvals.editing.selectors import MATTER, THEME, model_of
from approvals.models import CatalogueDraft, Matter, MatterVersion, Origin, Theme, ThemeVersion
from approvals.rules import require
from approvals.services.catalogue import publish_matter, publish_theme
from common.display import local_moment
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.time import now
from ledger.services import record

NOTE_LONGEST = 300
GONE = _("This draft is gone: it was published or discarded in the meantime.")


@transaction.atomic
def start_draft(*, actor: Actor, subject: str, code: str, number: int | None = None) -> CatalogueDraft:
    """A draft of what is in force, or of the older version ``number``.

    Raises TransitionNotAllowed while another draft of it is open and InvalidInput for a version that isn't there.
    """
    require(may_edit_catalogue, actor)
    thing = _locked(subject, code)
    if thing is None or thing.current is None:
        raise InvalidInput({"code": _("There is nothing of this code in the catalogue.")})
    version = thing.current if number is None else thing.versions.filter(number=number).first()
    if version is None:
        raise InvalidInput({"number": _("There is no such version.")})
    return _make(actor, subject, code, selectors.content_of(version), thing.current.number, {"from": version.number})


@transaction.atomic
def start_new(*, actor: Actor, subject: str, code: str, name: str, copy_of: str = "") -> CatalogueDraft:
    """A draft of something that is not there yet, blank or a copy of ``copy_of``.

    Raises InvalidInput at ``code``, ``name`` or ``copy_of``.
    """
    require(may_edit_catalogue, actor)
    code, name = code.strip(), " ".join(name.split())
    code = code.upper() if subject == MATTER else code.lower()
    if not SHAPES[subject].is_valid(code):
        raise InvalidInput({"code": CODE_FORMS[subject]})
    if model_of(subject).objects.filter(code=code).exists():
        raise InvalidInput({"code": _("%(code)s is taken. A code never changes its meaning.") % {"code": code}})
    if not name:
        raise InvalidInput({"name": _("Give it a name.")})
    return _make(actor, subject, code, _first_content(subject, code, name, copy_of), 0, {"copy_of": copy_of})


CODE_FORMS: dict[str, Any] = {
    MATTER: _("A code is LX, GC, SG, YS or QY with two figures, such as LX08."),
    THEME: _("A code has small letters, figures and hyphens, such as industrial-new."),
}


def _first_content(subject: str, code: str, name: str, copy_of: str) -> Content:
    if copy_of:
        thing, content = selectors.in_force(subject, copy_of)
        if thing is None:
            raise InvalidInput({"copy_of": _("There is nothing of this code in the catalogue.")})
        # Its English name is still to be given: that of another matter would be taken for its own.
        return {**content, "code": code, "name": name, "name_en": ""}
    return blank(subject, code, name)


def _make(
    actor: Actor, subject: str, code: str, content: Content, based_on: int, data: dict[str, Any]
) -> CatalogueDraft:
    moment = now()
    try:
        with transaction.atomic():
            draft = CatalogueDraft.objects.create(
                subject=subject,
                code=code,
                content=content,
                based_on=based_on,
                created_by=actor.person,
                updated_by=actor.person,
                created_at=moment,
                updated_at=moment,
            )
    except IntegrityError as error:
        other = CatalogueDraft.objects.select_related("updated_by").get(subject=subject, code=code)
        raise TransitionNotAllowed(
            _("%(code)s is being edited already, last by %(name)s. Continue that draft or discard it first.")
            % {"code": code, "name": other.updated_by}
        ) from error
    record(actor=actor, subject=draft, act="catalogue.draft_started", data={"code": code, **data})
    return draft


@transaction.atomic
def save_draft(*, actor: Actor, draft_id: int, revision: int, content: Content, section: str = "") -> CatalogueDraft:
    """Keep ``content``, whole or not. Raises Stale when somebody saved since ``revision`` or the draft is gone."""
    require(may_edit_catalogue, actor)
    draft = _draft(draft_id, revision)
    if draft.content == content:
        return draft
    draft.content = {**copy.deepcopy(content), "code": draft.code}
    draft.revision += 1
    draft.updated_by, draft.updated_at = actor.person, now()
    draft.save(update_fields=["content", "revision", "updated_by", "updated_at"])
    record(actor=actor, subject=draft, act="catalogue.draft_saved", data={"code": draft.code, "section": section})
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, draft_id: int, revision: int) -> None:
    """Throw the draft away; what is in force stays. Raises Stale like ``save_draft``."""
    require(may_edit_catalogue, actor)
    draft = _draft(draft_id, revision)
    record(actor=actor, subject=draft, act="catalogue.draft_discarded", data={"code": draft.code})
    draft.delete()


def _draft(draft_id: int, revision: int) -> CatalogueDraft:
    draft = CatalogueDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Stale(GONE)
    if draft.revision != revision:
        raise Stale(
            _("%(name)s saved this draft at %(time)s, after you opened the page. Nothing of yours was saved.")
            % {"name": draft.updated_by, "time": local_moment(draft.updated_at)}
        )
    return draft


@transaction.atomic
def publish_draft(
    *, actor: Actor, draft_id: int, revision: int, against: int, note: str
) -> MatterVersion | ThemeVersion:
    """Put the draft in force; running cases keep their version.

    ``against`` is the number of the version that the editor saw the differences to, 0 for none. Raises
    Stale when something else is in force by now or the draft was saved or published by somebody,
    InvalidInput at ``note`` or, when the draft is not complete or changes nothing, at no field.
    """
    require(may_edit_catalogue, actor)
    note = checked_note(note)
    draft = _draft(draft_id, revision)
    require_seen(draft.subject, draft.code, against)
    problems, entry = selectors.desk().check(draft.subject, draft.content)
    if problems:
        raise InvalidInput({"": _("The draft is not complete: %(text)s") % {"text": problems[0].text}})
    thing, content = selectors.in_force(draft.subject, draft.code)
    if thing is not None and content == selectors.completed(draft.subject, entry.as_content()):
        raise InvalidInput({"": _("The draft changes nothing.")})
    version = put_in_force(actor=actor, subject=draft.subject, entry=entry, origin=Origin.SCREEN, note=note)
    record(actor=actor, subject=draft, act="catalogue.draft_published", data={"code": draft.code})
    draft.delete()
    return version


def put_in_force(*, actor: Actor, subject: str, entry: Any, origin: str, note: str) -> Any:
    """Publish a checked matter or theme in the caller's transaction; one that is retired stays retired."""
    publish: Any = publish_matter if subject == MATTER else publish_theme
    return publish(actor=actor, entry=entry, origin=origin, note=note)


def require_seen(subject: str, code: str, against: int) -> None:
    """Lock what is in force and raise Stale unless it is version ``against``."""
    thing = _locked(subject, code)
    current = thing.current.number if thing and thing.current else 0
    if current != against:
        raise Stale(
            _("Version %(number)s of %(code)s has come into force in the meantime. Look at the differences again.")
            % {"number": current, "code": code}
        )


def checked_note(note: str) -> str:
    """What was changed, in one line. Raises InvalidInput at ``note``."""
    note = " ".join(note.split())
    if not note:
        raise InvalidInput({"note": _("Say what was changed; others read it in the list of versions.")})
    if len(note) > NOTE_LONGEST:
        raise InvalidInput({"note": _("At most %(count)s characters.") % {"count": NOTE_LONGEST}})
    return note


@transaction.atomic
def set_offered(*, actor: Actor, subject: str, code: str, offered: bool, seen: bool) -> Matter | Theme:
    """Retire a matter or theme, or offer it again; its running cases go on either way.

    Raises Stale when it is no longer as ``seen``.
    """
    require(may_edit_catalogue, actor)
    thing = _locked(subject, code)
    if thing is None:
        raise InvalidInput({"code": _("There is nothing of this code in the catalogue.")})
    if thing.is_active != seen:
        raise Stale
    if thing.is_active != offered:
        thing.is_active = offered
        thing.save(update_fields=["is_active"])
        record(actor=actor, subject=thing, act=f"{subject}.{'offered' if offered else 'retired'}", data={"code": code})
    return thing


def _locked(subject: str, code: str) -> Any:
    rows = model_of(subject).objects.select_for_update(of=("self",)).select_related("current")
    return rows.filter(code=code).first()
