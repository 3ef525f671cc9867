"""One file per aggregate: catalogue, application, case, step."""

from approvals.models.application import Application, ApplicationMatter, Material, MaterialFile
from approvals.models.case import Case, CaseMaterial, CorrectionNotice, Delivery
from approvals.models.catalogue import Matter, MatterVersion
from approvals.models.joint import JointHandling
from approvals.models.step import Opinion, Step, WindowQuestion

__all__ = [
    "Application",
    "ApplicationMatter",
    "Case",
    "CaseMaterial",
    "CorrectionNotice",
    "Delivery",
    "JointHandling",
    "Material",
    "MaterialFile",
    "Matter",
    "MatterVersion",
    "Opinion",
    "Step",
    "WindowQuestion",
]
