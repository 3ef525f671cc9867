"""The sample hall: invented firms and people who play real services through past days.

Deterministic for a given day: one seed, one order. Every case is made by the same services as
in life, under a pretended time, so that clocks, ledger and notices are real too.
"""
