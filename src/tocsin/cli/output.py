"""One way out for every command: an object for machines, text for people, one clear sentence for failure."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.core.clock import SystemClock, iso
from tocsin.core.context import Context
from tocsin.core.errors import TocsinError
from tocsin.core.settings import Settings


@dataclass
class Invocation:
    """What was asked for on the command line beside the command itself."""

    json: bool = False


INVOCATION = Invocation()


def context(*, now: datetime | None = None) -> Context:
    """Return the context of this command: settings from the environment, progress to standard error."""
    from tocsin.core.clock import FixedClock

    def progress(line: str) -> None:
        if not INVOCATION.json:
            print(line, file=sys.stderr, flush=True)

    return Context(settings=Settings(), clock=FixedClock(now) if now else SystemClock(), progress=progress)


def ready(*, register: bool = True, mandate: bool = True) -> None:
    """Set Django up and bring the register's tables up to date; quiet and quick when nothing is to do.

    A damaged register stops here with one sentence, before anything is written. ``register=False`` makes
    and opens no register: for what reads a file that somebody brought. A directive in the data folder that is not
    what was adopted stops here too (``mandate=False``: for the command that puts it back).
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.desk.settings")
    import django

    django.setup()
    _keep_loaded()
    if not register:
        return
    from tocsin.response.register.database import bring_up_to_date

    bring_up_to_date()
    if mandate:
        from tocsin.response.register.mandate import agree

        agree(Settings())
        from tocsin.response.register.catalogue import following

        following.agree(Settings())
        # One that was adopted from a day on takes effect before anything else is done on that day.
        from tocsin.response.docket import adoption

        adoption.settle(context())


@cache
def _keep_loaded() -> None:
    """Have the collector pass over what is loaded by now: it stays to the end, and a tick makes it look often."""
    gc.freeze()


def emit(data: dict[str, Any], text: str | Callable[[], str]) -> None:
    """Print the result: one JSON object with ``--json``, otherwise text."""
    if INVOCATION.json:
        print(json.dumps(data, ensure_ascii=False, indent=2, default=_plain, allow_nan=False))
    else:
        print(text if isinstance(text, str) else text())


def fail(error: TocsinError) -> int:
    """Print a failure and return its exit code. Nothing else in the house prints errors."""
    if INVOCATION.json:
        print(json.dumps({"error": {"what": error.what, "where": error.where, "todo": error.todo}}, ensure_ascii=False))
    print(f"tocsin: {error.sentence()}", file=sys.stderr)
    return error.exit_code


def _plain(value: object) -> object:
    """Return JSON's form of dates and paths."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
