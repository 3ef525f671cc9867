from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from projects.acts import ACTS


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        register_acts(ACTS)
