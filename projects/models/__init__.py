"""Rows of this app, one file for each aggregate."""

from projects.models.key import KeyCriterion, KeyProject
from projects.models.limits import ExchangeRate, ServiceLimit
from projects.models.milestone import Milestone
from projects.models.problem import Problem, ProblemNote
from projects.models.progress import Progress, ProgressPhoto, ProgressVersion
from projects.models.project import Project, Stage
from projects.models.team import OFFICES, Seat, TeamMember, Vacancy

__all__ = [
    "OFFICES",
    "ExchangeRate",
    "KeyCriterion",
    "KeyProject",
    "Milestone",
    "Problem",
    "ProblemNote",
    "Progress",
    "ProgressPhoto",
    "ProgressVersion",
    "Project",
    "Seat",
    "ServiceLimit",
    "Stage",
    "TeamMember",
    "Vacancy",
]
