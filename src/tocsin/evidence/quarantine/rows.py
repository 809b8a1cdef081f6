"""Open a file whose rows are quarantined: each row as it came, the rules it broke, and what was mended of it.

The bytes that were kept are read again by the same reader, by today's rules and lists. A row that breaks none of them
any more (a place that the list has learnt since) is not among them: loading the file again puts it in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.quarantine.files import File
from tocsin.evidence.sources import FileRefused, Issue, Part
from tocsin.evidence.sources.cells import lines, needed
from tocsin.evidence.sources.raw import RawTable
from tocsin.evidence.store import good, home
from tocsin.evidence.store.came import mend_of
from tocsin.evidence.store.files import read_json
from tocsin.evidence.store.mended import Mend, MendedRow

State = Literal["quarantined", "mended", "released"]
"""quarantined: it breaks a rule as it stands; mended: it breaks none any more, and waits; released: it is in force."""


@dataclass(frozen=True)
class Row:
    """One quarantined row: as it came, what it broke then, the mend that stands, and what that one still breaks."""

    row: int
    state: State
    came: dict[str, str | None]
    needed: list[str]
    issues: list[Issue]
    mend: MendedRow | None = None
    against: list[dict[str, object]] = field(default_factory=list)
    entry: int | None = None

    @property
    def holds(self) -> bool:
        """Whether there is a mend, and no rule is against it."""
        return self.mend is not None and not self.against

    def as_dict(self) -> dict[str, Any]:
        """Return it as commands show it."""
        return {
            "row": self.row,
            "state": self.state,
            "columns": self.came,
            "in_doubt": self.needed,
            "rules": [as_issue(i) for i in self.issues],
            "mend": vars(self.mend) if self.mend else None,
            "against": self.against,
            "entry": self.entry,
        }


@dataclass(frozen=True)
class Judged:
    """What the reader and its rules say of a file: the rows set aside, and why."""

    bad: frozenset[int]
    issues: dict[int, list[Issue]]


@dataclass(frozen=True)
class Opened:
    """A file with all its quarantined rows, in their order. ``load`` is the newest release of it that stands."""

    file: File
    parts: list[Part]
    raw: RawTable = field(repr=False)
    bad: frozenset[int] = frozenset()
    rows: tuple[Row, ...] = ()
    load: dict[str, Any] | None = None

    def row(self, number: int) -> Row:
        """Return one row. Raises Refused when it is not quarantined."""
        found = next((r for r in self.rows if r.row == number), None)
        if found is None:
            what = f"Row {number} of {self.file.file} is not quarantined"
            raise Refused(what, todo=f"See tocsin feeds quarantine list {self.file.source_id}")
        return found


def opened(ctx: Context, file: File) -> Opened:
    """Open a file. Raises Damaged when its bytes are gone, Refused when it can no more be read as a table."""
    parts = file.parts(ctx.settings.store)
    try:
        raw = home.open_here(ctx, file.source_id, parts)
    except FileRefused as refused:
        raise _unreadable(file, refused) from None
    bare = Opened(file, parts, raw, load=released(ctx, file))
    as_it_came = judge(ctx, bare, [])
    in_force = {r.row for r in mend_in(ctx, file.source_id, bare.load).rows} if bare.load else set()
    kept = records(ctx, file)
    came = lines(raw, as_it_came.bad)
    rows = []
    for number in sorted(as_it_came.bad):
        told = kept.get(number) or {}
        mend = MendedRow(**told["mend"]) if told.get("mend") else None
        against = list(told.get("against", []))
        state: State = "released" if number in in_force else "mended" if mend and not against else "quarantined"
        rows.append(
            Row(
                number,
                state,
                came[number],
                needed(raw, number),
                as_it_came.issues.get(number, []),
                mend,
                against,
                told.get("entry"),
            )
        )
    return Opened(file, parts, raw, as_it_came.bad, tuple(rows), bare.load)


def judge(ctx: Context, seen: Opened, mended: Sequence[MendedRow]) -> Judged:
    """Judge a file with rows mended, by the reader and the rules of its source. Raises as ``opened``."""
    mend = Mend(seen.file.sha256, seen.file.came_at, tuple(mended))
    try:
        reading = home.read_here(ctx, seen.file.source_id, seen.parts, mend.cells, seen.raw)
    except FileRefused as refused:
        raise _unreadable(seen.file, refused) from None
    issues: dict[int, list[Issue]] = {}
    for issue in reading.issues:
        if issue.row in reading.bad and issue.weight == "row":
            issues.setdefault(issue.row or 0, []).append(issue)
    return Judged(frozenset(reading.bad), issues)


def released(ctx: Context, file: File) -> dict[str, Any] | None:
    """Return the newest load that stands of a file with rows mended; None when there is none."""
    found = [r for r in good.loads(ctx.settings.store, file.source_id) if r.get("mended") == file.sha256]
    return found[-1] if found else None


def mend_in(ctx: Context, source_id: str, load: dict[str, Any]) -> Mend:
    """Return what was mended in a load of mended rows. Raises Damaged when its bytes are gone."""
    mend = mend_of(ctx.settings.store / source_id / "raw", load)
    assert mend is not None
    return mend


def records(ctx: Context, file: File) -> dict[int, dict[str, Any]]:
    """Return the last record of each row of a file. Raises Damaged when one cannot be read."""
    folder = ctx.settings.store / file.source_id / "mends" / file.sha256
    every = [read_json(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
    return {int(record["row"]): record for record in every}


def as_issue(issue: Issue) -> dict[str, object]:
    """Return a finding as commands show it."""
    return issue.as_dict()


def _unreadable(file: File, refused: FileRefused) -> Refused:
    what = f"{file.file} cannot be read as a table: {refused}"
    return Refused(what, todo=f"Load the publisher's file anew: tocsin load {file.source_id} FILE")
