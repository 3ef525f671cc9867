"""Pages of the catalogue's editors."""
