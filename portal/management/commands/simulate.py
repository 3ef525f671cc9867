"""Play sample projects through the real services, in the three ways, and say how long they take."""

import json
import signal
import sys
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.simulation.assumptions import read_assumptions, read_staff
from portal.simulation.report import as_json, as_markdown
from portal.simulation.running import simulate
from portal.simulation.scratch import ScratchError, scratch_database

WIDTH = 30
MOST_PROJECTS = 5000


def _staff(text: str) -> dict[str, int]:
    try:
        return read_staff(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error} is not like clerks=4, reviewers=2 or reviewers.housing=3") from error


class Command(BaseCommand):
    help = (
        "Simulate projects going through the hall one matter after the other, side by side, and with certificates that "
        "follow. Works on a database of its own, which it makes and drops; the hall's data is never touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--projects", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--staff", type=_staff, default={}, help="clerks=4,reviewers=2,approvers=1")
        parser.add_argument("--out", type=Path, help="a file ending in .json or .md; the screen unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        projects, out = options["projects"], options["out"]
        if not 1 <= projects <= MOST_PROJECTS:
            raise CommandError(f"--projects is a number from 1 to {MOST_PROJECTS}")
        if out is not None and out.suffix not in (".json", ".md"):
            raise CommandError("--out ends in .json or .md")
        assumed = read_assumptions().with_staff(options["staff"])
        began = time.monotonic()
        # Ended from outside it still drops its database.
        before = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
        try:
            with scratch_database():
                runs = simulate(projects=projects, seed=options["seed"], assumed=assumed, progress=self._bar(began))
        except ScratchError as error:
            raise CommandError(str(error)) from error
        finally:
            signal.signal(signal.SIGTERM, before)
        report = as_json(runs, assumed, projects=projects, seed=options["seed"])
        text = json.dumps(report, ensure_ascii=False, indent=2) + "\n" if _is_json(out) else as_markdown(report)
        if out is None:
            self.stdout.write(text)
        else:
            out.write_text(text, encoding="utf-8")
        self.stderr.write(f"{projects} projects in three ways took {time.monotonic() - began:.0f} seconds")

    def _bar(self, began: float) -> Any:
        """A line that is drawn anew; in a file, one line for every twentieth."""
        screen = sys.stderr.isatty()

        def show(finished: int, total: int) -> None:
            left = (time.monotonic() - began) / finished * (total - finished)
            full = WIDTH * finished // total
            line = f"[{'#' * full}{'.' * (WIDTH - full)}] {finished}/{total}, about {left / 60:.1f} min left"
            if screen:
                self.stderr.write(f"\r{line}", ending="\n" if finished == total else "")
            elif finished % max(1, total // 20) == 0:
                self.stderr.write(line)

        return show


def _is_json(out: Path | None) -> bool:
    return out is not None and out.suffix == ".json"
