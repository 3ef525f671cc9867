"""How other floors name rows of this app: subjects of clocks, documents and the ledger."""

CASE_LABEL = "approvals.case"
APPLICATION_LABEL = "approvals.application"
