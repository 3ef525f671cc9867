"""The shape of files and of what the editor holds: one JSON Schema for both."""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

FILE = Path(__file__).resolve().parent / "schema.json"


@cache
def validator(definition: str) -> Draft202012Validator:
    """Checks data against one of the definitions of schema.json."""
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{definition}"})
