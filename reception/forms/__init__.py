"""Forms of the reception. They check form; what depends on other rows is checked by the services."""
