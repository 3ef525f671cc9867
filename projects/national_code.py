"""The form of the national project code (投资项目代码). The hall checks it and never makes one.

24 characters: YYMM, six digits of the region (GB/T 2260), two of the department, two of the type,
six of the serial, joined by hyphens; issued by the national online platform for investment projects.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FORM = re.compile(r"(\d{2})(\d{2})-(\d{6})-(\d{2})-(\d{2})-(\d{6})", re.ASCII)

# GB/T 2260: first two digits of the province; 66 is what the Xinjiang corps bears on this platform.
PROVINCES = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 67), 71, 81, 82)
)
# Projects that the state's own departments handle carry no region.
NATIONAL_REGION = "000000"

FULL_WIDTH = str.maketrans("０１２３４５６７８９－—–‐", "0123456789----")


def tidy(text: str) -> str:
    """Take what people paste: full-width digits, other dashes, blanks; or 20 bare digits."""
    text = re.sub(r"\s+", "", text.translate(FULL_WIDTH))
    if re.fullmatch(r"[0-9]{20}", text):
        return f"{text[:4]}-{text[4:10]}-{text[10:12]}-{text[12:14]}-{text[14:]}"
    return text


def problem(code: str) -> str | Promise | None:
    """What is wrong with the form of a code, or None."""
    match = FORM.fullmatch(code)
    if match is None:
        return _(
            "A national project code has 24 characters, such as 2503-130371-04-01-123456: "
            "year and month, region, department, type, serial."
        )
    _year, month, region = match.group(1, 2, 3)
    if not 1 <= int(month) <= 12:
        return _("The first four digits are year and month; there is no month %(month)s.") % {"month": month}
    if int(region[:2]) not in PROVINCES and region != NATIONAL_REGION:
        return _("The second group is the region; no province begins with %(prefix)s.") % {"prefix": region[:2]}
    return None
