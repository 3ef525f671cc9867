"""Setting a source that nobody has checked yet: in a process of its own that may neither last nor grow nor look around.

The child has its own folder as root, no network, no environment of ours, and limits on time and memory that the
kernel enforces; what it prints is the file or typst's report.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from documents.compiling import Source, TypesettingError
from documents.typesetting import folders

CPU_SECONDS = 5
WALL_SECONDS = 15
MEMORY_BYTES = 1024 * 1024 * 1024
# Typst asks these for the way to its packages. Nothing listens there, so none is fetched.
NOWHERE = "http://127.0.0.1:9"


def make_untrusted_pdf(source: Source, content: Mapping[str, Any], *, moment: datetime) -> bytes:
    """As ``typesetting.make_pdf``; a source that takes too long or too much ends in TypesettingError too."""
    job = {
        "main": source.main,
        "base": source.base,
        "content": content,
        "moment": moment.isoformat(),
        "folders": folders(),
        "cpu_seconds": CPU_SECONDS,
        "memory_bytes": MEMORY_BYTES,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "documents.sandbox_child"],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TypesettingError(_too_long()) from error
    return _result(done)


def _environment() -> dict[str, str]:
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    # Two threads: each reserves memory that counts against the limit.
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, **dict.fromkeys(names, NOWHERE), "RAYON_NUM_THREADS": "2", "LANG": "C.UTF-8"}


def _result(done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode == 0:
        return done.stdout
    if done.returncode == 2:
        report = json.loads(done.stdout)
        raise TypesettingError(report["message"], report["diagnostic"])
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TypesettingError(_too_long())
    raise TypesettingError(_("The template takes too much memory, or the typesetter broke off."))


def _too_long() -> str:
    return _("The template takes longer than %(seconds)s seconds: it may never end.") % {"seconds": CPU_SECONDS}
