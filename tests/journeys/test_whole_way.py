"""From declaration to a delivered decision and a rating, played by five people in browsers of their own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Case
from documents.models import Document
from documents.services import make_pending
from notifications.models import Message
from tests.factories.enterprises import make_credit_code
from tests.journeys import walk
from tests.journeys.hall import PASSWORD, STAFF, Hall, matter_names

pytestmark = pytest.mark.slow

FIRM = "秦皇岛港城轮毂有限公司"
# Filing: asked to correct, granted, delivered online. Planning permit: waits for the filing, then three
# departments at once, granted, collected at the counter. Land permit: refused.
FILING, PERMIT, LAND = "LX01", "GC01", "LX05"
REFUSAL = "用地性质不符合控制性详细规划，不予许可。"


@dataclass
class Story:
    """What the people of the journey know about each other's doings."""

    hall: Hall
    person: Callable[..., Page]
    visitor: Callable[..., Page]
    photograph: Callable[..., Any]
    english: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def shot(self, page: Page, name: str) -> None:
        """Keep a picture of a page, and what on it is not Chinese."""
        self.photograph(page, name)
        self.english += [f"{name}: {words}" for words in walk.english_left(page)]

    def case(self, code: str) -> Case:
        return Case.objects.get(number=self.numbers[code])


@pytest.fixture
def story(hall: Hall, person: Any, visitor: Any, screenshot: Any, monkeypatch: pytest.MonkeyPatch) -> Story:
    # The theme of technical upgrades lets the permit wait for the filing and says nothing of land.
    monkeypatch.setitem(walk.SECTIONS, "kind", {**walk.KIND, "nature": "upgrade"})
    return Story(hall, person, visitor, screenshot)


def test_whole_way(story: Story) -> None:
    leader = story.person("leader")
    before = figures(leader)
    desk = register_and_claim(story)
    phone = declare_on_two_devices(story, desk)
    see_why_and_choose(story, desk)
    hand_in_materials(story, desk)
    submit(story, desk)
    clerk = story.person("clerk")
    check_and_ask_for_correction(story, clerk)
    correct_in_one_go(story, phone)
    accept_and_hand_over(story, clerk, FILING, LAND)
    grant_the_filing(story)
    accept_and_hand_over(story, clerk, PERMIT)
    departments_agree_at_once(story)
    propose_and_approve(story)
    deliver_online_and_at_the_counter(story, clerk, desk)
    rate(story, desk)
    follow_without_account(story)
    read_notices(story, desk)
    leader_drills_down(story, leader, before)
    assert story.english == []


def register_and_claim(story: Story) -> Page:
    """Sign up on the real page, sign out, sign in again, and claim the firm by its credit code."""
    page = story.visitor()
    page.goto("/accounts/signup/")
    story.shot(page, "journey-01-signup")
    walk.fill(page, {
        "name": "林投资", "phone": "13833500001", "email": "lin@firm.example", "username": "lin",
        "password1": "gang-cheng-2026", "password2": "gang-cheng-2026",
    })  # fmt: skip
    walk.press_primary(page)
    page.wait_for_url("**/my/")
    story.shot(page, "journey-02-my-empty")
    page.locator("details.account-menu summary").click()
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    sign_in_as_lin(page)
    code = make_credit_code()
    page.goto("/enterprises/claim/")
    page.fill("main [name=credit_code]", code.lower())
    walk.press_primary(page)
    page.wait_for_url(f"**/enterprises/claim/{code}/")
    walk.fill(page, {"name": FIRM, "legal_representative": "林投资", "industry": "36", "address": "黄河道88号"})
    story.shot(page, "journey-03-claim")
    walk.press_primary(page)
    page.wait_for_url(re.compile(r"/enterprises/\d+/$"))
    expect(page.locator("h1")).to_have_text(FIRM)
    return page


def sign_in_as_lin(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "lin")
    page.fill("input[name=password]", "gang-cheng-2026")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/my/")


def declare_on_two_devices(story: Story, desk: Page) -> Page:
    """Begin at the desk, go on on the phone with what saved itself, declare at the desk."""
    desk.goto("/projects/new/")
    desk.fill("main [name=name]", walk.BASICS["name"])
    walk.press_primary(desk)
    desk.wait_for_url(re.compile(r"/projects/\d+/draft/$"))
    draft = desk.url
    desk.locator("main a[href$='/draft/basics/']").click()
    walk.fill_sections(desk, ["basics", "kind"])  # the industry is known from the firm
    desk.wait_for_url("**/draft/place/")
    with desk.expect_response("**/draft/place/autosave/") as saved:
        desk.fill("main [name=location]", walk.PLACE["location"])
    assert saved.value.ok
    story.shot(desk, "journey-04-wizard")
    phone = story.visitor(phone=True)
    sign_in_as_lin(phone)
    phone.goto(draft)
    story.shot(phone, "journey-05-draft-tasks")
    phone.locator("main a[href$='/draft/place/']").click()
    expect(phone.locator("main [name=location]")).to_have_value(walk.PLACE["location"])
    walk.fill_sections(phone, ["place", "money"])
    phone.wait_for_url("**/draft/schedule/")
    desk.goto(f"{draft}schedule/")
    walk.fill_sections(desk, ["schedule", "contact"])
    desk.wait_for_url(draft)
    desk.locator("main a[href$='/draft/check/']").first.click()
    story.shot(desk, "journey-06-declare-check")
    walk.press_primary(desk)
    desk.wait_for_url("**/declared/")
    expect(desk.locator("#confirmation-title")).to_contain_text("已申报")
    return phone


def see_why_and_choose(story: Story, page: Page) -> None:
    """The list says what is needed and why; three matters are chosen."""
    page.locator("main form[action$='/apply/'] button").click()
    page.wait_for_url("**/matters/")
    expect(page.locator(f"#matter-{FILING}")).to_be_checked()
    reason = page.locator(f"label[for=matter-{PERMIT}]")
    expect(reason).to_contain_text("项目有建筑物、构筑物建设内容")
    story.shot(page, "journey-07-matters")
    walk.choose_only(page, FILING, PERMIT, LAND)
    walk.press_primary(page)
    assert walk.fill_in_form(page)[-1] == PERMIT


def hand_in_materials(story: Story, page: Page) -> None:
    """Several files at once; a program that calls itself a PDF is told at its own place."""
    box = page.locator("section.material").first
    walk.hand_in(box, walk.fitting(box, "申请表"), walk.fitting(box, "申请表附页"))
    second = page.locator("section.material").nth(1)
    walk.chooser(second).set_input_files([walk.upload("说明.pdf", walk.EXE), walk.upload("说明二.pdf")])
    failed = second.locator(".upload-item.failed")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("说明.pdf")
    assert len(failed.locator(".upload-item-state").inner_text()) > 4
    expect(second.locator("li.file-row")).to_have_count(1)
    story.shot(page, "journey-08-materials")
    failed.locator("button").last.click()
    for box in page.locator("section.material").all():
        if not box.locator("li.file-row, .supply").count():
            walk.hand_in(box, walk.fitting(box, box.locator("h2").inner_text()))
    page.locator("main a[href$='/check/']").last.click()
    page.wait_for_url("**/check/")


def submit(story: Story, page: Page) -> None:
    """One application becomes one case for each matter."""
    story.shot(page, "journey-09-check")
    walk.press_primary(page)
    page.wait_for_url("**/submitted/")
    expect(page.locator("#confirmation-title")).to_contain_text("已提交")
    story.shot(page, "journey-10-submitted")
    names = dict(zip(matter_names(FILING, PERMIT, LAND), (FILING, PERMIT, LAND), strict=True))
    for row in page.locator("table.code-table tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        code = names[cells[0].splitlines()[0].strip()]
        story.numbers[code], story.codes[code] = cells[1].strip(), cells[2].strip()
        # A case that waits for another certificate has no date yet.
        assert bool(re.fullmatch(r"20\d\d-\d\d-\d\d", cells[3].strip())) == (code != PERMIT)
    assert set(story.numbers) == {FILING, PERMIT, LAND}
    page.locator("main a[href$='/receipt/']").first.click()
    story.shot(page, "journey-11-receipt")


def check_and_ask_for_correction(story: Story, clerk: Page) -> None:
    """Two are at the window, the third waits for the first; one gets the one-time notice."""
    clerk.goto("/desk/?tab=waiting")
    expect(clerk.locator("tbody tr")).to_have_count(1)
    clerk.goto("/desk/")
    expect(clerk.locator("tbody tr")).to_have_count(2)
    story.shot(clerk, "journey-12-desk")
    open_at_desk(story, clerk, FILING)
    first = clerk.locator("fieldset.desk-material").first
    first.locator("input[value=wrong]").check()
    first.locator(".phrases summary").click()
    first.locator(".phrase").first.click()
    walk.find_everything_complete(clerk)
    story.shot(clerk, "journey-13-desk-case")
    walk.press_act(clerk, "correct")
    clerk.wait_for_url("**/correction/")
    expect(clerk.locator("main ol li")).to_have_count(1)
    story.shot(clerk, "journey-14-correction")
    walk.press_primary(clerk)
    clerk.wait_for_url(f"**/desk/cases/{story.numbers[FILING]}/")
    assert story.case(FILING).status == Case.Status.CORRECTING


def open_at_desk(story: Story, clerk: Page, code: str, tab: str = "check") -> None:
    clerk.goto(f"/desk/?tab={tab}")
    clerk.locator("tbody tr").filter(has_text=story.numbers[code]).locator("a").first.click()
    clerk.wait_for_url(f"**/desk/cases/{story.numbers[code]}/")


def correct_in_one_go(story: Story, phone: Page) -> None:
    """The investor is told by a notice and answers everything at once, from the phone."""
    phone.goto("/notices/")
    phone.locator(".inbox-open").first.click()
    phone.wait_for_url(f"**/cases/{story.numbers[FILING]}/")
    story.shot(phone, "journey-15-case-correcting")
    phone.locator("main a[href$='/correct/']").click()
    box = phone.locator("section.material").first
    walk.hand_in(box, walk.fitting(box, "修改后的材料"))
    phone.fill("main [name=remark]", "已按要求核对并重新填报。")
    story.shot(phone, "journey-16-correct")
    phone.locator("main .form-actions .btn-primary").click()
    phone.wait_for_url(f"**/cases/{story.numbers[FILING]}/")
    assert story.case(FILING).status == Case.Status.RECEIVED


def accept_and_hand_over(story: Story, clerk: Page, *codes: str) -> None:
    """Accepted and handed over in one press each."""
    for code in codes:
        open_at_desk(story, clerk, code)
        walk.find_everything_complete(clerk)
        for wrong in clerk.locator("fieldset.desk-material input[value=wrong]:checked").all():
            wrong.locator("xpath=ancestor::fieldset[contains(@class, 'desk-material')]").locator(
                "input[value=complete]"
            ).check()
        walk.press_act(clerk, "hand_over")
        expect(clerk.locator("ol.stepper")).to_be_visible()
        assert story.case(code).status == Case.Status.REVIEWING
    story.shot(clerk, "journey-17-handed-over")


def departments_agree_at_once(story: Story) -> None:
    """Three departments have the permit at the same time; the decision opens by itself after the third."""
    reviewer = story.person("reviewer")
    police, air_defence = story.person("reviewer-police"), story.person("reviewer-air-defence")
    for page in (reviewer, police, air_defence):
        walk.open_step(page, story.numbers[PERMIT])
    story.shot(reviewer, "journey-18-review-step")
    walk.give_opinion(police, text="主出入口视距满足要求。")
    walk.give_opinion(air_defence, text="应建防空地下室已落实。")
    assert story.case(PERMIT).steps.get(kind="decide").status == "waiting"
    reviewer.locator("form[action$='/opinion/'] input[type=file]").set_input_files([walk.upload("方案审查表.pdf")])
    walk.give_opinion(reviewer, text="方案符合规划条件。")
    assert story.case(PERMIT).steps.get(kind="decide").status == "open"
    walk.open_step(reviewer, story.numbers[LAND])
    walk.give_opinion(reviewer, agrees=False, text="地块规划用途为公园绿地。")
    for code, decision, reason in ((PERMIT, "granted", ""), (LAND, "refused", REFUSAL)):
        walk.open_step(reviewer, story.numbers[code])
        walk.propose(reviewer, decision, reason)
    walk.open_step(reviewer, story.numbers[PERMIT], tab="approval")
    expect(reviewer.locator("main .alert-yellow")).to_contain_text("第二人")
    expect(reviewer.locator("form[action$='/approve/']")).to_have_count(0)
    story.shot(reviewer, "journey-19-four-eyes")


def grant_the_filing(story: Story) -> None:
    """A second person approves; only then is it decided, and the permit that waited for it is received by itself."""
    filing = story.person("reviewer-development")
    walk.open_step(filing, story.numbers[FILING])
    walk.propose(filing, "granted")
    assert story.case(FILING).status == Case.Status.REVIEWING
    assert story.case(PERMIT).status == Case.Status.WAITING
    approve(story, story.person("approver-development"), FILING)
    assert story.case(PERMIT).status == Case.Status.RECEIVED


def approve(story: Story, page: Page, code: str) -> None:
    walk.open_step(page, story.numbers[code], tab="approval")
    if code == LAND:
        expect(page.locator("main")).to_contain_text(REFUSAL)
        story.shot(page, "journey-20-approve")
    page.locator("form[action$='/approve/'] .btn-primary").click()
    page.wait_for_url("**/review/")
    assert story.case(code).status == Case.Status.DECIDED


def propose_and_approve(story: Story) -> None:
    page = story.person("approver")
    for code in (PERMIT, LAND):
        approve(story, page, code)


def issue(story: Story, clerk: Page, code: str, way: str) -> None:
    open_at_desk(story, clerk, code, tab="deliver")
    clerk.locator(f"input[name=way][value={way}]").check()
    walk.send(clerk, clerk.locator("form[action$='/issue/'] .btn-primary"))


def deliver_online_and_at_the_counter(story: Story, clerk: Page, investor: Page) -> None:
    """Online opening is the read receipt; the counter takes a signature."""
    issue(story, clerk, FILING, "online")
    issue(story, clerk, LAND, "online")
    issue(story, clerk, PERMIT, "counter")
    investor.goto(f"/cases/{story.numbers[PERMIT]}/")
    expect(investor.locator("main .alert-green")).to_be_visible()
    clerk.fill("main [name=signed_name]", "林投资")
    walk.sign_on_pad(clerk)
    story.shot(clerk, "journey-21-signature")
    walk.send(clerk, clerk.locator("form[action$='/sign/'] .btn-primary"))
    assert story.case(PERMIT).status == Case.Status.DELIVERED
    assert story.case(FILING).delivery.read_at is None
    investor.goto(f"/cases/{story.numbers[FILING]}/")
    story.shot(investor, "journey-22-case-delivered")
    investor.locator("main a[href$='/decision/']").first.click()
    investor.wait_for_url(re.compile(r"/documents/\d+/$"))
    make_pending()
    investor.reload()
    story.shot(investor, "journey-23-decision")
    assert story.case(FILING).delivery.read_by.username == "lin"
    investor.goto(f"/cases/{story.numbers[LAND]}/decision/")
    expect(investor.locator("h1")).to_contain_text("不予行政许可决定书")
    assert REFUSAL in str(Document.objects.get(kind="approvals.decision_refused").data["rows"])
    clerk.goto(f"/desk/cases/{story.numbers[FILING]}/")
    expect(clerk.locator("main")).to_contain_text("林投资")
    story.shot(clerk, "journey-24-desk-delivered")


def rate(story: Story, investor: Page) -> None:
    """Five grades; the rating cannot be given twice."""
    investor.goto(f"/cases/{story.numbers[PERMIT]}/")
    investor.locator("main a[href*='/ratings/new/']").click()
    grades = investor.locator(".rating-grades label").all_inner_texts()
    assert [grade.strip() for grade in grades] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    investor.locator(".rating-grades label").first.click()
    investor.fill("main [name=comment]", "三个部门一起审，省了很多时间。")
    story.shot(investor, "journey-25-rate")
    walk.press_primary(investor)
    investor.wait_for_url(re.compile(r"/ratings/\d+/"))
    assert story.case(PERMIT).rating.grade == 1
    investor.goto(f"/ratings/new/{story.numbers[PERMIT]}/")
    investor.wait_for_url(re.compile(r"/ratings/\d+/"))


def follow_without_account(story: Story) -> None:
    """Number and query code show stage and light, and nothing about firm or people."""
    page = story.visitor(phone=True)
    page.goto("/query/")
    page.locator("main [name=number]").fill(story.numbers[PERMIT])
    page.locator("main [name=code]").fill(story.codes[PERMIT].lower())
    walk.press_primary(page)
    expect(page.locator("#found-title")).to_contain_text(matter_names(PERMIT)[0])
    expect(page.locator("main .light")).to_be_visible()
    story.shot(page, "journey-26-query")
    text = page.locator("body").inner_text()
    people = [name for _account, _role, _department, name in STAFF]
    told = [word for word in (FIRM, "林投资", walk.BASICS["name"], "黄河道", *people) if word in text]
    assert told == []
    page.goto(f"/query/?number={story.numbers[PERMIT]}&code=WRONGWRO")
    expect(page.locator("#found-title")).to_have_count(0)


def read_notices(story: Story, investor: Page) -> None:
    """The inbox told of every turn; each notice leads to its case."""
    investor.goto("/notices/")
    story.shot(investor, "journey-27-notices")
    told = Message.objects.filter(recipient__username="lin", channel="inapp")
    assert {"林投资"} == set(told.values_list("recipient__name", flat=True))
    assert told.count() == investor.locator(".inbox-item").count() >= 8
    assert set(told.values_list("link", flat=True)) >= {f"/cases/{number}/" for number in story.numbers.values()}


def figures(leader: Page) -> dict[str, str]:
    """Label and value of the figures on top of the overview."""
    leader.goto("/leader/")
    return {
        row.locator(".stat-label").inner_text(): row.locator(".stat-value").inner_text()
        for row in leader.locator("main .stat").all()
    }


def leader_drills_down(story: Story, leader: Page, before: dict[str, str]) -> None:
    """Figures have moved, and lead to the cases behind them."""
    after = figures(leader)
    assert after.keys() == before.keys()
    assert after != before
    story.shot(leader, "journey-28-overview")
    leader.goto("/leader/cases/")
    expect(leader.locator("tbody tr")).to_have_count(3)
    leader.get_by_role("link", name=story.numbers[PERMIT]).click()
    leader.wait_for_url(f"**/leader/cases/{story.numbers[PERMIT]}/")
    expect(leader.locator("main")).to_contain_text(FIRM)
    story.shot(leader, "journey-29-leader-case")
    assert PASSWORD not in leader.content()
