"""``tocsin``, and ``python -m tocsin``: the command line, entered so that Ctrl-C is heard while it is still loading."""

from __future__ import annotations

import sys

from tocsin.core.errors import STOPPED


def run() -> None:
    """Entry point of the ``tocsin`` command."""
    try:
        from tocsin.cli.main import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = STOPPED
    if code == STOPPED:
        sys.stderr.write("tocsin: stopped by you; nothing half done was kept.\n")
    sys.exit(code)


if __name__ == "__main__":
    run()
