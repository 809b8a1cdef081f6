"""``tocsin``, and ``python -m tocsin``: the command line, entered so that Ctrl-C is heard while it is still loading."""

from __future__ import annotations

import os
import sys

from tocsin.core.errors import STOPPED

# Polars gives memory back to the system only some while after it is free, and not at all from threads that rest: a
# load of a yearly release then takes half as much again. It is told before polars is loaded, and a person may say else.
# Where no large file is read it would cost a tenth of the time for nothing.
if {"load", "feeds", "events"}.intersection(sys.argv):
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")


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
