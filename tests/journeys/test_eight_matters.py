"""From a question to verified certificates: nine matters of one project, side by side.

Questionnaire, kept list, plan, one form with a paper and certificates that follow against a commitment; then the
window, a correction, a joint review, decisions, the paper that followed, and every certificate verified in public.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from approvals import services
from approvals.models import Application, Case, Deferral, Step
from approvals.tasks import make_forms
from documents.models import Document
from documents.services import make_pending
from projects.models import Project
from tests.factories.accounts import make_post, make_user
from tests.journeys import walk
from tests.journeys.hall import PASSWORD, Hall, declared_project, welcome_investor

pytestmark = pytest.mark.slow

MATTERS = ("LX01", "GC01", "GC03", "GC05", "GC08", "GC09", "SG02", "SG03", "SG04")
# Reviewed in one session: what of them needs a review at all.
TOGETHER = {"GC08", "GC09", "SG02", "SG04"}
CORRECTED, LATER = "GC05", "design-qualification"
ANSWERS = {
    "procedure_kind": "filing", "nature": "new", "capital": "domestic", "uses_state_land": "no", "eia_class": "form",
    "flammable_site": "yes", "has_civil_building": "yes", "special_fire": "yes", "building_area": "28000",
    "earthwork": "30000",
}  # fmt: skip


@dataclass
class Story:
    """People with their browsers, and what on their pages is not Chinese."""

    hall: Hall
    person: Callable[..., Page]
    visitor: Callable[..., Page]
    photograph: Callable[..., Any]
    project: Project
    english: list[str] = field(default_factory=list)

    def shot(self, page: Page, name: str) -> None:
        self.photograph(page, f"eight-{name}")
        self.english += [f"{name}: {words}" for words in walk.english_left(page)]

    def case(self, code: str) -> Case:
        return Case.objects.get(project=self.project, matter__code=code)


def test_from_question_to_verified_certificates(hall: Hall, person: Any, visitor: Any, screenshot: Any) -> None:
    project = declared_project(hall, welcome_investor(hall))
    story = Story(hall, person, visitor, screenshot, project)
    address = ask(story)
    firm = person("investor")
    choose_from_the_list(story, firm, address)
    look_at_the_plan(story, firm)
    hand_in(story, firm)
    clerk = person("clerk")
    correct_one(story, clerk, firm)
    accept_what_is_here(story, clerk)
    review_together(story)
    grant("LX01", story)
    assert story.case("GC01").status == Case.Status.RECEIVED
    accept(story, clerk, "GC01")
    for code in (code for code in MATTERS if code != "LX01"):
        grant(code, story)
    deliver(story, clerk, firm)
    verify(story)
    assert story.english == []


def ask(story: Story) -> str:
    """Questions one a page; what is not known stays open. The list is kept; its address."""
    page = story.visitor()
    page.goto("/")
    page.locator("main a[href='/guides/which/industrial-new/']").first.click()
    for _turn in range(40):
        page.wait_for_load_state()
        asked = re.search(r"/questions/(\w+)/", page.url)
        if asked is None:
            break
        answer(page, asked[1])
    page.wait_for_url(re.compile(r"/answers/"))
    story.shot(page, "01-answers")
    page.locator("main a.btn-primary").click()
    page.wait_for_url(re.compile(r"/list/"))
    expect(page.locator("main")).to_contain_text("建设工程规划许可证核发")
    story.shot(page, "02-list")
    page.locator("form.keep-form .btn-primary").click()
    page.wait_for_url(re.compile(r"/guides/lists/[a-z0-9]{16}/$"))
    return re.sub(r"^https?://[^/]+", "", page.url)


def answer(page: Page, fact: str) -> None:
    value = ANSWERS.get(fact, "-")
    number = page.locator(f"main input[name={fact}]:not([type=radio])")
    choice = page.locator(f"main select[name={fact}]")
    with page.expect_navigation():
        if number.count():
            if value == "-":
                page.locator("main button[name=skip]").click()
                return
            number.fill(value)
        elif choice.count():
            choice.select_option("-")
        else:
            page.locator(f"main input[name={fact}][value={value!r}]").check()
        page.locator("main button[name=next]").click()


def choose_from_the_list(story: Story, firm: Page, address: str) -> None:
    """The list becomes matters of a project that is declared already; nine of them are applied for."""
    firm.goto(f"{address}apply/")
    story.shot(firm, "03-use-list")
    walk.fill(firm, {"target": str(story.project.pk)})
    walk.press_primary(firm)
    firm.wait_for_url("**/matters/")
    walk.choose_only(firm, *MATTERS)
    story.shot(firm, "04-matters")
    walk.press_primary(firm)
    walk.fill_in_form(firm)


def look_at_the_plan(story: Story, firm: Page) -> None:
    """Three ways; each shorter than the one before."""
    materials = firm.url
    firm.goto(f"/projects/{story.project.pk}/plan/")
    story.shot(firm, "05-plan")
    expect(firm.locator("main svg").first).to_be_visible()
    expect(firm.locator("main")).to_contain_text("并联")
    firm.goto(materials)


def hand_in(story: Story, firm: Page) -> None:
    """Side by side, one paper later: signed for; nine cases, of which one waits for the filing."""
    later = walk.material(firm, "设计单位资质证书")
    later.locator("details.more > summary").first.click()
    later.locator("form[action$='/later/'] button").click()
    later.locator("button[name=take_back]").wait_for()
    for box in firm.locator("section.material").all():
        if not box.locator("li.file-row, .supply, button[name=take_back]").count():
            walk.hand_in(box, walk.fitting(box, box.locator("h2").inner_text()))
    story.shot(firm, "06-materials")
    firm.locator("main a[href$='/check/']").last.click()
    firm.wait_for_url("**/check/")
    walk.send(firm, firm.locator("#side-by-side button"))
    expect(firm.locator("#commitment")).to_contain_text("容缺")
    firm.fill("#id_signer", "林投资")
    firm.check("#id_agreed")
    story.shot(firm, "07-check")
    firm.locator(".form-actions .btn-primary, main form .btn-primary").last.click()
    expect(firm.locator("#confirmation-title")).to_contain_text("已提交", timeout=30_000)
    story.shot(firm, "08-submitted")
    statuses = dict(Case.objects.filter(project=story.project).values_list("matter__code", "status"))
    assert statuses == {code: "waiting" if code == "GC01" else "received" for code in MATTERS}
    make_forms()
    firm.goto(f"/cases/{story.case('GC01').number}/")
    expect(firm.locator("main")).to_contain_text("企业投资项目备案")
    story.shot(firm, "09-waiting")


def correct_one(story: Story, clerk: Page, firm: Page) -> None:
    """One case goes back once; the others are not held up by it."""
    number = story.case(CORRECTED).number
    clerk.goto(f"/desk/cases/{number}/")
    clerk.locator("fieldset.desk-material input[value=wrong]").first.check()
    clerk.locator("fieldset.desk-material textarea").first.fill("扫描件不清晰，请重新上传。")
    walk.find_everything_complete(clerk)
    walk.press_act(clerk, "correct")
    clerk.wait_for_url("**/correction/")
    walk.press_primary(clerk)
    clerk.wait_for_url(f"**/desk/cases/{number}/")
    firm.goto(f"/cases/{number}/correct/")
    box = firm.locator("section.material").first
    walk.hand_in(box, walk.fitting(box, "清晰的扫描件"))
    story.shot(firm, "10-correct")
    firm.locator("main .form-actions .btn-primary").click()
    firm.wait_for_url(f"**/cases/{number}/")
    assert story.case(CORRECTED).status == Case.Status.RECEIVED


def accept(story: Story, clerk: Page, code: str) -> None:
    clerk.goto(f"/desk/cases/{story.case(code).number}/")
    walk.find_everything_complete(clerk)
    for wrong in clerk.locator("fieldset.desk-material input[value=wrong]:checked").all():
        wrong.locator("xpath=ancestor::fieldset[contains(@class, 'desk-material')]").locator(
            "input[value=complete]"
        ).check()
    walk.press_act(clerk, "hand_over")
    expect(clerk.locator("ol.stepper")).to_be_visible()
    assert story.case(code).status == Case.Status.REVIEWING


def accept_what_is_here(story: Story, clerk: Page) -> None:
    for code in MATTERS:
        if story.case(code).status == Case.Status.RECEIVED:
            accept(story, clerk, code)
    clerk.goto(f"/applications/{Application.objects.get(project=story.project).pk}/board/")
    story.shot(clerk, "11-board")


def staff(story: Story, role: str, code: str) -> User:
    """Whoever holds the post; made on the first asking."""
    department = Department.objects.get(code=code)
    post = Post.objects.filter(role=role, department=department).select_related("user").first()
    if post is not None:
        return post.user
    user = make_user(f"{role}-{code}", name=f"{department.name}{role}"[:20], password=PASSWORD)
    make_post(user, department, role)
    return user


def review_together(story: Story) -> None:
    """Drawings: the lead calls, each department speaks once for all its reviews, the lead closes."""
    application = Application.objects.get(project=story.project)
    lead = story.person(staff(story, Role.REVIEWER, "housing").username)
    lead.goto(f"/applications/{application.pk}/board/")
    lead.locator("main a[href$='/sessions/drawings/']").click()
    lead.fill("main [name=place]", "三楼会议室")
    walk.press_primary(lead)
    lead.wait_for_url(re.compile(r"/sessions/\d+/$"))
    session = application.review_sessions.get()
    assert set(session.cases.values_list("matter__code", flat=True)) == TOGETHER
    for opinion in session.opinions.select_related("department").exclude(department__code="housing"):
        speak(story, story.person(staff(story, Role.REVIEWER, opinion.department.code).username), lead.url, "同意。")
    speak(story, lead, lead.url, "图纸满足强制性标准。")
    lead.fill("main [name=summary]", "各单位意见一致，同意通过联合审图。")
    story.shot(lead, "12-session")
    lead.locator("form[action$='/close/'] .btn-primary").click()
    expect(lead.locator("main")).to_contain_text("各单位意见一致")
    left = Step.objects.filter(case__in=session.cases.all(), kind=Step.Kind.REVIEW)
    assert set(left.values_list("status", flat=True)) == {Step.Status.DONE}


def speak(story: Story, page: Page, url: str, text: str) -> None:
    page.goto(url)
    form = page.locator("form[action*='/opinions/']").first
    form.locator("input[value=yes]").check()
    form.locator("textarea").fill(text)
    walk.send(page, form.locator("button[type=submit]"))


def grant(code: str, story: Story) -> None:
    """The remaining reviews, proposal and approval, each by its department; their pages have journeys of their own."""
    case = story.case(code)
    while step := case.steps.filter(status="open", kind="review").select_related("department").first():
        reviewer = Actor(staff(story, Role.REVIEWER, step.department.code))
        services.complete_review(actor=reviewer, step=step, agrees=True)
    step = case.steps.select_related("department").get(kind="decide")
    department = step.department.code
    services.propose_decision(actor=Actor(staff(story, Role.REVIEWER, department)), step=step, decision="granted")
    services.approve_proposal(actor=Actor(staff(story, Role.APPROVER, department)), step=step)


def deliver(story: Story, clerk: Page, firm: Page) -> None:
    """Certificates that wait for the paper are held back until it is handed in and confirmed; then all are issued."""
    papers = Deferral.objects.filter(status="open", material__isnull=False).select_related("case")
    # The permit's paper is missing; so whoever let the permit follow is held back too.
    held = set(Deferral.objects.filter(status="open").values_list("case__matter__code", flat=True))
    assert held == {"GC01", "GC08", "GC09", "SG02", "SG03", "SG04"}
    code = "GC01"
    number = story.case(code).number
    clerk.goto(f"/desk/cases/{number}/")
    assert clerk.locator("form[action$='/issue/']").count() == 0
    story.shot(clerk, "13-held")
    firm.goto(f"/cases/{number}/")
    firm.locator("form[data-upload] input[type=file]").first.set_input_files([walk.upload("设计单位资质证书.pdf")])
    firm.locator("li.file-row").first.wait_for()
    walk.send(firm, firm.locator("form[action$='/hand-in/'] button"))
    story.shot(firm, "14-handed-in")
    for row in list(papers):
        clerk.goto(f"/desk/cases/{row.case.number}/")
        walk.send(clerk, clerk.locator("form[action$='/confirm/'] button").first)
    assert Deferral.objects.filter(status="open").count() == 0
    for code in MATTERS:
        clerk.goto(f"/desk/cases/{story.case(code).number}/")
        clerk.locator("input[name=way][value=online]").check()
        walk.send(clerk, clerk.locator("form[action$='/issue/'] .btn-primary"))
        assert story.case(code).status == Case.Status.DELIVERED
    story.shot(clerk, "15-delivered")


def verify(story: Story) -> None:
    """What the QR code on each certificate leads to; a file that was altered is told apart from the real one."""
    make_pending()
    certificates = Document.objects.filter(kind="approvals.certificate").select_related("file")
    assert certificates.count() == len(MATTERS)
    page = story.visitor()
    for certificate in certificates:
        page.goto(re.sub(r"^https?://[^/]+", "", certificate.verify_url))
        expect(page.locator("main")).to_contain_text(certificate.number)
        expect(page.locator("main")).to_contain_text("有效")
    story.shot(page, "16-verified")
    certificate = certificates[0]
    page.goto(re.sub(r"^https?://[^/]+", "", certificate.verify_url))
    with certificate.file.file.open() as stream:
        content = stream.read()
    for name, bytes_of, word in (("证书.pdf", content, "与原件一致"), ("改.pdf", content + b" ", "与原件不符")):
        page.locator("main input[type=file]").set_input_files([walk.upload(name, bytes_of)])
        walk.send(page, page.locator("main form:has(input[type=file]) .btn-primary"))
        expect(page.locator("main")).to_contain_text(word)
