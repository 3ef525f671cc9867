from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = _("Coordination")

    def ready(self) -> None:
        from coordination import notices  # noqa: F401  (registers texts and act labels)
        from coordination.access import register_access
        from coordination.own_subjects import register_subjects
        from coordination.papers import register_papers
        from coordination.seed import seed
        from coordination.services.owners import register_owners
        from coordination.services.progress import register_sources

        register_access()
        register_owners()
        register_papers()
        register_sources()
        register_subjects()
        post_migrate.connect(seed, sender=self, dispatch_uid="coordination.seed")
