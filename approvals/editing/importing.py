"""What an import would do, and doing it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from approvals.editing import diff, registers, selectors, services
from approvals.editing.contents import blank, complete, with_deferral
from approvals.editing.diff import Change
from approvals.editing.exchange import xlsx_in, yaml_files
from approvals.editing.exchange.common import MAX_BYTES, Parsed, Read, UnreadableError, Wrong
from approvals.editing.problems import Problem
from approvals.editing.rules import may_edit_catalogue
from approvals.editing.selectors import MATTER, THEME, Desk
from approvals.editing.words import labelled
from approvals.models import CatalogueDraft, Origin
from approvals.rules import require
from common.errors import InvalidInput, Stale

SALT = "approvals.catalogue.import"
# How long a preview may stay open before it is confirmed, in seconds.
KEPT = 2 * 60 * 60


@dataclass(frozen=True)
class Line:
    """One matter or theme of the import."""

    read: Read
    against: int
    changes: list[Change] = field(default_factory=list)
    draft: CatalogueDraft | None = None


@dataclass(frozen=True)
class Preview:
    new: list[Line]
    changed: list[Line]
    unchanged: list[Read]
    wrong: list[Wrong]

    @property
    def conflicts(self) -> list[Line]:
        """Whose draft is open: they would be overwritten by it later."""
        return [line for line in (*self.new, *self.changed) if line.draft]

    @property
    def may_be_done(self) -> bool:
        return not self.wrong and not self.conflicts and bool(self.new or self.changed)


def read(name: str, data: bytes) -> Parsed:
    """Whatever the ending says: .xlsx, .zip, .yaml. Raises UnreadableError."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(_("The file is too large."))
    ending = name.lower().rsplit(".", 1)[-1]
    known = registers.known()
    if ending == "xlsx":
        return xlsx_in.read_workbook(data, known, selectors.contents_in_force(MATTER))
    if ending == "zip":
        return yaml_files.read_archive(data, known)
    if ending in ("yaml", "yml"):
        return yaml_files.read_file(name, data, known)
    raise UnreadableError(_("Take a file that ends in .xlsx, .yaml or .zip."))


def preview(parsed: Parsed) -> Preview:
    """What the import would do to what is in force now; the number of queries doesn't grow with it."""
    desk = selectors.desk()
    desk = Desk(
        desk.registers, {**desk.matters, **{r.code: r.content["name"] for r in parsed.things if r.subject == MATTER}}
    )
    names, wrong = desk.names, list(parsed.wrong) + _twice(parsed.things)
    current = {str(subject): selectors.numbered_in_force(subject) for subject in (MATTER, THEME)}
    drafts = {str(subject): selectors.drafts_of(subject) for subject in (MATTER, THEME)}
    new: list[Line] = []
    changed: list[Line] = []
    unchanged: list[Read] = []
    for thing in parsed.things:
        if thing.subject == MATTER:
            thing.content = complete(with_deferral(thing.content, registers.usual_deferral()))
        problems, entry = desk.check(thing.subject, thing.content)
        wrong += [_wrong(thing, problem) for problem in problems]
        number, old = current[thing.subject].get(thing.code, (0, None))
        if entry is not None and old == selectors.completed(thing.subject, entry.as_content()):
            unchanged.append(thing)
            continue
        before = old or blank(thing.subject, thing.code)
        changes = diff.compare(thing.subject, before, thing.content, names) if not problems else []
        line = Line(thing, number, changes, drafts[thing.subject].get(thing.code))
        (changed if number else new).append(line)
    return Preview(new, changed, unchanged, wrong)


def _twice(things: Iterable[Read]) -> list[Wrong]:
    seen: set[tuple[str, str]] = set()
    found = []
    for thing in things:
        if (thing.subject, thing.code) in seen:
            found.append(Wrong(thing.place, _("%(code)s is there twice") % {"code": thing.code}))
        seen.add((thing.subject, thing.code))
    return found


def _wrong(thing: Read, problem: Problem) -> Wrong:
    """A problem at its sheet, row and column, or in words where a file has none."""
    page, _row, label = problem.names(thing.subject)
    place = thing.place_of(problem.list, problem.index, label or page)
    return Wrong(place, labelled(thing.code, problem.text))


def sealed(found: Preview, actor: Actor) -> str:
    """The import as the preview showed it, for its form to carry; nobody can alter it on the way."""
    entries = [
        {"subject": line.read.subject, "content": line.read.content, "against": line.against}
        for line in (*found.new, *found.changed)
    ]
    return signing.dumps({"user": actor.user_id, "entries": entries}, salt=SALT, compress=True)


def unsealed(text: str, actor: Actor) -> list[dict[str, Any]]:
    """Raises InvalidInput for what is not a preview of this person or too old."""
    try:
        data = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature as error:
        raise InvalidInput({"": _("The preview is too old. Upload the file again.")}) from error
    if data["user"] != actor.user_id:
        raise InvalidInput({"": _("The preview is too old. Upload the file again.")})
    return data["entries"]


@transaction.atomic
def import_catalogue(*, actor: Actor, entries: Sequence[Mapping[str, Any]], note: str) -> int:
    """Put all ``entries`` of ``unsealed`` in force, or none; gives back how many.

    Raises Stale when one of them changed since the preview or has an open draft now, InvalidInput at
    ``note`` or when one is no longer valid.
    """
    require(may_edit_catalogue, actor)
    note = services.checked_note(note)
    ordered = sorted(entries, key=lambda item: (item["subject"], item["content"]["code"]))
    _refuse_drafts(ordered)
    desk = selectors.desk()
    codes = {item["content"]["code"]: item["content"]["name"] for item in ordered if item["subject"] == MATTER}
    desk = Desk(desk.registers, {**desk.matters, **codes})
    published = []
    for item in ordered:
        subject, content = item["subject"], item["content"]
        services.require_seen(subject, content["code"], item["against"])
        problems, entry = desk.check(subject, content)
        if problems:
            raise InvalidInput({"": labelled(content["code"], problems[0].text)})
        published.append(
            services.put_in_force(actor=actor, subject=subject, entry=entry, origin=Origin.IMPORT, note=note)
        )
    return len(published)


def _refuse_drafts(entries: Iterable[Mapping[str, Any]]) -> None:
    for item in entries:
        code: str = item["content"]["code"]
        if CatalogueDraft.objects.filter(subject=item["subject"], code=code).exists():
            raise Stale(_("A draft of %(code)s was begun in the meantime.") % {"code": code})
