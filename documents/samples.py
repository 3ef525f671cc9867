"""Sample data for each template: for previews, tests, and kinds that have none of their own."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent / "data" / "samples.yaml"


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def sample_of(template: str) -> dict[str, Any]:
    """A copy of the sample for a template's code; empty where there is none."""
    return dict(_all().get(template, {}))
