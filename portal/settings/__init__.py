"""Settings: ``local`` for make run, ``test`` for the tests, ``production`` for a real server."""
