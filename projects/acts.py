"""What the timeline calls the acts on a project."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Any] = {
    "project.started": _("Draft started"),
    "project.declared": _("Project declared"),
    "project.code_corrected": _("National project code entered"),
    "project.answered": _("Further questions answered"),
    "project.discarded": _("Draft put away"),
}
ACTS |= {
    "project.stage_reached": _("Stage reached"),
    "key.proposed": _("Proposed as a key project"),
    "key.confirmed": _("Confirmed as a key project"),
    "key.declined": _("Not taken as a key project"),
    "key.removed": _("Taken off the list of key projects"),
    "team.appointed": _("Appointed to the service team"),
    "team.handed_over": _("Office handed over"),
    "team.received": _("Hand-over received"),
    "team.vacated": _("Office vacated"),
    "team.joined": _("Taken into the service team"),
    "team.left": _("Left the service team"),
    "milestone.planned": _("Milestone planned"),
    "milestone.replanned": _("Milestone planned anew"),
    "milestone.reached": _("Milestone reached"),
    "milestone.corrected": _("Day of a milestone put right"),
    "progress.reported": _("Monthly progress reported"),
    "progress.corrected": _("Monthly progress corrected"),
    "progress.photo_added": _("Photo added"),
    "progress.photo_removed": _("Photo removed"),
    "problem.raised": _("Problem raised"),
    "problem.noted": _("Work on the problem noted"),
    "problem.asked": _("Asked to work on it"),
    "problem.climbed": _("Taken to the next level"),
    "problem.climbed_late": _("Not cleared in time, went to the next level"),
    "problem.proposed": _("Said to be cleared"),
    "problem.confirmed": _("Confirmed by the firm"),
    "problem.rejected": _("Rejected by the firm"),
    "problem.firm_reminded": _("Firm reminded"),
    "problem.withdrawn": _("Problem withdrawn"),
}
