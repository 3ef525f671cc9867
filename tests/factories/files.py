"""Uploads of every accepted kind, as small as their formats allow, and stored files."""

import io
import zipfile
from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.actors import Actor
from accounts.models import User
from files import services
from files.models import StoredFile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 300 + b"\xff\xd9"
DWG = b"AC1032\x00\x00\x00\x00" + b"\x00" * 200


def make_package(*parts: str, filler: bytes = b"<xml/>") -> bytes:
    """A zip with the given part names, such as make_package("[Content_Types].xml", "word/document.xml")."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for part in parts:
            package.writestr(part, filler)
    return buffer.getvalue()


DOCX = make_package("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = make_package("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")


def make_upload(name: str = "材料.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """What a browser posts; the content type is what the hall must not believe."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def make_file(user: User | None = None, name: str = "材料.pdf", content: bytes = PDF, **options: Any) -> StoredFile:
    """A stored file, through the service, uploaded by ``user``."""
    return services.store(actor=Actor(user), upload=make_upload(name, content), **options)


def make_pdf(pages: int = 1, size: tuple[float, float] = (595, 842)) -> bytes:
    """A real PDF of blank pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    return buffer.getvalue()


def make_picture(size: tuple[int, int] = (80, 60), kind: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    """A real picture, all black."""
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **options)
    return buffer.getvalue()
