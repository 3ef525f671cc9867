"""Reading the office's limits."""

from office.models import OfficeLimit

Code = OfficeLimit.Code


def days(code: str) -> int:
    """Working days of one duty."""
    return OfficeLimit.objects.values_list("days", flat=True).get(code=code)
