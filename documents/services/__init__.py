"""Writes of documents."""

from documents.services.issuing import issue_document
from documents.services.making import make_pending, retry_failed
from documents.services.publishing import publish_template
from documents.services.revoking import revoke_document
from documents.services.templates import load_templates

__all__ = [
    "issue_document",
    "load_templates",
    "make_pending",
    "publish_template",
    "retry_failed",
    "revoke_document",
]
