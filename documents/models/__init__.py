from documents.models.document import Document, DocumentQuerySet
from documents.models.failure import VerifyFailure
from documents.models.series import Series
from documents.models.template import Template, TemplateVersion

__all__ = ["Document", "DocumentQuerySet", "Series", "Template", "TemplateVersion", "VerifyFailure"]
