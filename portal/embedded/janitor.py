"""A small process beside the embedded servers that stops them when their last user is gone.

Users stop them themselves on the way out; this is for the users that were killed.
"""

import fcntl
import os
import sys
import time
from pathlib import Path

from portal.embedded.lease import stop_if_unused
from portal.embedded.state import State

PAUSE = 1.0


def watch(state: State, pause: float = PAUSE) -> None:
    """Look once in ``pause`` seconds; return after the servers have been stopped."""
    with state.open_lock("janitor.lock") as mine:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        mine.truncate(0)
        mine.write(str(os.getpid()).encode())
        mine.flush()
        while state.run.is_dir():
            time.sleep(pause)
            with state.locked("servers.lock"):
                if stop_if_unused(state):
                    # Inside the lock, so that the next user sees no janitor and starts one.
                    mine.truncate(0)
                    fcntl.flock(mine, fcntl.LOCK_UN)
                    return


if __name__ == "__main__":
    watch(State(Path(sys.argv[1])))
