"""Pages of the reception; thin: rules and writes are in rules.py and services."""
