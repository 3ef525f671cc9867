from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = pgettext_lazy("app", "Ledger")
