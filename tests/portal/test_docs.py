"""What the documents list is all there is."""

import re
from pathlib import Path

from django.conf import settings
from rest_framework.routers import DefaultRouter

from portal.api import build_router
from portal.navigation import FIRST_PAGES, INVESTOR_PAGE, address
from portal.sample.people import INVESTOR, ROLE_ACCOUNTS

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()


def address_in_words(prefix: str) -> str:
    """As docs/api.md writes it: groups of the address are ids."""
    return re.sub(r"\(\?P<\w+>[^)]*\)", "<id>", prefix)


def test_the_page_of_the_api_names_every_address_and_act():
    page = (ROOT / "docs/api.md").read_text()
    router: DefaultRouter = build_router()
    missing = []
    for prefix, viewset, _name in router.registry:
        line = next((line for line in page.splitlines() if line.startswith(f"| `{address_in_words(prefix)}/")), "")
        acts = [action.url_path for action in viewset.get_extra_actions() if "get" not in action.mapping]
        missing += [f"{prefix}: {act}" for act in acts if f"`{act}`" not in line and f"`PATCH {act}`" not in line]
        missing += [] if line or f"`{prefix}/" in page else [prefix]
    assert missing == []


def test_readme_leads_to_every_document():
    there = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert set(re.findall(r"\(docs/([\w-]+\.md)\)", README)) == there


def test_readme_says_where_each_sample_account_begins():
    begins = {
        username: address(page) for username, role, *_ in ROLE_ACCOUNTS for roles, page in FIRST_PAGES if role in roles
    }
    begins[INVESTOR[0]] = address(INVESTOR_PAGE)
    said = dict(re.findall(r"^\| (\w+) \| [^|]+ \| \S+ `([^`]+)` \|$", README, re.MULTILINE))
    assert said == begins
