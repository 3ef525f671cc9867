"""Why the wanted start cannot be met, and what would make it possible, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from approvals.planning.project import WAYS
from approvals.planning.schedule import Way
from common.bilingual import pick
from common.display import listed, local_date


def impossible(content: Mapping[str, Any], wanted: date) -> list[str]:
    """Of a plan's content, the plainest first; nothing where the wanted start can be met."""
    earliest = {way: date.fromisoformat(content["earliest"][way]) for way in Way}
    way = Way(content["way"])
    if earliest[way] <= wanted:
        return []
    first = _("Construction on %(wanted)s is not possible in this way: the earliest day is %(earliest)s.") % {
        "wanted": local_date(wanted),
        "earliest": local_date(earliest[way]),
    }
    enough = next((other for other in Way if earliest[other] <= wanted), None)
    if enough is not None:
        text = _("It would be possible: %(way)s, on %(earliest)s at the earliest.")
        return [first, text % {"way": WAYS[enough], "earliest": local_date(earliest[enough])}]
    best = min(Way, key=lambda other: earliest[other])
    said = [first]
    if earliest[best] < earliest[way]:
        text = _("No way reaches it. The quickest is: %(way)s, on %(earliest)s.")
        said.append(text % {"way": WAYS[best], "earliest": local_date(earliest[best])})
    else:
        said.append(_("No other way is quicker."))
    tight = [pick(row["name"], row["name_en"]) for row in content["matters"] if row["earliest"] == row["begin_by"]]
    if tight:
        text = _("What has no day to spare: %(matters)s. Only less of it, or a later start, helps.")
        said.append(text % {"matters": listed(tight)})
    return said
