"""Pages: the overview with its lists, and one's own work (``mine``)."""
