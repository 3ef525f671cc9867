"""What the timeline calls the acts on a project."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "project.started": _("Draft started"),
    "project.declared": _("Project declared"),
    "project.code_corrected": _("National project code entered"),
    "project.answered": _("Further questions answered"),
    "project.discarded": _("Draft put away"),
}
