"""Checks on what people type that several apps share."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAINLAND_MOBILE = re.compile(r"1[3-9]\d{9}")
ABROAD = re.compile(r"\+(?!86)[1-9]\d{5,14}")


def clean_mobile(text: str) -> str:
    """A mobile number without spaces and hyphens: 11 digits of the mainland, or +country and number.

    A mainland number written with +86 or 0086 loses the prefix. Raises ValidationError.
    """
    number = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^00", "+", number)
    number = re.sub(r"^\+86", "", number)
    if MAINLAND_MOBILE.fullmatch(number) or ABROAD.fullmatch(number):
        return number
    raise ValidationError(
        _("Enter a mobile number of 11 digits, such as 13912345678, or one from abroad that starts with +."),
        code="mobile",
    )
