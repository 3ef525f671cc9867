"""Papers that are none: what previews show."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from common.display import chinese_date
from common.time import today
from documents import kinds
from documents.content import specimen_of
from documents.models import TemplateVersion
from documents.samples import sample_of

# The shared part can only be looked at in a paper that uses it.
STAND_IN = {"base": "acceptance"}
# Across every page of a preview, in the language of the papers.
MARK = "样张"


def specimen(template: str, kind: str = "") -> dict[str, Any]:
    """Content for a preview of ``template``: the data of a kind's sample, or the template's own."""
    code = STAND_IN.get(template, template)
    known = kinds.find(kind)
    data = dict(known.sample) if known and known.sample and known.template == code else sample_of(code)
    title = known.title if known else _name(code)
    defaults = {"title": title, "addressee": "示例有限公司", "signed_by": "示例局", "date": chinese_date(today())}
    return specimen_of({**defaults, **data}, mark=MARK, verify_url=f"{settings.HALL_BASE_URL}/verify/")


def _name(code: str) -> str:
    found = TemplateVersion.objects.filter(template__code=code).values_list("template__name", flat=True).first()
    return found or code


def kinds_of(template: str) -> list[kinds.Kind]:
    """Kinds that are set with ``template``; for the shared part none."""
    return [kind for kind in kinds.all_kinds() if kind.template == template]
