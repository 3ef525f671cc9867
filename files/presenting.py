"""What lists and the viewer show of a file, as the templates take it. No queries: everything is on the file's row."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Anyone
from files import kinds
from files.models import StoredFile
from files.rendering import MAX_PAGES

# Seconds between the questions of a list that waits; after the last one the page is left as it is.
WAITS = (1, 2, 2, 3, 3, 5, 5, 8, 8, 13, 21, 30, 60, 60, 60)
ICONS = {
    kinds.DOCX.content_type: "file-text", kinds.XLSX.content_type: "file-spreadsheet",
    kinds.DWG.content_type: "ruler", kinds.PNG.content_type: "image", kinds.JPEG.content_type: "image",
}  # fmt: skip
ZOOMS = (50, 75, 100, 150, 200)

REASONS = {
    "damaged": gettext_lazy("The file is damaged or not built as its type prescribes."),
    "locked": gettext_lazy("The file is protected by a password."),
    "too_large": gettext_lazy("The picture has more points than can be shown here."),
    "missing": gettext_lazy("The content of this file is missing from the store."),
    "too_complex": gettext_lazy("Drawing the pages took too long or too much memory."),
}
# What stands in place of the name for those who may see the file once it is safe.
HELD = {
    StoredFile.Scan.WAITING: pgettext_lazy("file", "Being checked for viruses"),
    StoredFile.Scan.ERROR: pgettext_lazy("file", "Could not be checked for viruses"),
}


def item(stored: StoredFile, user: Anyone, waited: int = 0) -> dict[str, Any]:
    """A file as ``components/file_list.html`` takes it.

    Of one that is not safe there is no address; of one that still waits for its check only the uploader
    sees name and size. ``waited`` is how often the list has asked already whether anything is new.
    """
    held = HELD.get(StoredFile.Scan(stored.scan_state))
    known = held is None or (user.is_authenticated and stored.uploaded_by_id == user.pk)
    is_drawn = stored.is_safe and stored.preview_state == StoredFile.Previews.READY
    comes = stored.scan_state == StoredFile.Scan.WAITING or (
        stored.is_safe and stored.preview_state == StoredFile.Previews.WAITING
    )
    return {
        "name": stored.name if known else str(held),
        "size": stored.size if known else None,
        "state": "safe" if stored.is_safe else stored.scan_state,
        "held": held if known else None,
        "url": stored.view_url if stored.is_safe else "",
        "save_url": stored.get_absolute_url() if stored.is_safe else "",
        "dialog_url": stored.view_url if is_drawn else "",
        "thumb_url": reverse("files:thumbnail", args=[stored.pk]) if is_drawn else "",
        "icon": ICONS.get(stored.content_type, "file-text"),
        "current": True,
        "drawing": comes and stored.is_safe,
        "poll_url": f"{reverse('files:head', args=[stored.pk])}?waited={waited + 1}" if comes and _asks(waited) else "",
        "poll_after": WAITS[waited] if _asks(waited) else 0,
    }


def _asks(waited: int) -> bool:
    return waited < len(WAITS)


def viewer(stored: StoredFile, zoom: int, waited: int = 0) -> dict[str, Any]:
    """What the viewer shows of a safe file: pages, or why there are none. One query."""
    state = stored.preview_state
    pages = list(stored.previews.filter(kind="page")) if state == StoredFile.Previews.READY else []
    place = ZOOMS.index(zoom)
    return {
        "stored": stored,
        "state": state,
        "pages": pages,
        "page_count": stored.page_count or 0,
        "left_out": max(0, (stored.page_count or 0) - len(pages)),
        "most_pages": MAX_PAGES,
        "reason": REASONS.get(stored.preview_error, ""),
        "zoom": zoom,
        "zooms": " ".join(str(one) for one in ZOOMS),
        "zoom_out": ZOOMS[max(0, place - 1)],
        "zoom_in": ZOOMS[min(len(ZOOMS) - 1, place + 1)],
        # What a browser can show by itself, beyond the pages drawn here.
        "inline_url": f"{stored.get_absolute_url()}?inline=1" if shows_inline(stored) else "",
        "poll_after": WAITS[min(waited, len(WAITS) - 1)],
        "waited": waited + 1,
    }


def shows_inline(stored: StoredFile) -> bool:
    """Whether browsers show this type by themselves: pictures and PDF."""
    return stored.is_image or stored.content_type == kinds.PDF.content_type
