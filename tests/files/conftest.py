"""A scanner."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.files.daemon import FakeClamd, on_tcp


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    """A fake clamd that the hall is configured with."""
    with on_tcp() as fake:
        settings.CLAMD_URL = fake.url
        yield fake
