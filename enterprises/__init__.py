"""Registry of enterprises, their members and mandates, visits."""
