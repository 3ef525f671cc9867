"""Which act leads from which status to which: a project, its place on the list of key projects, a problem."""

from common.transitions import Table
from projects.models import KeyProject, Problem, Project

P = Project.Status
K = KeyProject.Status
B = Problem.Status

PROJECT = Table(
    {
        (P.DRAFT, "declare"): P.DECLARED,
        (P.DRAFT, "discard"): P.WITHDRAWN,
    }
)

KEY: Table[K] = Table(
    {
        (K.PROPOSED, "confirm"): K.CONFIRMED,
        (K.PROPOSED, "decline"): K.DECLINED,
        (K.CONFIRMED, "remove"): K.REMOVED,
        # Whoever decides may think better of it; the reason is on record.
        (K.DECLINED, "confirm"): K.CONFIRMED,
        (K.REMOVED, "confirm"): K.CONFIRMED,
    }
)

PROBLEM: Table[B] = Table(
    {
        (B.OPEN, "note"): B.OPEN,
        (B.OPEN, "ask"): B.OPEN,
        (B.OPEN, "climb"): B.OPEN,
        (B.OPEN, "propose"): B.PROPOSED,
        (B.OPEN, "withdraw"): B.WITHDRAWN,
        (B.PROPOSED, "note"): B.PROPOSED,
        # The firm alone closes a problem; silence never does.
        (B.PROPOSED, "confirm"): B.CLOSED,
        (B.PROPOSED, "reject"): B.OPEN,
        (B.PROPOSED, "withdraw"): B.WITHDRAWN,
    }
)
