"""Which theme (一件事) orders the matters of an application, and what waits for what in it. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

from approvals import facts
from approvals.catalogue.conditions import applies
from approvals.catalogue.model import Theme as ThemeContent
from approvals.catalogue.model import theme_from_content
from approvals.catalogue.ordering import Before, waits
from approvals.models import Application, Case, Theme, ThemeVersion
from projects.models import Project


@lru_cache(maxsize=64)
def content_of(version_id: int) -> ThemeContent:
    """The content of a version; it never changes, so it is read once in a process."""
    return theme_from_content(ThemeVersion.objects.get(pk=version_id).content)


def offered() -> list[Theme]:
    """Themes in force, in order, with their content."""
    return list(Theme.objects.offered().select_related("current"))


def pick(project: Project, codes: Collection[str]) -> Theme | None:
    """The theme that orders ``codes`` for this project.

    One that says for which projects it is meant comes first when this is one of them and it knows a
    matter; then one without condition that knows all of them. None where neither fits.
    """
    known = facts.known(project)
    wanted = set(codes)
    fallback = None
    for theme in offered():
        assert theme.current is not None
        content = theme_from_content(theme.current.content)
        inside = wanted & set(content.by_code)
        if content.when is not None and inside and applies(content.when, known):
            return theme
        if content.when is None and fallback is None and wanted and inside == wanted:
            fallback = theme
    return fallback


def prerequisites(application: Application, codes: Iterable[str]) -> dict[str, Before]:
    """By code of a chosen matter: what of this project it waits for, granted ones left out.

    In play are the chosen matters and those of the project's other cases that have not come to
    nothing. Without the applicant's wish to go side by side, what might overlap is strict too.
    """
    chosen = list(codes)
    if application.theme_id is None:
        return {code: Before() for code in chosen}
    theme = content_of(application.theme_id)
    cases = Case.objects.alive().filter(project=application.project_id)
    others = set(cases.values_list("matter__code", flat=True))
    granted = set(
        Case.objects.certified().filter(project=application.project_id).values_list("matter__code", flat=True)
    )
    found = waits(theme, chosen, others | set(chosen), granted)
    return found if application.overlap else {code: Before(needed.all) for code, needed in found.items()}
