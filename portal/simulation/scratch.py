"""A database of the simulation's own, beside the hall's: made, filled, dropped."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg2
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from psycopg2 import sql

from approvals import themes
from common.tasks import muted
from deadlines import calendars

PREFIX = "simulation_"


class ScratchError(Exception):
    """The database of the simulation could not be made, or is not the one at hand."""


@contextmanager
def scratch_database() -> Iterator[str]:
    """A migrated database with the catalogue, named to the block; ``connection`` leads to it and to nothing else.

    Dropped at the end, whatever happened. Nothing goes to a worker meanwhile, files go to a folder that
    goes too. Commits don't wait for the disk. Raises ScratchError where the server lets us make none.
    """
    home = dict(connection.settings_dict)
    name = f"{PREFIX}{os.getpid()}"
    connection.close()
    for left_over in _left_over():
        _drop(left_over)
    _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    options = {**home.get("OPTIONS", {}), "options": "-c synchronous_commit=off"}
    connection.settings_dict.update({"NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None})
    try:
        with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media, DEBUG=False), muted():
            _forget_the_other()
            refuse_elsewhere()
            call_command("migrate", verbosity=0, interactive=False)
            call_command("load_catalogue", stdout=StringIO())
            yield name
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(home)
        _forget_the_other()
        _drop(name)


def _left_over() -> list[str]:
    """Databases of simulations that were killed: ours by name, and nobody is connected to them."""
    rows = _on_server(
        sql.SQL(
            "SELECT datname FROM pg_database WHERE datname LIKE {} "
            "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = pg_database.datname)"
        ).format(sql.Literal(PREFIX.replace("_", r"\_") + "%"))
    )
    return [name for (name,) in rows]


def _drop(name: str) -> None:
    _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def refuse_elsewhere() -> None:
    """Raise ScratchError unless the database at hand is one of ours: the last look before writing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
    if not name.startswith(PREFIX):
        raise ScratchError(f"{name} is not a database of the simulation; nothing was written")


def _on_server(statement: sql.Composed) -> list[tuple[Any, ...]]:
    """Outside any database of ours: the maintenance database's only use. The rows, where there are any."""
    params = {key: value for key, value in connection.get_connection_params().items() if key in _WHERE}
    try:
        server = psycopg2.connect(dbname="postgres", **params)
    except psycopg2.Error as error:
        raise ScratchError(str(error)) from error
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    except psycopg2.Error as error:
        raise ScratchError(str(error)) from error
    finally:
        server.close()


_WHERE = ("host", "port", "user", "password")


def _forget_the_other() -> None:
    """What a process remembers by id belongs to the database that it came from."""
    ContentType.objects.clear_cache()
    themes.content_of.cache_clear()
    calendars.invalidate()
