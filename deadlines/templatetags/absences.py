"""The line on a work page that says who stands in for whom."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from accounts.models import User
from common.display import local_date
from deadlines.selectors import concerning

register = template.Library()


@register.inclusion_tag("deadlines/_standing_in.html", takes_context=True)
def standing_in(context: Context) -> dict[str, Any]:
    """Says to the reader, in one query, that he is noted as absent, or for whom he stands in today."""
    request = context.get("request")
    user = request.user if request is not None else None
    if not isinstance(user, User):
        return {"lines": []}
    away = _("You are noted as absent until %(day)s: %(name)s stands in, and your duties are there.")
    here = _("You stand in for %(name)s until %(day)s: the duties are among yours.")
    lines = []
    for absence in concerning(user):
        text, other = (away, absence.substitute) if absence.user_id == user.pk else (here, absence.user)
        lines.append(text % {"name": other, "day": local_date(absence.ends_on)})
    return {"lines": lines}
