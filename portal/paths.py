"""Where the checkout and its state folder are; read before Django's settings exist."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# In <HALL_VAR>/run: written while the hall is prepared, printed when it is open.
ACCOUNTS_FILE = "accounts.txt"


def var_dir() -> Path:
    """State folder: ``HALL_VAR``, else ``var/`` in the checkout. Not created here."""
    return Path(os.environ.get("HALL_VAR") or BASE_DIR / "var").expanduser().absolute()
