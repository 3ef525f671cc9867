"""Which act leads a project from which status to which."""

from common.transitions import Table
from projects.models import Project

P = Project.Status

PROJECT = Table(
    {
        (P.DRAFT, "declare"): P.DECLARED,
        (P.DRAFT, "discard"): P.WITHDRAWN,
    }
)
