"""Which of the hall's two languages the reader has; data carries both, Chinese first.

Below everything, models included: no import but Django's.
"""

from django.utils.translation import get_language


def reads_english() -> bool:
    """Whether the page is being drawn in English."""
    return (get_language() or "").startswith("en")


def pick(chinese: str, english: str) -> str:
    """The form of a text in the reader's language; Chinese where there is no English one."""
    return english if english and reads_english() else chinese
