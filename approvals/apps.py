from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = pgettext_lazy("app", "Approvals")

    def ready(self) -> None:
        # Registered here, since lower floors must not know us by import.
        from approvals import notices  # noqa: F401
        from approvals.access import register_access
        from approvals.papers.deferral import register_kinds
        from approvals.scope import register_scope
        from approvals.services.expiry import register_expiry
        from approvals.services.owners import register_owners

        register_access()
        register_expiry()
        register_owners()
        register_scope()
        register_kinds()
