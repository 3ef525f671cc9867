#!/usr/bin/env python
"""Django's command line, with the embedded servers on demand."""

import os
import sys

from portal.command_line import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    sys.exit(main(sys.argv))
