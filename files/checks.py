"""What is said at start about settings that would only fail later, in a worker."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from files.clamd import Clamd


def check_scanner(**_: Any) -> list[CheckMessage]:
    """An address that is none would take every upload into a quarantine that nothing ends."""
    if not settings.CLAMD_URL:
        return []
    try:
        Clamd(settings.CLAMD_URL)
    except ValueError as error:
        return [Error(str(error), id="files.E001")]
    return []
