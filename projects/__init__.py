"""Investment projects from declaration on."""
