"""How the ledger and the clocks name what belongs to this app."""

ORDER_LABEL = "agency.agencyorder"
HELPER_LABEL = "agency.mandatehelper"
