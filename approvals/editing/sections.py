"""The pages of the editor by what is edited."""

from approvals.editing.fields import Section
from approvals.editing.sections_matter import MATTER_SECTIONS
from approvals.editing.sections_theme import THEME_SECTIONS


def sections_of(subject: str) -> tuple[Section, ...]:
    """``subject`` is "matter" or "theme"."""
    return MATTER_SECTIONS if subject == "matter" else THEME_SECTIONS


def section(subject: str, slug: str) -> Section:
    """Raises KeyError for a page that is not there."""
    return {item.slug: item for item in sections_of(subject)}[slug]
