"""The catalogue of matters as files: what it says, reading it, and asking it. No ORM here."""

from approvals.catalogue.conditions import Facts, applies
from approvals.catalogue.loader import CatalogueError, read_catalogue
from approvals.catalogue.model import Catalogue, Matter, matter_from_content

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Facts",
    "Matter",
    "applies",
    "matter_from_content",
    "read_catalogue",
]
