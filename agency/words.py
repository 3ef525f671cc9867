"""Why the wanted start cannot be met, and what would make it possible, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agency.working_out import Worked
from approvals.planning.project import WAYS
from approvals.planning.schedule import Way
from common.display import listed, local_date


def impossible(worked: Worked) -> list[str]:
    """None where the wanted start can be met."""
    if worked.possible:
        return []
    way = worked.plan.way
    said = [
        _("Construction on %(wanted)s is not possible in this way: the earliest day is %(earliest)s.")
        % {"wanted": local_date(worked.wanted), "earliest": local_date(worked.earliest[way])}
    ]
    enough = [other for other in Way if worked.earliest[other] <= worked.wanted]
    if enough:
        said.append(
            _("It would be possible: %(way)s, on %(earliest)s at the earliest.")
            % {"way": WAYS[enough[0]], "earliest": local_date(worked.earliest[enough[0]])}
        )
        return said
    best = min(Way, key=lambda other: worked.earliest[other])
    if worked.earliest[best] < worked.earliest[way]:
        said.append(
            _("No way reaches it. The quickest is: %(way)s, on %(earliest)s.")
            % {"way": WAYS[best], "earliest": local_date(worked.earliest[best])}
        )
    tight = [row.label for row in worked.chosen if worked.plan.by_code[row.code].earliest == _latest(worked, row.code)]
    if tight:
        said.append(
            _("What has no day to spare: %(matters)s. Only less of it, or a later start, helps.")
            % {"matters": listed(tight)}
        )
    return said


def _latest(worked: Worked, code: str) -> object:
    return worked.plan.by_code[code].begin_by
