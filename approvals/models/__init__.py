"""One file per aggregate: catalogue, application, case, step, and what hangs on a case."""

from approvals.models.application import Application, ApplicationMatter, Material, MaterialFile
from approvals.models.archive import ArchiveFailure, ArchiveFolder, ArchivePaper
from approvals.models.case import Case, CaseMaterial, CorrectionNotice, Delivery
from approvals.models.catalogue import CatalogueDraft, Matter, MatterVersion, Origin, Theme, ThemeVersion
from approvals.models.deferral import Commitment, Deferral, DeferralBar, LaterCheck
from approvals.models.form import CaseForm
from approvals.models.joint import JointHandling
from approvals.models.plan import Plan
from approvals.models.public_notice import Objection, PublicNotice
from approvals.models.session import ReviewSession, SessionOpinion
from approvals.models.step import Opinion, Step, WindowQuestion

__all__ = [
    "Application",
    "ApplicationMatter",
    "ArchiveFailure",
    "ArchiveFolder",
    "ArchivePaper",
    "Case",
    "CaseForm",
    "CaseMaterial",
    "CatalogueDraft",
    "Commitment",
    "CorrectionNotice",
    "Deferral",
    "DeferralBar",
    "Delivery",
    "JointHandling",
    "LaterCheck",
    "Material",
    "MaterialFile",
    "Matter",
    "MatterVersion",
    "Objection",
    "Opinion",
    "Origin",
    "Plan",
    "PublicNotice",
    "ReviewSession",
    "SessionOpinion",
    "Step",
    "Theme",
    "ThemeVersion",
    "WindowQuestion",
]
