#!/usr/bin/env python3
"""Every command of the portal. `up` and `test` need nothing but Python: docs/operations.md."""

import os
import sys

OLDEST_PYTHON = (3, 11)  # this file itself must parse on any Python 3


def main():
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            "The portal needs Python {}.{} or newer, and this is Python {}.{}. "
            "Install a newer one and run the command with it, for example: python3.12 manage.py {}".format(
                *(OLDEST_PYTHON + tuple(sys.version_info[:2])), " ".join(sys.argv[1:]) or "up"
            )
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "employment_portal.settings")
    from employment_portal.launcher.cli import main as run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
