from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = pgettext_lazy("app", "Approvals")

    def ready(self) -> None:
        # Registered here, since lower floors must not know us by import.
        from approvals import notices, notices_archive, notices_special  # noqa: F401
        from approvals.access import register_access
        from approvals.papers import commitment, public_notice
        from approvals.papers.deferral import register_kinds as register_deferral_kinds
        from approvals.papers.kinds import register_kinds
        from approvals.scope import register_scope
        from approvals.services.deviating import register_deviating
        from approvals.services.expiry import register_expiry
        from approvals.services.infected import register_infected
        from approvals.services.owners import register_owners

        register_access()
        register_deviating()
        register_expiry()
        register_kinds()
        register_infected()
        register_owners()
        register_scope()
        public_notice.register()
        commitment.register()
        register_deferral_kinds()
