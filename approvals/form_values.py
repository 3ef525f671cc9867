"""What one line of an application form may hold, and how it reads. No database."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import ngettext_lazy as _n

from approvals.catalogue.model import FormField
from common.bilingual import pick
from common.display import grouped, local_date
from enterprises.credit_code import clean_credit_code
from projects.rules import check_phone

# A value as it is kept in JSON: text, ISO date, number, yes or no, code of a choice.
Value = str | int | float | bool

LENGTHS = {"text": 200, "longtext": 2000}
DIGITS, DECIMALS = 14, 4
# Nothing that a hall is told of lies outside; a mistyped century is caught.
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
# What is counted has no decimals.
COUNTED = frozenset({"层", "栋", "个", "个月", "人", "枚", "份", "卷", "张", "株", "年", "台（套）"})
# Neither on paper nor in any font of the hall: control, private and unassigned characters, emoji.
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
FIRST_EMOJI = "\U0001f000"
LAST_EMOJI = "\U0001faff"


def label(field: FormField) -> str:
    return pick(field.label, field.label_en)


def unit(field: FormField) -> str:
    return pick(field.unit, field.unit_en)


def help_text(field: FormField) -> str:
    return pick(field.help, field.help_en)


def choices(field: FormField) -> list[tuple[str, str]]:
    """Code and words of each choice in the reader's language."""
    return [(code, pick(name, name_en)) for code, name, name_en in field.choices]


def read(field: FormField, raw: Any) -> Value | None:
    """What was typed or sent, as it is kept; None for nothing. Raises Django's ValidationError."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return READERS[field.type](field, raw)


def show(field: FormField, value: Any) -> str:
    """The value in the reader's language with its unit; "" for nothing."""
    if value in (None, ""):
        return ""
    if field.type == "boolean":
        return _("Yes") if value else _("No")
    if field.type == "choice":
        return dict(choices(field)).get(str(value), str(value))
    if field.type == "date":
        try:
            return local_date(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if field.type == "number":
        return _figure(field, value)
    return str(value)


def _figure(field: FormField, value: Any) -> str:
    try:
        figure = grouped(Decimal(str(value)), DECIMALS)
    except InvalidOperation:
        return str(value)
    words = unit(field)
    if not words:
        return figure
    return f"{figure}%" if words == "%" else _("%(figure)s %(unit)s") % {"figure": figure, "unit": words}


def _text(field: FormField, raw: Any) -> str:
    text = unicodedata.normalize("NFC", str(raw)).replace("\r\n", "\n").strip()
    several = field.type == "longtext"
    kept = text.replace("\n", "") if several else text
    strange = [c for c in kept if unicodedata.category(c) in UNPRINTABLE or FIRST_EMOJI <= c <= LAST_EMOJI]
    if strange:
        raise ValidationError(_("There are characters that cannot be printed, such as line breaks or pictures."))
    limit = LENGTHS[field.type]
    if len(text) > limit:
        raise ValidationError(
            _n("At most %(limit)d character.", "At most %(limit)d characters.", limit) % {"limit": limit}
        )
    for ending, check in CHECKS.items():
        if field.name == ending or field.name.endswith(f"_{ending}"):
            return check(text)
    return text


def _phone(text: str) -> str:
    wrong = check_phone(text)
    if wrong is not None:
        raise ValidationError(str(wrong))
    return text.replace(" ", "")


def _email(text: str) -> str:
    validate_email(text)
    return text


# By the last word of a field's name: what its text must be besides.
CHECKS: dict[str, Callable[[str], str]] = {"credit_code": clean_credit_code, "phone": _phone, "email": _email}


def plain(number: Decimal) -> int | float:
    """A figure as JSON keeps it."""
    return int(number) if number == number.to_integral_value() else float(number)


def _number(field: FormField, raw: Any) -> int | float:
    wrong = ValidationError(_("Enter a number."))
    if isinstance(raw, bool):
        raise wrong
    try:
        number = Decimal(unicodedata.normalize("NFKC", str(raw)).replace(",", "").strip())
    except InvalidOperation as error:
        raise wrong from error
    if not number.is_finite():
        raise wrong
    if number < 0:
        raise ValidationError(_("Enter a number that is not below zero."))
    exponent = number.normalize().as_tuple().exponent
    if number >= Decimal(10) ** DIGITS or (isinstance(exponent, int) and -exponent > DECIMALS):
        raise ValidationError(_("Enter a number with at most 14 digits and four decimals."))
    if field.unit == "%" and number > 100:
        raise ValidationError(_("A share cannot be more than 100%."))
    if field.unit in COUNTED and number != number.to_integral_value():
        raise ValidationError(_("Enter a whole number."))
    return plain(number)


def _date(_field: FormField, raw: Any) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError as error:
        raise ValidationError(_("Enter a date such as 2027-03-01.")) from error
    if not FIRST <= day <= LAST:
        raise ValidationError(_("This date cannot be right: look at the year."))
    return day.isoformat()


def _boolean(_field: FormField, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return bool(raw == "true")
    raise ValidationError(_("Choose yes or no."))


def _choice(field: FormField, raw: Any) -> str:
    if raw not in {code for code, _name, _name_en in field.choices}:
        raise ValidationError(gettext_lazy("Choose one of the values that are offered."))
    return str(raw)


READERS: dict[str, Callable[[FormField, Any], Value]] = {
    "text": _text, "longtext": _text, "number": _number, "date": _date, "boolean": _boolean, "choice": _choice,
}  # fmt: skip
