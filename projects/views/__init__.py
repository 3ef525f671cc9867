"""Pages of a project: the declaration and what comes right after it."""
