"""Regular visits: some made, with what the firm asked, some planned, one or two overdue."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from accounts.actors import Actor
from accounts.models import Role
from common.time import now, pretend, today
from deadlines import calendars
from enterprises.models import Enterprise, Visit
from enterprises.services.planning import plan_visits
from enterprises.services.visits import Report, RequestNote, record_visit
from portal.sample.people import Staff

ASKED = [
    ("people", "希望协助招聘数控机床操作工20名，并开展定向培训。"),
    ("logistics", "厂区东侧道路夜间重型车辆禁行，希望协调配送时段。"),
    ("capital", "二期设备采购存在流动资金缺口，希望对接银行。"),
    ("support", "希望增加园区公交班次，方便夜班职工通勤。"),
    ("technology", "希望对接高校联合开展铝合金压铸工艺攻关。"),
    ("service", "希望代办二期项目消防设计审查手续。"),
]
# Days ago on which plans were made; what was planned long ago and never made is overdue now.
PLANNED_AGO = (150, 60, 25)


def make_visits(random: Random, staff: Staff, firms: Sequence[Enterprise]) -> None:
    """Play three plannings; of what they planned, most visits were made."""
    officer = Actor(staff.at(Role.OFFICER, "service"))
    calendar = calendars.current()
    for days_ago in PLANNED_AGO:
        with pretend(now() - timedelta(days=days_ago)):
            plan_visits()
        for position, visit in enumerate(Visit.objects.planned().select_related("enterprise").order_by("id")):
            if position % 7 == 6:
                continue
            day = calendar.add(today() - timedelta(days=days_ago), 3 + position % 5)
            if day >= today():
                continue
            with pretend((now() - timedelta(days=days_ago)).replace(year=day.year, month=day.month, day=day.day)):
                record_visit(actor=officer, visit=visit, report=_report(random, visit, position))
    plan_visits()


def _report(random: Random, visit: Visit, position: int) -> Report:
    asked = [ASKED[position % len(ASKED)]] if position % 2 else []
    workers, orders = random.randrange(40, 600), random.choice(("增长", "持平", "略降"))
    return Report(
        visited_on=today(),
        met=f"{visit.enterprise.legal_representative}（法定代表人）",
        summary=f"企业生产经营正常，在岗职工{workers}人，本季度订单较上季度{orders}。",
        requests=tuple(RequestNote(connection=connection, text=text) for connection, text in asked),
    )
