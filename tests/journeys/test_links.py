"""Every link that a page offers leads somewhere: each role walks through all it can reach."""

import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client

from accounts.actors import Actor
from approvals import services
from approvals.models import Case
from enterprises.services.planning import plan_visits
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_mandate, make_membership
from tests.factories.projects import make_draft
from tests.journeys.hall import Hall, declared_project, draft_application, submitted_cases, welcome_investor

MOST = 40
# Of lists and guides that differ by one word only, some are enough.
ALIKE = re.compile(r"^/guides/[A-Z]|[?&](page|light|sort|state|stage|department|matter|period|year|industry)=")
FEW = 4
ROLES = (
    "", "investor", "clerk", "reviewer", "approver", "head", "agent", "officer", "leader", "director", "administrator",
)  # fmt: skip


class Links(HTMLParser):
    """Addresses in a page: links, style sheets, scripts, pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


@pytest.fixture
def busy(hall: Hall) -> Hall:
    """A hall with a case in review, one at the window, one decided and delivered, drafts, a mandate, visits."""
    enterprise = welcome_investor(hall, tier="key")
    project = declared_project(hall, enterprise)
    cases = submitted_cases(hall, project, "LX01", "GC01", "GC04")
    make_draft(enterprise, hall["investor"])
    draft_application(hall, project, "LX05")
    make_membership(enterprise, make_user(name="后来者"), role="member", status="pending")
    make_mandate(enterprise, hall["agent"], hall["investor"])
    plan_visits()
    _accept(hall, cases["LX01"])
    step = cases["LX01"].steps.get()
    services.propose_decision(actor=Actor(hall["reviewer-development"]), step=step, decision="granted")
    services.approve_proposal(actor=Actor(hall["approver-development"]), step=cases["LX01"].steps.get())
    services.issue_decision(actor=Actor(hall["clerk"]), case=Case.objects.get(pk=cases["LX01"].pk), way="online")
    # Received by itself with the grant that it waited for.
    _accept(hall, Case.objects.get(pk=cases["GC01"].pk))
    return hall


def _accept(hall: Hall, case: Case) -> None:
    clerk = Actor(hall["clerk"])
    findings = {row.pk: ("complete", "") for row in case.materials.all()}
    services.check_materials(actor=clerk, case=case, findings=findings)
    services.accept_case(actor=clerk, case=case, hand_over=True)


def _links(client: Client, path: str, body: str) -> list[str]:
    parser = Links()
    parser.feed(body)
    absolute = (urldefrag(urljoin(f"http://testserver{path}", link)).url for link in parser.found)
    return [
        link.removeprefix("http://testserver")
        for link in absolute
        if urlsplit(link).netloc == "testserver" and "/admin/" not in link
    ]


def walk(client: Client) -> dict[str, str]:
    """Follow links from the first page; addresses that don't answer 200, with the page that offered them."""
    seen: dict[str, str] = {"/": ""}
    alike: dict[str, int] = {}
    waiting, broken, pages = deque(["/"]), {}, 0
    while waiting and pages < MOST:
        path = waiting.popleft()
        pages += not path.startswith("/static/")
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            broken[path] = f"{answer.status_code}, offered on {seen[path]}"
            continue
        if "text/html" not in answer.headers.get("Content-Type", ""):
            answer.close()
            continue
        here = answer.request["PATH_INFO"]
        for link in _links(client, here, answer.content.decode()):
            kind = urlsplit(link).path if "?" in link else link.rpartition("/")[0]
            if ALIKE.search(link):
                alike[kind] = alike.get(kind, 0) + 1
            if link not in seen and alike.get(kind, 0) <= FEW:
                seen[link] = here
                waiting.append(link)
    return broken


@pytest.mark.parametrize(("language", "usernames"), [("zh-hans", ROLES), ("en", ["investor", "clerk", "leader"])])
def test_no_link_leads_nowhere(busy: Hall, language: str, usernames: list[str]) -> None:
    """Signed in as everybody and as nobody; in English as those who see most."""
    broken = {}
    for username in usernames:
        client = Client(headers={"accept-language": language})
        if username:
            client.force_login(busy[username])
        broken |= {f"{username or 'visitor'} {path}": why for path, why in walk(client).items()}
    assert broken == {}
