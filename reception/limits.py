"""Reading the figures that the administrator sets."""

from dataclasses import dataclass

from reception.models import Limit

# Code, amount, unit, source. 首问负责制 leaves days to each hall: these are what halls commonly promise.
DEFAULTS: tuple[tuple[str, int, str, str], ...] = (
    (Limit.Code.ANSWER, 3, Limit.Unit.WORKDAY, "大厅首问负责制：不能当场答复的，3个工作日内答复"),
    (Limit.Code.TAKE_OVER, 4, Limit.Unit.WORKHOUR, "大厅首问负责制：移交后半个工作日内接收"),
    (Limit.Code.CONFIRM, 5, Limit.Unit.WORKDAY, "大厅首问负责制：答复后5个工作日内未提出异议的，自动办结"),
    (Limit.Code.DAYS_AHEAD, 7, Limit.Unit.DAY, "大厅预约规则：可预约7日内的时段"),
    (Limit.Code.BOOKINGS_A_DAY, 2, Limit.Unit.TIMES, "大厅预约规则：同一电话每日至多预约2次"),
    (Limit.Code.SKIP_TURNS, 3, Limit.Unit.TIMES, "大厅叫号规则：过号顺延3位"),
    (Limit.Code.SKIPS, 2, Limit.Unit.TIMES, "大厅叫号规则：过号2次后需重新取号"),
)


@dataclass(frozen=True, slots=True)
class Amount:
    amount: int
    unit: str


def limit(code: str) -> Amount:
    """What counts now; the default where the row was deleted. One query."""
    row = Limit.objects.filter(code=code).first()
    if row is not None:
        return Amount(row.amount, row.unit)
    return next(Amount(amount, unit) for known, amount, unit, _source in DEFAULTS if known == code)
