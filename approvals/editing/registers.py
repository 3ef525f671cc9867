"""What editors may choose from: laws, papers and form fields of the files and of what is in force."""

from dataclasses import asdict
from functools import cache
from typing import Any

from accounts.models import Department
from approvals.catalogue import build, model
from approvals.catalogue.build import Registers
from approvals.catalogue.loader import read_registers
from approvals.catalogue.rows import extended
from approvals.editing.contents import complete
from approvals.models import Matter, MatterVersion


@cache
def of_files() -> Registers:
    """The registers of the files; they change with a new delivery only, which restarts the hall."""
    return read_registers()


def known() -> Registers:
    """Those of the files with the hall's departments and what the matters in force brought in; two queries."""
    versions = MatterVersion.objects.filter(pk__in=Matter.objects.exclude(current=None).values("current"))
    contents = [complete(content) for content in versions.order_by("matter_id").values_list("content", flat=True)]
    return extended(of_files(), contents, departments())


def departments() -> list[model.Department]:
    return [
        model.Department(row.code, row.name, row.name_en, row.kind, row.phone, row.mark)
        for row in Department.objects.all()
    ]


def usual_deferral() -> dict[str, Any]:
    """The hall's rule of deferral as content has it."""
    found = of_files()
    source = build.basis(found.deferral["source"], found)
    return {**found.deferral, "source": {**asdict(source), "articles": list(source.articles)}}
