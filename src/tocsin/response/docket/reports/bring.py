"""``tocsin reports import``: a CSV file of reports, each row sealed as its own bytes, bad rows kept with the reason.

Columns: ``place``, ``source_key`` and ``text`` must be there; ``kind``, ``dated``, ``office`` and ``language`` may be.
A column that is not declared is refused with the file: what nobody reads must not be thought to have been read.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused, TocsinError
from tocsin.response.docket import outbox
from tocsin.response.docket.reports.enter import Entry, Receipt, submit
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter
from tocsin.response.register.reports.models import Quarantined, Report
from tocsin.response.register.reports.originals import MOST_BYTES

REQUIRED = ("place", "source_key", "text")
COLUMNS = (*REQUIRED, "kind", "dated", "office", "language")
MOST_FILE = 50_000_000


@dataclass
class Brought:
    """What an import did: receipts of new reports, how many rows were known, which rows were set aside and why."""

    receipts: list[Receipt] = field(default_factory=list)
    known: int = 0
    quarantined: list[dict[str, object]] = field(default_factory=list)


def bring(ctx: Context, file: Path, actor: Actor) -> Brought:
    """Take in a file, each row in a transaction of its own; the same rows again change nothing.

    Raises Refused or Misuse when the file as a whole cannot be read, with nothing taken in.
    """
    may(actor, "read").enforce()
    if actor.post not in {p.id for p in directive.current().posts if p.tier is not None}:
        raise Refused(
            f"The post {actor.post} answers for no tier and brings in no reports", todo="Act under another post"
        )
    content = _content(file)
    records = list(rows(content))
    columns = _columns(records[0][1] if records else b"")
    done = Brought()
    name = hashlib.sha256(content).hexdigest()
    for line, row in records[1:]:
        # Under another header the same bytes say something else.
        row_sha256 = hashlib.sha256(b"\x00".join([",".join(columns).encode(), row])).hexdigest()
        try:
            receipt = submit(ctx, _entry(row, columns, row_sha256), via=Report.Via.CSV)
        except TocsinError as why:
            done.quarantined.append({"row": line, "why": why.sentence()})
            _set_aside(ctx, actor, row, file_sha256=name, line=line, row_sha256=row_sha256, why=why.sentence())
        else:
            done.known += not receipt.new
            done.receipts += [receipt] if receipt.new else []
    outbox.deliver_after(ctx)
    return done


def rows(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the line on which each record begins and its own bytes, without the end of its line.

    A line end inside quotes belongs to the record, whatever kind it is: files with mixed line ends keep theirs.
    """
    start, line, began, quoted, i = 0, 1, 1, False, 0
    while i <= len(content):
        at_end = i == len(content)
        byte = content[i : i + 1]
        if byte == b'"':
            quoted = not quoted
        if at_end or byte in (b"\n", b"\r"):
            step = 2 if content[i : i + 2] == b"\r\n" else 1
            line += 1
            if not quoted or at_end:
                if content[start:i].strip(b" \t,"):
                    yield began, content[start:i]
                start, began = i + step, line
            i += step
        else:
            # Jump to the next byte that can matter: a file is mostly text.
            i = min(
                j
                for j in (*(content.find(b, i + (byte == b'"')) for b in (b'"', b"\n", b"\r")), len(content))
                if j >= 0
            )
    return


def _content(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_FILE:
            raise Refused(
                f"A file of {size:,} bytes is too large", where=str(file), todo=f"Split it: {MOST_FILE:,} at most"
            )
        content = file.read_bytes()
    except OSError as error:
        raise Misuse("The file cannot be read", where=f"{file}: {error.strerror}", todo="Name a CSV file") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        raise Refused("The file is not UTF-8", where=str(file), todo="Save it as CSV in UTF-8")
    return content.removeprefix(b"\xef\xbb\xbf")


def _columns(header: bytes) -> list[str]:
    columns = [c.strip().casefold() for c in next(csv.reader([header.decode("utf-8", "replace")]), [])]
    missing = [c for c in REQUIRED if c not in columns]
    strange = [c for c in columns if c not in COLUMNS]
    if missing or strange or len(set(columns)) != len(columns):
        fault = (
            f"has no column {missing[0]!r}" if missing else f"has a column {strange[0]!r}" if strange else "repeats one"
        )
        raise Misuse(
            f"The file {fault}", todo=f"Its columns are {', '.join(REQUIRED)} and, if known, {', '.join(COLUMNS[3:])}"
        )
    return columns


def _entry(row: bytes, columns: list[str], row_sha256: str) -> Entry:
    """Return a row as an entry. Raises Refused when it cannot be read."""
    if len(row) > MOST_BYTES:
        raise Refused(f"A row of {len(row):,} bytes is too long", todo=f"Keep to {MOST_BYTES:,}")
    try:
        text = row.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("The row is not UTF-8", todo="Save the file as CSV in UTF-8 and import it again") from None
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
    except csv.Error as error:
        raise Refused(f"The row is not CSV: {error}", todo="Close the quotes") from None
    if len(cells) != len(columns):
        raise Refused(
            f"The row has {len(cells)} cells and the header {len(columns)}", todo="Put text with commas in quotes"
        )
    given = {k: v.strip() if k != "text" else v for k, v in zip(columns, cells, strict=True)}
    if not any(c.isalnum() for c in given["text"]):
        raise Refused("The row has no text", todo="Write what was seen or heard, where and when")
    dated = given.get("dated")
    return Entry(
        place=given["place"],
        content=row,
        kind=given.get("kind") or Report.Kind.REPORT,
        dated=parse_date(dated) if dated else None,
        office=given.get("office", ""),
        language=given.get("language", ""),
        source_key=given["source_key"],
        columns=columns,
        row_sha256=row_sha256,
    )


def _set_aside(
    ctx: Context, actor: Actor, row: bytes, *, file_sha256: str, line: int, row_sha256: str, why: str
) -> None:
    """Keep a row that could not be taken in, once."""
    with transaction.atomic():
        if Quarantined.objects.filter(row_sha256=row_sha256).exists():
            return
        # Why quotes the row, and a row may name its source: it stands beside the row, not in the log.
        body = {"file_sha256": file_sha256, "row": line, "row_sha256": row_sha256, "by": actor.body()}
        enter(ctx, kind="report.quarantined", body=body)
        Quarantined.objects.create(
            file_sha256=file_sha256, row=line, content=row, row_sha256=row_sha256, why=why, at=ctx.now()
        )
