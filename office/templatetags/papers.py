"""Where the papers of something are now, and the way to hand them over: for pages of higher floors."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from office.models import Paper
from office.subjects import Subject

register = template.Library()


@register.inclusion_tag("office/_papers_panel.html")
def papers_panel(label: str, pk: int, title: str, link: str) -> dict[str, Any]:
    """``{% papers_panel "approvals.case" case.pk case.number link %}``: one query; the page says who may see it.

    The button's address carries the subject sealed, so nothing else can be put in its place.
    """
    subject = Subject(label, int(pk), str(title), link)
    papers = Paper.objects.of_subject(label, int(pk)).select_related("department").order_by("id")
    address = f"{reverse('office:handover_new')}?{urlencode({'subject': subject.sealed})}"
    return {"papers": papers, "address": address}
