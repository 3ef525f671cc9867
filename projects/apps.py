from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.display import register_acts


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        from projects.acts import ACTS

        register_acts(ACTS)
