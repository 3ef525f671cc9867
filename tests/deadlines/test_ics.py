"""The file that calendar programs get: strict RFC 5545, whatever is in the words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from deadlines import ics
from tests.deadlines import rfc5545

AT = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
LONG = "滨海新区智能装备产业园一期厂房及附属设施建设工程规划许可证核发；" * 6


def entry(**fields: object) -> ics.Entry:
    return ics.Entry(
        **{
            "uid": "1@duties.invalid",
            "ends": date(2025, 3, 10),
            "summary": "办结",
            "description": "亮灯",
            "category": "按时",
            **fields,
        }
    )


def sheet(*entries: ics.Entry) -> ics.Sheet:
    return ics.Sheet(name="我的大厅待办事项", language="zh-hans", entries=entries)


def lines(*entries: ics.Entry) -> list[str]:
    body = ics.write(sheet(*entries), AT)
    rfc5545.check(body)
    return rfc5545.unfold(body)


def test_the_head_of_the_calendar() -> None:
    assert lines()[:10] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Investment Service Hall//Duties 1//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:我的大厅待办事项",
        "X-WR-CALNAME:我的大厅待办事项",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-TIMEZONE:Asia/Shanghai",
    ]


def test_a_calendar_without_duties_is_a_valid_one() -> None:
    assert rfc5545.check(ics.write(sheet(), AT)) == {"VCALENDAR": 1, "VTIMEZONE": 1, "STANDARD": 1}


def test_a_limit_of_days_is_a_whole_day_that_takes_no_time() -> None:
    written = lines(entry(url="https://hall.example/cases/1/"))
    assert sorted(written[written.index("BEGIN:VEVENT") : written.index("END:VEVENT")]) == [
        "BEGIN:VEVENT",
        "CATEGORIES:按时",
        "DESCRIPTION:亮灯",
        "DTEND;VALUE=DATE:20250311",
        "DTSTAMP:20250303T020000Z",
        "DTSTART;VALUE=DATE:20250310",
        "SUMMARY:办结",
        "TRANSP:TRANSPARENT",
        "UID:1@duties.invalid",
        "URL:https://hall.example/cases/1/",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    ]


def test_a_limit_within_a_day_is_the_half_hour_before_it() -> None:
    written = lines(entry(ends=datetime(2025, 3, 10, 16, 10, tzinfo=ZONE)))
    assert "DTSTART;TZID=Asia/Shanghai:20250310T154000" in written
    assert "DTEND;TZID=Asia/Shanghai:20250310T161000" in written


def test_an_alarm_is_written_in_utc() -> None:
    written = lines(entry(alarm_at=datetime(2025, 3, 7, 9, tzinfo=ZONE)))
    assert written[written.index("BEGIN:VALARM") : written.index("END:VALARM")] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:办结",
        "TRIGGER;VALUE=DATE-TIME:20250307T010000Z",
    ]


@pytest.mark.parametrize("shift", range(8))
def test_long_chinese_lines_are_folded_between_characters(shift: int) -> None:
    text = "x" * shift + LONG
    body = ics.write(sheet(entry(summary=text, description=f"{text}\n{text}")), AT)
    assert rfc5545.check(body)["VEVENT"] == 1
    assert max(len(line) for line in body.split(b"\r\n")) > 70
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert (event["summary"], event["description"]) == (text, f"{text}\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "a;b,c\\d:e",
        'say "so"',
        "END:VEVENT\r\nEND:VCALENDAR",
        "tab\there",
        "\u2028line\u2029",
        "😀" * 40,
        "\\n",
        "a\\",
        "bell\x07",
        "a\rb",
    ],
)
def test_no_words_break_out_of_their_line(text: str) -> None:
    body = ics.write(
        sheet(entry(summary=text, description=text, category=text.replace("\x07", "").replace("\r", ""))), AT
    )
    assert rfc5545.check(body) == {"VCALENDAR": 1, "VTIMEZONE": 1, "STANDARD": 1, "VEVENT": 1}
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert event["summary"] == text.replace("\r", "").replace("\x07", "")


def test_the_tag_follows_what_is_said_and_not_when() -> None:
    tag = ics.tag_of(sheet(entry()))
    assert tag == ics.tag_of(sheet(entry()))
    changed = [
        sheet(),
        sheet(entry(summary="【逾期】办结")),
        sheet(entry(ends=date(2025, 3, 11))),
        sheet(entry(alarm_at=AT)),
        ics.Sheet(name="x", language="zh-hans", entries=(entry(),)),
    ]
    assert len({tag, *map(ics.tag_of, changed)}) == 6


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda body: body.replace(b"\r\n", b"\n"), "the last line has no end"),
        (lambda body: body.replace(b"VERSION:2.0\r\n", b""), "has 0 VERSION"),
        (lambda body: body.replace(b"END:VEVENT\r\n", b""), "ends VEVENT"),
        (lambda body: body.replace(b"TRANSP:", b"X-LONG:" + b"x" * 70), "octets"),
        (lambda body: body.replace("办结".encode(), "办,结".encode()), "not escaped"),
        (lambda body: body.replace("办结".encode(), b"\xe5\x8a\r\n \x9e"), "utf-8"),
        (lambda body: body.replace(b"UID:1", b"UID:1\r\nUID:1"), "has 2 UID"),
        (lambda body: body.replace(b"DTSTART;VALUE=DATE:20250310", b"DTSTART:20250310"), "DTSTART"),
    ],
)
def test_the_checker_finds_what_is_wrong(broken, why: str) -> None:
    body = ics.write(sheet(entry()), AT)
    rfc5545.check(body)
    assert broken(body) != body
    with pytest.raises((AssertionError, UnicodeDecodeError), match=why):
        rfc5545.check(broken(body))
