"""The process in which ``documents.sandbox`` lets an unchecked source run. Loads no Django.

Ends with 0 and the PDF on standard output, or with 2 and a JSON report.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime

from documents.compiling import Source, TypesettingError, compile_pdf

FILE_BYTES = 4 * 1024 * 1024


def main() -> int:
    """One job from standard input."""
    job = json.load(sys.stdin.buffer)
    # The second figure is the hard one: a process that ignores the first signal is killed by the other.
    resource.setrlimit(resource.RLIMIT_CPU, (job["cpu_seconds"], job["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_bytes"], job["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = compile_pdf(
            Source(job["main"], job["base"]),
            job["content"],
            moment=datetime.fromisoformat(job["moment"]),
            folders=tuple(job["folders"]),
        )
    except TypesettingError as error:
        sys.stdout.write(json.dumps({"message": error.message, "diagnostic": error.diagnostic}))
        return 2
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
