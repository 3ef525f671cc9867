"""One column of all words of a row, kept by the database and indexed by trigrams, for searching."""

from functools import reduce
from operator import and_

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Upper

MOST_WORDS = 6


def words_of(*fields: str) -> models.GeneratedField:
    """The fields' texts in capitals, one after the other."""
    parts: list[object] = []
    for name in fields:
        parts += [name, Value(" ")]
    return models.GeneratedField(
        expression=Upper(Concat(*parts, output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )


def having(text: str, prefix: str = "") -> Q:
    """Condition "each of the words stands somewhere in the row"; trigrams find those of three characters and more."""
    found = [Q(**{f"{prefix}words__contains": word.upper()}) for word in text.split()[:MOST_WORDS]]
    return reduce(and_, found, Q())
