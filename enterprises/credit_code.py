"""The unified social credit code (GB 32100-2015): reading what people type, and saying what is wrong with it."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from stdnum.cn import uscc

LENGTH = 18
LETTERS_AND_DIGITS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
# Registering authority (1–9; A army, N agriculture, Y others), kind of body, six digits of the region.
# python-stdnum takes digits alone here and so refuses rural collectives, which start with N.
HEAD = re.compile(r"[1-9ANY][1-9][0-9]{6}")


def normalise(text: str) -> str:
    """Capital half-width letters and digits without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def clean_credit_code(text: str) -> str:
    """The normalised code; raises Django's ValidationError that says which rule it breaks."""
    code = normalise(text)
    if len(code) != LENGTH:
        raise ValidationError(
            ngettext_lazy(
                "A unified social credit code has 18 characters; this one has %(count)d.",
                "A unified social credit code has 18 characters; this one has %(count)d.",
                "count",
            ),
            code="length",
            params={"count": len(code)},
        )
    wrong = "".join(dict.fromkeys(char for char in code if char not in LETTERS_AND_DIGITS))
    if wrong:
        raise ValidationError(
            _("A unified social credit code has only digits and capital letters without I, O, S, V and Z; "
              "“%(characters)s” cannot be in it."),
            code="characters",
            params={"characters": wrong},
        )  # fmt: skip
    if not HEAD.match(code):
        raise ValidationError(
            _("The first eight characters of a unified social credit code name the authority and the region; "
              "“%(head)s” cannot be right."),
            code="head",
            params={"head": code[:8]},
        )  # fmt: skip
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise ValidationError(
            _("The check digit does not fit: one of the characters has been mistyped. Compare with the licence."),
            code="check_digit",
        )
    return code
