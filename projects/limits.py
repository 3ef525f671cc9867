"""The days and rates in force. Read when a duty begins; a later change moves nothing that runs."""

from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from projects.models import ExchangeRate, KeyCriterion, ServiceLimit

Code = ServiceLimit.Code
HALL = "本厅暂定，请按本区三级领导负责制文件修改"
DEFAULTS = {
    Code.PROBLEM_SECRETARY: (5, HALL),
    Code.PROBLEM_CHIEF: (5, HALL),
    Code.PROBLEM_LEADER: (10, HALL),
    Code.FIRM_ANSWER: (5, HALL),
    Code.PROGRESS: (5, "本厅暂定：次月前5个工作日内报送"),
    Code.VACANCY: (3, HALL),
}
CRITERIA = (
    {"name": "总投资1亿元以上", "min_investment": Decimal(10000)},
    {"name": "外资项目，总投资5000万元以上", "min_investment": Decimal(5000), "capital": "foreign"},
)
CRITERIA_SOURCE = "本厅暂定，请按本区重点项目管理办法修改"
RATES = {"USD": (Decimal("7.1"), "本厅暂定，仅用于折算比较，请按中国人民银行公布的中间价修改")}


def days(code: str) -> int:
    """Working days of a duty; the first value where the administrator has removed the row."""
    row = ServiceLimit.objects.filter(code=code).first()
    return row.days if row else DEFAULTS[Code(code)][0]


def yuan_for_dollar() -> Decimal:
    """What one US dollar counts beside money in yuan."""
    row = ExchangeRate.objects.filter(currency="USD").first()
    return row.yuan if row else RATES["USD"][0]


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: what is missing; what the administrator set stays."""
    limits = [ServiceLimit(code=code, days=number, source=source) for code, (number, source) in DEFAULTS.items()]
    ServiceLimit.objects.using(using).bulk_create(limits, ignore_conflicts=True)
    rates = [ExchangeRate(currency=currency, yuan=yuan, source=source) for currency, (yuan, source) in RATES.items()]
    ExchangeRate.objects.using(using).bulk_create(rates, ignore_conflicts=True)
    # Criteria may be deleted for good, so they are only laid down in a hall that has none.
    if not KeyCriterion.objects.using(using).exists():
        KeyCriterion.objects.using(using).bulk_create(KeyCriterion(source=CRITERIA_SOURCE, **one) for one in CRITERIA)
