from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from common.display import register_acts
from projects.acts import ACTS


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        from deadlines import expiry
        from deadlines.models import ClockKind
        from projects import notices  # noqa: F401  (registers texts)
        from projects.access import register_access
        from projects.limits import seed
        from projects.services.climbing import climb_late
        from projects.services.owners import register_owners

        register_acts(ACTS)
        register_owners()
        register_access()
        expiry.register(ClockKind.PROBLEM, climb_late)
        post_migrate.connect(seed, sender=self, dispatch_uid="projects.seed")
