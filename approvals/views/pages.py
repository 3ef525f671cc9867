"""What the work lists and screens of window and departments share."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from approvals.selectors import Tab


class CountedPaginator(Paginator):
    """Pages of a list whose length is known already, so that it isn't counted twice.

    A page takes two statements: the keys in order from the narrow query, then these few rows
    with all that is shown of them. Joining first and sorting then costs ten times as much.
    """

    def __init__(self, object_list: Any, per_page: int, *, total: int) -> None:
        super().__init__(object_list, per_page)
        self.narrow = object_list
        self._total = total

    @property
    def count(self) -> int:
        return self._total

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = list(self.narrow.values_list("pk", flat=True)[first : first + self.per_page])
        rows = {row.pk: row for row in self.narrow.model.objects.filter(pk__in=keys).for_lists()}
        return Page([rows[key] for key in keys if key in rows], number, self)


def tab_links(
    request: HttpRequest, tabs: Sequence[Tab], active: Tab, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Tabs with address and count; changing the tab keeps the filters and goes to the first page."""
    links = []
    for tab in tabs:
        params = request.GET.copy()
        params.pop("page", None)
        params["tab"] = tab.code
        links.append(
            {
                "label": tab.label,
                "url": f"?{params.urlencode()}",
                "active": tab == active,
                "count": counts[tab.code],
            }
        )
    return links


def kept_input(form: forms.BaseForm | None) -> list[tuple[str, str]]:
    """What was typed into a form whose act came too late, to be shown so that nothing is lost."""
    if form is None or not form.is_bound:
        return []
    texts = [
        (str(field.label or ""), str(field.value() or "").strip())
        for field in form
        if isinstance(field.field, forms.CharField) and not field.is_hidden
    ]
    return [(label, text) for label, text in texts if text]
