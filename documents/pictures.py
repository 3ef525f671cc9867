"""Pages of a PDF as pictures and as text, for the screen and for checks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pypdfium2

# Pixels for each point of 1/72 inch: an A4 page is 1,190 wide, sharp on a large screen and not too heavy.
SCALE = 2.0

# PDFium may be used by one thread at a time, whatever the document.
_one_at_a_time = Lock()


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(content)
        try:
            yield document
        finally:
            document.close()


def count_pages(content: bytes) -> int:
    with _opened(content) as document:
        return len(document)


def draw_page(content: bytes, number: int, *, scale: float = SCALE) -> bytes | None:
    """Page ``number``, from 1, as PNG; None when there is no such page."""
    with _opened(content) as document:
        if not 1 <= number <= len(document):
            return None
        page = document[number - 1]
        picture = page.render(scale=scale).to_pil()
        page.close()
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def draw_pages(content: bytes, *, most: int, scale: float = SCALE) -> list[bytes]:
    """The first ``most`` pages."""
    pages = (draw_page(content, number, scale=scale) for number in range(1, min(count_pages(content), most) + 1))
    return [page for page in pages if page is not None]


def text_of(content: bytes) -> str:
    """All text in reading order, pages after one another, without any blanks: those are the setter's."""
    found = []
    with _opened(content) as document:
        for place in range(len(document)):
            page = document[place]
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
    return "".join("".join(found).split())
