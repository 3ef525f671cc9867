"""Settings, addresses, Celery, home; knows every other app."""
