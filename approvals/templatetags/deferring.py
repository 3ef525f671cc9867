"""Bars from deferral on pages of lower floors, which know nothing of them."""

from typing import Any

from django import template

from accounts.models import Anyone
from approvals.gaps import bar_text, open_bar
from approvals.models import DeferralBar
from enterprises.models import Enterprise

register = template.Library()


@register.inclusion_tag("approvals/deferral/_bar_notice.html")
def deferral_bar(enterprise: Enterprise, user: Anyone) -> dict[str, Any]:
    """The bar that ``enterprise`` is under, where ``user`` may see it."""
    bar = open_bar(enterprise.pk)
    if bar is None or not DeferralBar.objects.visible_to(user).filter(pk=bar.pk).exists():
        return {"bar": None}
    return {"bar": bar, "text": bar.reason if getattr(user, "is_hall_staff", False) else bar_text(bar)}
