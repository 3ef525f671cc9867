"""What people do on the pages, step by step; shared by the journeys."""

import re
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from approvals import application_form
from portal.sample.scan import scan_pdf
from tests.factories.files import DOCX, DWG, JPEG, PNG, XLSX

FIELDS = Path(application_form.__file__).parent / "catalogue" / "fields.yaml"
# Parts of the application form that are not done.
OPEN_PART = "main .task:has(.task-todo, .task-partial) a"
PDF = scan_pdf()
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
KINDS = (("pdf", PDF), ("png", PNG), ("jpg", JPEG), ("docx", DOCX), ("xlsx", XLSX), ("dwg", DWG))

BASICS = {
    "name": "年产六十万件铝合金轮毂项目",
    "national_code": "2603-130371-04-01-482913",
    "description": "新建厂房两栋、低压铸造线四条，年产铝合金轮毂六十万件",
}
KIND = {"procedure": "filing", "nature": "new", "capital": "domestic", "new_enterprise": "false"}
PLACE = {"location": "黄河道88号", "uses_state_land": "true", "land_area": "42000", "building_area": "28000"}
MONEY = {"total_investment": "12600", "own_funds": "6600", "loan_funds": "6000"}
SCHEDULE = {"planned_start": "2027-03-01", "planned_finish": "2028-10-31"}
CONTACT = {"contact_name": "林投资", "contact_phone": "13833500001"}
SECTIONS: dict[str, dict[str, str]] = {
    "basics": BASICS, "kind": KIND, "industry": {"industry": "36"}, "place": PLACE,
    "money": MONEY, "schedule": SCHEDULE, "contact": CONTACT,
}  # fmt: skip


def upload(name: str, content: bytes = PDF) -> dict[str, Any]:
    """A file as Playwright hands it to a file input."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def press_primary(page: Page) -> None:
    """The one primary button of the page's content."""
    page.locator("main .btn-primary:visible").first.click()


def send(page: Page, button: Locator) -> None:
    """Press a button whose page comes back under the same address, and wait until it has."""
    with page.expect_navigation():
        button.click()


def fill(page: Page, values: dict[str, str]) -> None:
    """Put each value where its control wants it: text, choice, radio."""
    for name, value in values.items():
        radio = page.locator(f"main input[type=radio][name={name}][value={value!r}]")
        if radio.count():
            radio.check()
            continue
        control = page.locator(f"main [name={name}]")
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def fill_sections(page: Page, slugs: list[str]) -> None:
    """Fill the pages of a declaration one after the other; each leads to the next."""
    for slug in slugs:
        page.wait_for_url(re.compile(rf"/draft/{slug}/"))
        fill(page, SECTIONS[slug])
        press_primary(page)


def sample_values() -> dict[str, str]:
    """By field of the application form: what its sample form says."""
    rows = yaml.safe_load(FIELDS.read_text(encoding="utf-8"))["fields"]
    return {row["name"]: row["sample"] for row in rows}


def fill_in_form(page: Page, **other: str) -> list[str]:
    """From the list of pages through all that are not done, to the materials; names of the pages."""
    page.wait_for_url("**/form/")
    samples, slugs = {**sample_values(), **other}, []
    while page.locator(OPEN_PART).count():
        page.locator(OPEN_PART).first.click()
        page.wait_for_url(re.compile(r"/form/\w+/$"))
        slugs.append(page.url.split("/")[-2])
        fill_form_page(page, samples)
        with page.expect_navigation():
            press_primary(page)
        if page.url.endswith("/materials/"):
            return slugs
        page.goto(re.sub(r"/form/.*", "/form/", page.url))
    press_primary(page)
    page.wait_for_url("**/materials/")
    return slugs


def fill_form_page(page: Page, samples: dict[str, str]) -> None:
    """Every field of the page that is still empty."""
    fields = page.locator("form[data-autosave-url] [name]").evaluate_all(
        "found => found.filter(one => one.type === 'radio' ? "
        "!document.querySelector(`[name='${one.name}']:checked`) : !one.value).map(one => one.name)"
    )
    fill(page, {name: samples[name] for name in dict.fromkeys(fields) if name in samples})


def material(page: Page, name: str) -> Locator:
    """The box of a material on the page of materials."""
    return page.locator("section.material").filter(has=page.get_by_role("heading", name=name, exact=True))


def chooser(box: Locator) -> Locator:
    """Where new files of a material are chosen (a file to replace has a form of its own)."""
    return box.locator("form[data-upload] input[type=file]")


def fitting(box: Locator, stem: str) -> dict[str, Any]:
    """A small real file of a kind that this material takes."""
    accepted = (chooser(box).get_attribute("accept") or "").split(",")
    kind, content = next((kind, content) for kind, content in KINDS if f".{kind}" in accepted)
    return upload(f"{stem}.{kind}", content)


def hand_in(box: Locator, *files: dict[str, Any]) -> None:
    """Choose files at once and wait until each of them is in the list."""
    before = box.locator("li.file-row").count()
    chooser(box).set_input_files(list(files))
    expect(box.locator("li.file-row")).to_have_count(before + len(files))


def hand_in_everything(page: Page) -> int:
    """A file for each material without one; how many were handed in."""
    boxes = page.locator("section.material").all()
    empty = [box for box in boxes if not box.locator("li.file-row").count()]
    for box in empty:
        hand_in(box, fitting(box, box.locator("h2").inner_text()))
    return len(empty)


def choose_only(page: Page, *codes: str) -> None:
    """Of all matters, tick these."""
    ticked = page.locator("input[name=matters]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    for code in set(ticked) - set(codes):
        page.locator(f"#matter-{code}").uncheck()
    for code in codes:
        page.locator(f"#matter-{code}").check()


def find_everything_complete(page: Page) -> None:
    """The clerk marks what has no finding yet as complete."""
    page.locator("[data-all-complete]").click()


def press_act(page: Page, act: str) -> None:
    """A button of the check: accept, hand_over, correct, save."""
    page.locator(f"button[name=act][value={act}]").click()


def give_opinion(page: Page, agrees: bool = True, text: str = "") -> None:
    page.locator(f"input[name=opinion-agrees][value={'yes' if agrees else 'no'}]").check()
    page.locator("textarea[name=opinion-text]").fill(text)
    page.locator("form[action$='/opinion/'] .btn-primary").click()
    page.wait_for_url("**/review/")


def propose(page: Page, decision: str, reason: str = "") -> None:
    page.locator(f"input[name=propose-decision][value={decision}]").check()
    page.locator("textarea[name=propose-reason]").fill(reason)
    page.locator("form[action$='/propose/'] .btn-primary").click()
    page.wait_for_url("**/review/")


def open_step(page: Page, number: str, tab: str = "") -> None:
    """Open the step of a case from the review list."""
    page.goto(f"/review/?tab={tab}" if tab else "/review/")
    page.locator("tbody tr").filter(has_text=number).locator("a").first.click()
    page.wait_for_url("**/review/steps/*/")


def sign_on_pad(page: Page) -> None:
    """Draw on the signature pad with the mouse."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 100, steps=5)
    page.mouse.move(box["x"] + 220, box["y"] + 40, steps=5)
    page.mouse.up()


def english_left(page: Page) -> list[str]:
    """English phrases (three words and more) on a page that should be Chinese."""
    text = page.locator("main").inner_text()
    return re.findall(r"[A-Za-z][A-Za-z']+(?: [A-Za-z']+){2,}", text)


def no_sideways_scroll(page: Page) -> bool:
    """Whether the page fits the window's width."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
