"""A QR code of a page's own address."""

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe


def qr_of(request: HttpRequest, path: str) -> SafeString:
    """Inline SVG that leads to ``path`` of this hall."""
    code = segno.make(request.build_absolute_uri(path), error="m")
    # Drawn by segno from an address of our own.
    return mark_safe(code.svg_inline(scale=3, border=2))  # noqa: S308
