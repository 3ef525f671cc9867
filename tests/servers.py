"""pytest plug-in, loaded by ``-p`` in pyproject.toml: what must be there before settings are read.

The servers that the settings name, and the compiled catalogues: pages are tested in Chinese.
"""

import os

import pytest

from common.catalogues import compile_catalogues
from portal.embedded import EmbeddedError, acquire
from portal.paths import BASE_DIR

# The processes of pytest-xdist find them done by the one that started them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_catalogues(BASE_DIR / "locale")

try:
    lease = acquire()
except EmbeddedError as error:
    raise pytest.UsageError(str(error)) from error


def pytest_unconfigure() -> None:
    """Give the servers back; the last of several test runs stops them."""
    lease.release()
