"""Where a project stands, read from its cases."""

from approvals.models import Case
from projects.models import Project, Stage
from projects.services import set_stage

ORDER = [Stage.LAND, Stage.DESIGN, Stage.CONSTRUCTION, Stage.COMPLETION]


def advance_stage(project: Project) -> None:
    """Move the project to the first stage that has no granted case left to wait for.

    A stage counts as passed when it has a granted case and none unfinished. Business
    registration belongs to no stage.
    """
    rows = Case.objects.filter(project=project, matter__stage__in=ORDER).values_list(
        "matter__stage", "status", "decision"
    )
    granted = {stage for stage, _status, decision in rows if decision == Case.Decision.GRANTED}
    closed = set(Case.ENDED)
    waiting = {stage for stage, status, _decision in rows if status not in closed}
    reached = Stage.LAND
    for stage, following in zip(ORDER, [*ORDER[1:], Stage.PRODUCTION], strict=True):
        if stage in granted and stage not in waiting:
            reached = following
    if ORDER_OF[reached] > ORDER_OF[Stage(project.stage)]:
        set_stage(project=project, stage=reached)


ORDER_OF = {stage: position for position, stage in enumerate([*ORDER, Stage.PRODUCTION])}
