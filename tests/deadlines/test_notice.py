"""Reading the yearly notice: both forms give the package's days of 2026, and nothing is half understood."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation

from deadlines.facts import NamedDay
from deadlines.notice import Holiday, Makeup, Notice, NoticeError, assemble
from deadlines.notice_text import from_text
from deadlines.notice_yaml import from_yaml
from deadlines.published import notice_year, published_specials, published_years
from deadlines.workdays import DayKind
from tests.factories.deadlines import day

SAMPLE = (Path(__file__).parent / "notices" / "2026.yaml").read_text()
SOURCE = "国办发明电〔2025〕7号"
# The facts of 2026 in the wording that notices use.
SENTENCES = """各有关单位：
现将放假安排告知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
请各单位安排好值班。"""


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def of_package(year: int) -> dict[date, NamedDay]:
    return {
        on: NamedDay(special.kind == DayKind.MAKEUP, special.name)
        for on, special in sorted(published_specials().items())
        if notice_year(on, special) == year
    }


def from_package(year: int) -> tuple[list[Holiday], list[Makeup]]:
    """The package's days of a year as stretches of a notice."""
    days = of_package(year)
    off = [on for on, named in days.items() if not named.is_workday]
    starts = [off[0]] + [b for a, b in pairwise(off) if (b - a).days > 1 or days[a].name != days[b].name]
    ends = [a for a, b in pairwise(off) if (b - a).days > 1 or days[a].name != days[b].name] + [off[-1]]
    holidays = [Holiday(days[first].name, first, last) for first, last in zip(starts, ends, strict=True)]
    return holidays, [Makeup(on, named.name) for on, named in days.items() if named.is_workday]


def problems(act: object) -> list[str]:
    with pytest.raises(NoticeError) as caught:
        act()
    return [str(problem) for problem in caught.value.problems]


def test_the_yaml_of_2026_gives_the_days_of_the_package() -> None:
    notice = from_yaml(SAMPLE)
    assert (notice.year, notice.source) == (2026, SOURCE)
    assert notice.days == of_package(2026)


def test_the_example_in_the_handbook_is_the_schedule_of_2026() -> None:
    text = (Path(__file__).parents[2] / "docs" / "calendar-import.md").read_text()
    days = from_yaml(text.partition("```yaml\n")[2].partition("```")[0]).days
    assert {on: one.is_workday for on, one in days.items()} == {
        on: one.is_workday for on, one in of_package(2026).items()
    }


def test_the_sentences_of_2026_give_the_days_of_the_package() -> None:
    assert from_text(SENTENCES, year=2026, source=SOURCE).days == of_package(2026)


@pytest.mark.parametrize("year", published_years())
def test_every_year_of_the_package_would_pass_the_checks(year: int) -> None:
    holidays, makeups = from_package(year)
    named = "、".join(holiday.name for holiday in holidays)
    if year >= 2008 and "Mid-autumn" not in named:
        # Where two holidays share their days the package keeps one name; the notices name both.
        holidays = [replace(one, name=one.name.replace("National Day", "中秋节、国庆节")) for one in holidays]
    days = assemble(year, "x", holidays, makeups).days
    assert {on: one.is_workday for on, one in days.items()} == {
        on: one.is_workday for on, one in of_package(year).items()
    }


def swap(old: str, new: str) -> str:
    assert old in SAMPLE
    return SAMPLE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year: [", ["Line 1: This is not YAML."]),
        ("- 1", ["The file must name year, source, holidays and makeup."]),
        ("", ["The file must name year, source, holidays and makeup."]),
        (swap("year: 2026", "year: true"), ["The year is missing or not a number."]),
        (swap("year: 2026", "year: 1999"), ["The year must lie between 2004 and 2100."]),
        (swap(SOURCE, ""), ["State the notice that published the schedule."]),
        (swap(SOURCE, "x" * 201), ["The source is longer than 200 characters."]),
        (SAMPLE + "colour: red\n", ["“colour” is not known in the file."]),
        ("year: 2026\nsource: x\nholidays: 5\n", ["“holidays” must be a list."]),
        ("year: 2026\nsource: x\nholidays: []\n", ["“holidays” must be a list."]),
        (SAMPLE + "  - {day: 2026-01-11}\n", ["“day” is not known in makeup, entry 7.", "makeup, entry 7: “” is not a date. Write it like 2026-01-01."]),  # noqa: E501
        (swap("- {name: 元旦, from: 2026-01-01, to: 2026-01-03}", "- 元旦"), ["holidays, entry 1: name, from and to are needed."]),  # noqa: E501
        (swap("to: 2026-01-03", "to: soon"), ["holidays, entry 1: “soon” is not a date. Write it like 2026-01-01."]),
        (swap("to: 2026-01-03", "to: 2026-02-30"), ["This is not YAML."]),
        (swap("name: 元旦, ", ""), ["A holiday has no name."]),
        (swap("name: 元旦", f"name: {'元' * 61}"), ["The name of the holiday is longer than 60 characters."]),
        (swap("to: 2026-01-03", "to: 2025-12-30"), ["元旦 ends before it begins."]),
        (swap("to: 2026-02-23", "to: 2026-02-27"), ["春节 is longer than 12 days."]),
        (swap("date: 2026-01-04", "date: 2026-01-05"), ["2026-01-05 is neither a Saturday nor a Sunday: it cannot be a make-up day."]),  # noqa: E501
        (swap("date: 2026-02-14", "date: 2026-02-15"), ["2026-02-15 is both a holiday and a make-up day."]),
        (swap("date: 2026-02-14", "date: 2026-02-28"), ["2026-02-28 is named twice."]),
        (swap("from: 2026-10-01", "from: 2026-09-27"), ["2026-09-27 is named twice."]),
        (swap("  - {name: 清明节, from: 2026-04-04, to: 2026-04-06}\n", ""), ["The notice does not name: 清明节."]),
        (swap("to: 2026-10-07", "to: 2027-01-01"), ["国庆节 is longer than 12 days.", "2027-01-01 does not lie in 2026. Only New Year's Day may reach back, to 25 December of the year before."]),  # noqa: E501
        (swap("from: 2026-01-01", "from: 2025-12-24"), ["2025-12-24 does not lie in 2026. Only New Year's Day may reach back, to 25 December of the year before."]),  # noqa: E501
        (swap("date: 2026-02-14", "date: 2025-12-27"), ["2025-12-27 does not lie in 2026. Only New Year's Day may reach back, to 25 December of the year before."]),  # noqa: E501
        (swap("date: 2026-02-14", "date: 2027-01-02"), ["2027-01-02 does not lie in 2026. Only New Year's Day may reach back, to 25 December of the year before."]),  # noqa: E501
        (SAMPLE.partition("makeup:")[0], ["Weekdays off less make-up days come to 19; statutory holidays are 6 to 15 days."]),  # noqa: E501
        ("x" * 20_001, ["The text is longer than 20000 characters."]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_yaml_is_said(text: str, expected: list[str]) -> None:
    assert problems(lambda: from_yaml(text)) == expected


def test_too_few_days_cannot_be_right() -> None:
    holidays = [
        Holiday(name, day(on), day(on))
        for name, on in (
            ("元旦", "2026-01-01"), ("春节", "2026-02-17"), ("清明节", "2026-04-06"), ("劳动节", "2026-05-01"),
            ("端午节", "2026-06-19"), ("中秋节", "2026-09-25"), ("国庆节", "2026-10-01"),
        )
    ]  # fmt: skip
    assert problems(lambda: assemble(2026, "x", holidays, [])) == [
        "7 days of holidays in a year cannot be right (18 to 45 are)."
    ]


def reading_back(first: str, makeup: str) -> Notice:
    holidays, makeups = from_package(2026)
    new_year = Holiday("元旦", day(first), day("2026-01-01"))
    others = [one for one in holidays if one.first.month > 1]
    return assemble(2026, "x", [new_year, *others], [*makeups[1:], Makeup(day(makeup), "元旦")])


def test_new_year_may_reach_back_into_december_and_be_made_up_there() -> None:
    days = reading_back("2025-12-30", "2025-12-27").days
    assert days[day("2025-12-31")] == NamedDay(False, "New Year's Day")
    assert days[day("2025-12-27")] == NamedDay(True, "New Year's Day")


def test_before_25_december_it_may_not() -> None:
    assert problems(lambda: reading_back("2025-12-30", "2025-12-21")) == [
        "2025-12-21 does not lie in 2026. Only New Year's Day may reach back, to 25 December of the year before."
    ]


def test_sentences_of_2023_reach_back_with_and_without_the_year() -> None:
    rest = """二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日（星期三）放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。"""
    for new_year in ("2022年12月31日至2023年1月2日放假调休，共3天。", "12月31日至1月2日放假调休,共3天。"):
        days = from_text(f"一、元旦：{new_year}\n{rest}", year=2023, source="x").days
        package = of_package(2023)
        assert {on: named.is_workday for on, named in days.items()} == {
            on: named.is_workday for on, named in package.items()
        }
        assert days[day("2023-09-29")].name == "中秋节、国庆节"


def test_single_days_and_a_heading_on_a_line_of_its_own() -> None:
    text = SENTENCES.replace("三、清明节：", "三、清明节：\n").replace(
        "4月4日（周六）至6日（周一）放假，共3天", "4月4日、5日、6日放假，与周末连休"
    )
    assert from_text(text, year=2026, source="x").days == of_package(2026)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1月1日（周四）", "1月1日（周五）", "Line 3: 2026-01-01 is 周四, not 周五. Is it the right year?"),
        ("1月4日（周日）上班", "1月4日（周日）照常", "Line 3: Is this a holiday or a make-up day? “1月4日(周日)照常”"),
        ("共3天。1月4日", "共4天。1月4日", "Line 3: The notice says 4 days; the dates come to 3."),
        ("2月14日（周六）、2月28日", "2月14日（周六）至2月28日", "Line 4: Name make-up days one by one: “2月14日(周六)至2月28日(周六)上班”."),  # noqa: E501
        ("6月19日（周五）", "6月31日（周五）", "Line 7: There is no such date: “6月31日(周五)”."),
        ("6月19日（周五）", "19日（周五）", "Line 7: “19日(周五)” does not say the month."),
        ("9月25日（周五）至27日", "9月25日（周五）或27日", "Line 8: Not understood: “或”."),
        ("9月25日（周五）至27日（周日）", "9月25日至26日至27日", "Line 8: Not understood: “9月25日至26日至27日放假,共3天”."),  # noqa: E501
        ("放假，共3天。\n四", "放假若天晴，共3天。\n四", "Line 5: Not understood: “若天晴”."),
        ("一、元旦：", "", "Line 3: It does not say which holiday this is: “1月1日(周四)至3日(周六)放假调休,共3天”."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_sentence_is_said_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in SENTENCES
    assert problems(lambda: from_text(SENTENCES.replace(old, new, 1), year=2026, source=SOURCE))[0] == expected


def test_the_wrong_year_is_found_by_the_days_of_the_week() -> None:
    found = problems(lambda: from_text(SENTENCES, year=2027, source="x"))
    assert found[0] == "Line 3: 2027-01-01 is 周五, not 周四. Is it the right year?"


def test_text_without_a_holiday_is_refused() -> None:
    assert problems(lambda: from_text("各有关单位：\n照旧。", year=2026, source="x")) == [
        "No holiday was found. Paste the sentences of the notice, from 一、元旦 on."
    ]
    assert problems(lambda: from_text("长" * 20_001, year=2026, source="x")) == [
        "The text is longer than 20000 characters."
    ]
