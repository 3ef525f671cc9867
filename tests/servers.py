"""pytest plug-in, loaded by ``-p`` in pyproject.toml: the servers are up before settings are read."""

import pytest

from portal.embedded import EmbeddedError, acquire

try:
    lease = acquire()
except EmbeddedError as error:
    raise pytest.UsageError(str(error)) from error


def pytest_unconfigure() -> None:
    """Give the servers back; the last of several test runs stops them."""
    lease.release()
