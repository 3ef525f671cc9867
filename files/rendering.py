"""Draws the pages of one file. A program of its own, which knows nothing of the hall.

    python -I rendering.py SOURCE FOLDER pdf|image

Writes page-1.webp …, thumb.webp and result.json into FOLDER. A hostile file attacks what parses it: so
it is parsed here, in a process without the hall's settings, secrets or database, under limits of time,
memory and size that the kernel holds. Ends with 0, or with REFUSED and a word in result.json; any other
end means that the limits or a fault ended it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REFUSED = 3

MAX_PAGES = 60
PAGE_WIDTH = 1240
# As many as an A4 page drawn to PAGE_WIDTH has, four times: long plans get narrower instead of heavier.
MAX_PAGE_PIXELS = 8_700_000
# WebP's own limit is 16,383.
MAX_SIDE = 16_000
# A scan of A1 at 300 dpi has 70 million; beyond this a picture is a trap or a poster.
MAX_SOURCE_PIXELS = 120_000_000
THUMBNAIL = (240, 320)
THUMBNAIL_NAME = "thumb.webp"
PAGE_NAME = "page-{}.webp"
QUALITY = 78

CPU_SECONDS = 60
MEMORY_BYTES = 2 * 1024**3
MAX_FILE_BYTES = 64 * 1024**2


class RefusedError(Exception):
    """The file can't be drawn; the word says why: damaged, locked, too_large."""


def limit_ourselves() -> None:
    """From here on the kernel ends us when we want too much."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fitting_scale(width: float, height: float, wanted_width: int, most_pixels: int) -> float:
    """By what a page is multiplied to be as wide as wanted without more pixels, or a longer side, than allowed."""
    scale = min(wanted_width / width, MAX_SIDE / height)
    pixels = width * height * scale * scale
    return scale if pixels <= most_pixels else float(scale * (most_pixels / pixels) ** 0.5)


def pdf_pages(source: Path) -> Iterator[Any]:
    """The number of pages first, then a picture of each up to MAX_PAGES."""
    import pypdfium2  # noqa: PLC0415  (loaded once the limits hold, and only where it is needed)

    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise RefusedError("locked" if "assword" in str(error) else "damaged") from error
    count = len(document)
    if not count:
        raise RefusedError("damaged")
    yield count
    for number in range(min(count, MAX_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            if width < 1 or height < 1:
                raise RefusedError("damaged")
            scale = fitting_scale(width, height, PAGE_WIDTH, MAX_PAGE_PIXELS)
            yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        except pypdfium2.PdfiumError as error:
            raise RefusedError("damaged") from error


def picture_pages(source: Path) -> Iterator[Any]:
    """One page: the picture the right way up, on white, no wider than a page."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    # Said by the header, before anything is unpacked.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MAX_SOURCE_PIXELS:
                raise RefusedError("too_large")
            yield 1
            image.draft("RGB", (PAGE_WIDTH, PAGE_WIDTH))
            upright = ImageOps.exif_transpose(image)
            scale = min(1.0, fitting_scale(upright.width, upright.height, PAGE_WIDTH, MAX_PAGE_PIXELS))
            size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
            clear = upright.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
            paper = Image.new("RGB", size, "white")
            paper.paste(clear, mask=clear.getchannel("A"))
            yield paper
    except (OSError, SyntaxError, ValueError) as error:
        raise RefusedError("damaged") from error


def keep(image: Any, path: Path) -> dict[str, int]:
    """Write a picture; says its size."""
    image.save(path, "WEBP", quality=QUALITY, method=2)
    return {"width": image.width, "height": image.height}


def draw(source: Path, folder: Path, kind: str) -> dict[str, Any]:
    """Draw all pages and the thumbnail; says how many pages the file has and what was written."""
    drawn = pdf_pages(source) if kind == "pdf" else picture_pages(source)
    result: dict[str, Any] = {"page_count": next(drawn), "pages": []}
    for number, image in enumerate(drawn, 1):
        result["pages"].append(keep(image, folder / PAGE_NAME.format(number)))
        if number == 1:
            image.thumbnail(THUMBNAIL)
            result["thumbnail"] = keep(image, folder / THUMBNAIL_NAME)
        image.close()
    return result


def main(source: Path, folder: Path, kind: str) -> int:
    """Draw under limits; writes result.json."""
    limit_ourselves()
    try:
        result, status = draw(source, folder, kind), 0
    except RefusedError as error:
        result, status = {"refused": str(error)}, REFUSED
    (folder / "result.json").write_text(json.dumps(result))
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
