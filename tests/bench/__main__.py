"""Make a database of its own, measure, print a table, write var/bench.json."""

import json
import os
import sys
from importlib import import_module

import django

from portal.embedded import acquire

MODULES = [
    "tests.bench.counting",
    "tests.bench.cases",
    "tests.bench.sweep",
    "tests.bench.redating",
    "tests.bench.pages",
]
ROUNDS = 3


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    wanted = [name for name in MODULES if not sys.argv[1:] or name.rsplit(".", 1)[1] in sys.argv[1:]]
    with acquire():
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from tests.bench.measure import as_row, print_table

        connection.settings_dict["TEST"]["NAME"] = "bench_hall"
        previous = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            call_command("load_catalogue", verbosity=0)
            rows = []
            for name in wanted:
                print(f"measuring {name.rsplit('.', 1)[1]} …", flush=True)
                rows += [as_row(row) for row in import_module(name).run(ROUNDS)]
        finally:
            connection.creation.destroy_test_db(previous, verbosity=0)
    print_table(rows)
    from portal.paths import var_dir

    target = var_dir() / "bench.json"
    target.write_text(json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False), encoding="utf-8")
    print(f"written to {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
