"""No rule without a page: every class of our stylesheets is set by a template, a script or a view."""

import re
from itertools import chain
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# A prefix with the rest filled in: class="light-{{ view.key }}", `viewer-${zoom}`, f"tag-{tone}".
FILLED = re.compile(r"([A-Za-z][\w-]*-)\$?\{")


def classes() -> set[str]:
    found: set[str] = set()
    for sheet in (ROOT / "static/css").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/|\"[^\"]*\"|url\([^)]*\)", "", sheet.read_text(), flags=re.DOTALL)
        found.update(re.findall(r"\.([A-Za-z_][\w-]*)", rules))
    return found


def sources() -> str:
    apps = (ROOT / app for app in settings.HALL_APPS)
    python = chain.from_iterable(app.rglob("*.py") for app in apps)
    pages = chain((ROOT / "templates").rglob("*.html"), (ROOT / "static/js").rglob("*.js"))
    return "\n".join(path.read_text() for path in chain(pages, python))


def test_every_class_is_used_somewhere():
    text = sources()
    words = set(re.findall(r"[A-Za-z_][\w-]*", text))
    prefixes = tuple(set(FILLED.findall(text)))
    assert sorted(one for one in classes() - words if not one.startswith(prefixes)) == []
