"""Lists of projects as files: sealed by their bytes, read line by line or activity by activity, never trusted."""

from __future__ import annotations

import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tocsin.catalog import iati
from tocsin.catalog.iati import NEEDED, OPTIONAL
from tocsin.core import archives
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.files import write_whole
from tocsin.core.words import from_cell

FOLDER = "portfolio"
XML = "xml"
CHUNK = 1 << 20
LARGEST = 2_000_000_000
HEADER_WITHIN = 10
LINE = 4_000_000
"""Letters in one line of a list: no project takes more, and each letter may be a cell."""
FIELD = 400_000

Cells = dict[str, str]


@dataclass(frozen=True)
class Bytes:
    """A file as it came: its name, what kind it is, its hash and size."""

    name: str
    form: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Header:
    """Where a list begins: the line of its header, our names by column, the columns nobody here knows."""

    line: int
    columns: dict[int, str]
    unknown: tuple[str, ...]


def look(path: Path, name: str = "") -> Bytes:
    """Return what a file is, from its bytes. Raises Refused when there is none, or it is no list."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Refused(f"{path.name} has {size:,} bytes; {LARGEST:,} are read", todo="Split the list")
        digest = hashlib.sha256()
        with path.open("rb") as file:
            first = file.read(64)
            file.seek(0)
            while part := file.read(CHUNK):
                digest.update(part)
    except OSError as error:
        raise Refused(f"{path} cannot be read", where=str(error.strerror or error)) from None
    if size == 0:
        raise Refused(f"{path.name} is empty", todo="A list has a header and a line for each project")
    return Bytes((name or path.name)[:200], _form(first), digest.hexdigest(), size)


def _form(first: bytes) -> str:
    """Return the form of a file by its first bytes: a name says nothing of what is inside."""
    if first.startswith(b"PK\x03\x04"):
        return "xlsx"
    plain = first.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return "xml" if plain.lstrip().startswith(b"<") else "csv"


def path_of(ctx: Context, sha256: str, form: str) -> Path:
    """Return where the bytes of a list are kept."""
    return ctx.settings.home / FOLDER / f"{sha256}.{form}"


def keep(ctx: Context, path: Path, what: Bytes) -> Path:
    """Keep the bytes of a list under their hash, whole or not at all; kept once, however often they come."""
    kept = path_of(ctx, what.sha256, what.form)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file:
            write_whole(kept, iter(lambda: file.read(CHUNK), b""))
    whole(kept, what.sha256)
    return kept


def whole(path: Path, sha256: str) -> None:
    """Raise Damaged when a kept list is not what was sealed."""
    if not path.exists() or look(path).sha256 != sha256:
        raise Damaged("A list of projects is not what was sealed", where=str(path), todo="Restore it from a copy")


def header(path: Path, form: str) -> Header:
    """Return the header of a list. Raises Refused, naming the columns that are missing, when it has none.

    An activity file needs none: it is read to its end once, so that a broken one is refused before a row is kept.
    """
    if form == XML:
        with path.open("rb") as file:
            if not iati.count(file):
                todo = "Bring an IATI activity file, or a table"
                raise Refused(f"{path.name} is XML without one iati-activity", todo=todo)
        return Header(0, {}, ())
    best: tuple[int, list[str]] = (0, [])
    for number, cells in islice(_raw(path, form), HEADER_WITHIN):
        found = _named(cells)
        if set(NEEDED) <= set(found.values()):
            unknown = tuple(c for i, c in enumerate(cells) if i not in found and c.strip())
            return Header(number, found, unknown)
        missing = [NEEDED[n][0] for n in NEEDED if n not in found.values()]
        if len(found) > best[0]:
            best = (len(found), missing)
    missing = best[1] or [names[0] for names in NEEDED.values()]
    raise Refused(
        f"{path.name} has no header with the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
        where=f"the first {HEADER_WITHIN} lines",
        todo="A list has iati_identifier, reporting_org, title, sector_code and recipient_country",
    )


def _named(cells: list[str]) -> dict[int, str]:
    """Return our name of each column that is known; the first of two that mean the same stands."""
    found: dict[int, str] = {}
    at = {c.strip().casefold(): i for i, c in reversed(list(enumerate(cells)))}
    for column, names in {**NEEDED, **OPTIONAL}.items():
        for name in names:
            if name in at:
                found[at[name]] = column
                break
    return found


def lines(path: Path, form: str, head: Header, after: int = 0) -> Iterator[tuple[int, Cells | str]]:
    """Yield each line below the header and after line ``after``: its cells by our names, or why it cannot be read."""
    for number, cells in _raw(path, form):
        if number <= max(head.line, after):
            continue
        if isinstance(cells, _Fault):
            yield number, str(cells[0])
        elif any(c.strip() for c in cells):
            yield number, {name: cells[i] if i < len(cells) else "" for i, name in head.columns.items()}


class _Fault(list[str]):
    """A record that the reader could not take apart: why, in its one element."""


def _raw(path: Path, form: str) -> Iterator[tuple[int, list[str]]]:
    return _xlsx(path) if form == "xlsx" else _csv(path)


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a CSV file with the line each begins on; one that is broken is a fault of its own.

    A quote that nobody closes would take every line below it into one record: after a broken record the reading goes
    on with the line below the one it began on, so that a fault costs one line.
    """
    csv.field_size_limit(max(csv.field_size_limit(), FIELD))
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        head = file.readline(LINE)
        file.seek(0)
        mark = max(",;\t", key=head.count)
        again: deque[str] = deque()
        record: list[str] = []

        def fed() -> Iterator[str]:
            while line := again.popleft() if again else file.readline(LINE + 1):
                if len(line) > LINE:
                    raise Refused(f"{path.name} has a line of more than {LINE:,} letters", todo="Save it as CSV anew")
                record.append(line)
                yield line

        records, base = csv.reader(fed(), delimiter=mark, strict=True), 0
        while True:
            began = base + records.line_num + 1
            record.clear()
            try:
                yield began, next(records)
            except StopIteration:
                return
            except csv.Error as error:
                yield began, _Fault([f"the record that begins here cannot be read: {error}"])
                again.extendleft(reversed(record[1:]))
                records, base = csv.reader(fed(), delimiter=mark, strict=True), began


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet, row by row."""
    try:
        for number, row in enumerate(archives.sheet_rows(path), 1):
            yield number, [from_cell(value) for value in row]
    except (Refused, GeneratorExit):
        raise
    except archives.TooLarge as error:
        raise Refused(f"{path.name} is not read: {error}", todo="Save it as CSV") from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parser met
        raise Refused(
            f"{path.name} cannot be read as a workbook", where=str(error)[:200], todo="Save it as CSV"
        ) from None
