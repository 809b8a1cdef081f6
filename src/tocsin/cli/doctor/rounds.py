"""The order in which a data folder is looked over, and what ends the round early."""

from __future__ import annotations

from collections.abc import Callable

from tocsin.cli.doctor import folders, records
from tocsin.cli.doctor.finding import Finding
from tocsin.core.context import Context
from tocsin.core.errors import TocsinError

Check = Callable[[Context], Finding]

OF_FOLDERS: list[tuple[str, Check]] = [
    ("disk", folders.disk),
    ("hub", folders.hub),
    ("register", folders.register),
]
OF_RECORDS: list[tuple[str, Check]] = [
    ("migrations", records.migrations),
    ("key", records.key),
    ("ledger", records.ledger),
    ("witnesses", records.witnesses_reached),
    ("run", records.run),
    ("sources", records.sources),
    ("clock", records.clock),
    ("clocks", records.overdue),
    ("outbox", records.outbox),
    ("worker", records.worker),
]


def examine(ctx: Context) -> list[Finding]:
    """Return every finding about this context's home, changing nothing.

    Without a home there is one finding, and nothing is made; with a register that cannot be read, what rests on
    it is not looked at.
    """
    first = folders.home(ctx)
    if not first.ok:
        return [first]
    found = [first, *(_safely(name, check, ctx) for name, check in OF_FOLDERS)]
    if all(finding.ok for finding in found if finding.id == "register"):
        records.connect()
        found += [_safely(name, check, ctx) for name, check in OF_RECORDS]
    return found


def _safely(name: str, check: Check, ctx: Context) -> Finding:
    """Return the finding, or the failure of the check as a finding: one fault must not hide the others."""
    try:
        return check(ctx)
    except TocsinError as error:
        where = f" ({error.where})" if error.where else ""
        return Finding(name, ok=False, what=f"{error.what}{where}", todo=error.todo or "Restore it from a copy")
    except OSError as error:
        return Finding(name, ok=False, what=f"{name} could not be looked at: {error}", todo="Check the permissions")
