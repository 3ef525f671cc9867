"""Official papers of cases: what is printed on each, registered with ``documents.kinds``."""
