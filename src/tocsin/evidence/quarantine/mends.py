"""Mend a row: the values a named person puts in the place of the publisher's, judged anew by the same reader and rules.

``<store>/<source>/mends/<file>/<number>.json`` holds each mend and each taking back, in their order, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.locks import alone
from tocsin.core.words import SHORT, said, substantial
from tocsin.evidence.quarantine.files import File
from tocsin.evidence.quarantine.rows import Judged, Opened, as_issue, judge, opened
from tocsin.evidence.store.files import write_json
from tocsin.evidence.store.mended import MendedRow

MOST = 10_000
"""Characters in one value."""
FEWEST_NAMES = 2
MOST_NAME = 120


@dataclass(frozen=True)
class By:
    """Who acts: a person by their whole name, under a post; ``account`` is theirs at the desk or on the machine."""

    name: str
    post: str
    account: str

    @property
    def whole(self) -> str:
        """The name in one line. Raises Misuse when it names nobody."""
        name = " ".join(said(self.name, MOST_NAME).split())
        if len(name.split()) < FEWEST_NAMES:
            raise Misuse("A row is mended and released by a person", todo='Give the whole name: --name "Given Family"')
        return name


@dataclass(frozen=True)
class Drafted:
    """A mend before it is kept: the row as it would be, and what the rules say of it then."""

    file: File
    row: MendedRow
    by: By
    issues: list[dict[str, object]]

    @property
    def holds(self) -> bool:
        """Whether the row breaks no rule any more, nor makes another row break one."""
        return not self.issues


def reason(why: str, what: str) -> str:
    """Return a reason as it is kept. Raises Refused when it says too little."""
    told = said(why, SHORT)
    if not substantial(told):
        raise Refused(f"{what} with why", todo="Write the reason in a few words")
    return told


def draft(ctx: Context, file: File | Opened, row: int, values: Mapping[str, str], *, why: str, by: By) -> Drafted:
    """Judge a row of a file, or of one that is open, as it would be with these values, by column.

    A mend replaces the earlier one of its row. Raises Refused for a row that is not quarantined, one that is released,
    a mend that changes nothing, and no reason; Misuse for a column that there is not, and for no person.
    """
    name, told = by.whole, reason(why, "A row is mended")
    seen = file if isinstance(file, Opened) else opened(ctx, file)
    line = seen.row(row)
    if line.state == "released":
        what = f"Row {row} is released: its values are in force"
        raise Refused(what, todo=f"Take that back first: tocsin feeds quarantine undo {seen.file.source_id}")
    values = {column: _value(column, text) for column, text in values.items()}
    now = {c: v for c, v in values.items() if c in line.needed or v != (line.came.get(c) or "")}
    if not now:
        raise Refused("That is what the row says already", todo="Give at least one other value")
    mine = MendedRow(row, {c: line.came.get(c) for c in now}, now, name, by.post, iso(ctx.now()) or "", told)
    others = [r.mend for r in seen.rows if r.mend and r.row != row and r.holds]
    return Drafted(seen.file, mine, by, _against(judge(ctx, seen, [*others, mine]), seen, mine, others))


def _against(judged: Judged, seen: Opened, mine: MendedRow, others: list[MendedRow]) -> list[dict[str, object]]:
    """Return what stands against a mend: rules that its row breaks now, and rows in order that would break one."""
    mended = {mine.row, *(o.row for o in others)}
    hurt = {row for row in judged.bad if row not in seen.bad or (row in mended and row != mine.row)}
    rows = sorted({mine.row} & judged.bad | hurt)
    return [as_issue(i) for row in rows for i in judged.issues.get(row, [])]


def _value(column: str, text: str) -> str:
    """Return a value as it may stand in a table. Raises Refused when it is too long or holds what steers a terminal."""
    kept = said(text, MOST)
    if len(kept) != len(text.strip()):
        raise Refused(f"The value of {column[:60]} holds characters that no table has", todo="Write it as plain text")
    return kept


def keep(ctx: Context, drafted: Drafted, *, entry: int) -> Path:
    """Keep a mend, with the number of its entry in the ledger, and return where."""
    body = {"mend": asdict(drafted.row), "account": drafted.by.account, "entry": entry, "against": drafted.issues}
    return write(ctx, drafted.file, {"row": drafted.row.row, **body})


def give_back(ctx: Context, file: File, row: int, *, why: str, by: By, entry: int) -> Path:
    """Keep that the mend of a row is taken back: it is quarantined as it came."""
    body = {"mend": None, "at": iso(ctx.now()), "name": by.whole, "post": by.post, "why": why}
    return write(ctx, file, {"row": row, **body, "account": by.account, "entry": entry})


def write(ctx: Context, file: File, body: dict[str, Any]) -> Path:
    """Write the next record of a file."""
    folder = ctx.settings.store / file.source_id / "mends" / file.sha256
    with alone(folder.parent / "mends.lock", "A mend", wait=True):
        last = max((int(path.stem) for path in folder.glob("*.json")), default=0)
        path = folder / f"{last + 1:06d}.json"
        write_json(path, body)
    return path
