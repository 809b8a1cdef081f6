"""From bytes to one table of text: encoding, delimiter, header, truncation. Every source reads through here.

Values stay text and nothing is guessed: a shape declared in ``source.yml`` says which columns and delimiters it
has, and what does not fit one is refused with the row and the rule.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib

import polars as pl

from tocsin.core import archives
from tocsin.core.words import from_cell
from tocsin.evidence.made_up import is_synthetic
from tocsin.evidence.sources.activity_files import open_activities
from tocsin.evidence.sources.answers import open_json
from tocsin.evidence.sources.hxl import row_at
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.raw import ROW, Declared, RawTable, no_shape, refuse_own, shape_of
from tocsin.evidence.sources.spec import Shape

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
LONGEST = 10_000_000
"""Bytes in one field, and in one line: a field of a hundred megabytes is no value of any publisher."""
MOST_LINES = 5_000_000
MOST_CELLS = 20_000_000
"""In a Parquet file, which packs a thousand equal values into some bytes."""
HEADER_WITHIN = 10

csv.field_size_limit(LONGEST)
UNREADABLE = (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError, ValueError)
"""What an archive raises that is cut, damaged, locked by a password or packed in a way that Python does not know."""


def open_table(spec: Declared, data: bytes) -> RawTable:
    """Read the bytes of one file into text columns.

    Raises FileRefused when it is empty, a web page, not UTF-8, cut off, or of no declared shape.
    """
    if not data.strip():
        raise FileRefused("empty", "the file is empty")
    if data[:2] == GZIP:
        data = unpacked(data)
        if not data.strip():
            raise FileRefused("empty", "the file is empty")
    if data[:4] == ZIP:
        return _zip(spec, data)
    if data[:4] == b"PAR1":
        return _parquet(spec, data)
    return _text(spec, data)


def unpacked(data: bytes) -> bytes:
    """Return what a gzip file holds, within the limit. Raises FileRefused when it is cut, damaged or too large."""
    # What packs more than a hundredfold is no table: no more than that is ever unpacked.
    limit = min(archives.MOST_UNPACKED, max(archives.FROM, archives.MOST_TIMES * len(data)))
    try:
        whole = archives.streams(data, limit)
    except zlib.error as error:
        raise FileRefused("truncated", f"the archive is damaged: {error}") from None
    except archives.TooLarge as error:
        raise FileRefused("too-large", f"{error}, far more than a table would") from None
    except EOFError as error:
        raise FileRefused("truncated", str(error)) from None
    if whole[:2] == GZIP or whole[:4] == ZIP:
        raise FileRefused("archive", "the archive holds another archive; a table is expected")
    return whole


def _zip(spec: Declared, data: bytes) -> RawTable:
    """Read a spreadsheet, or the one table inside an archive, within limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        archives.fits(archive)
        if archive.testzip() is not None:
            raise FileRefused("truncated", "the archive does not match its own checksums")
    except archives.TooLarge as error:
        raise FileRefused("too-large", str(error)) from None
    except UNREADABLE as error:
        raise FileRefused("truncated", f"the archive is cut off or damaged: {error}") from None
    if "xl/workbook.xml" in archive.namelist():
        return _xlsx(spec, data)
    members = [
        m for m in archive.infolist() if not m.is_dir() and m.filename.lower().endswith((".csv", ".txt", ".tsv"))
    ]
    if len(members) != 1:
        raise FileRefused("archive", f"the archive holds {len(members)} tables; exactly one is expected")
    inner = archive.read(members[0])
    if inner[:2] == GZIP or inner[:4] == ZIP:
        raise FileRefused("archive", "the archive holds another archive; a table is expected")
    return open_table(spec, inner)


def _xlsx(spec: Declared, data: bytes) -> RawTable:
    """Read the first sheet of a workbook; dates and numbers become the text the csv releases carry."""
    try:
        rows = archives.sheet_rows(io.BytesIO(data))
        records = [[from_cell(v) for v in row] for row in rows if any(v is not None for v in row)]
    except archives.TooLarge as error:
        raise FileRefused("too-large", str(error)) from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parser met
        raise FileRefused("unreadable", f"the workbook cannot be read: {error}") from None
    # A workbook does not write the empty cells at the end of a row.
    width = max((len(r) for r in records), default=0)
    records = [r + [""] * (width - len(r)) for r in records if any(r)]
    return _match(spec, records, delimiter=None, complete=True)


def _parquet(spec: Declared, data: bytes) -> RawTable:
    """Read a parquet file: typed there, text here, so that every shape passes the same checks."""
    if data[-4:] != b"PAR1":
        raise FileRefused("truncated", "the parquet file is cut off: its closing mark is absent")
    try:
        labelled = is_synthetic(data)
        scan = pl.scan_parquet(io.BytesIO(data))
        rows, columns = int(scan.select(pl.len()).collect().item()), len(scan.collect_schema())
        if rows * columns > MOST_CELLS:
            raise FileRefused("too-large", f"the file holds {rows:,} rows of {columns:,} columns: more than is read")
        frame = pl.read_parquet(io.BytesIO(data))
        text = frame.with_columns(pl.all().cast(pl.String))
    except FileRefused:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise FileRefused("unreadable", f"the parquet file cannot be read: {error}") from None
    if labelled:
        raise FileRefused("synthetic", "the file says of itself that it is made up: it is no evidence")
    shape_id, shape = shape_of(spec, frame.columns)
    if shape is None:
        raise no_shape(spec, frame.columns)
    refuse_own(frame.columns)
    text = text.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    return RawTable(shape_id, shape, text, frame.height)


def _text(spec: Declared, data: bytes) -> RawTable:
    """Read delimited text."""
    _refuse_long(data)
    head = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<") and any(shape.iati for shape in spec.shapes.values()):
        return open_activities(spec, data)
    if head.startswith(b"<") or b"<html" in head:
        raise FileRefused(
            "html", "this is a web page, not a table", row=None, value=head[:60].decode("ascii", "replace")
        )
    if head.startswith((b"{", b"[")):
        return open_json(spec, data)
    wide = _wide(spec, data)
    if wide is not None:
        return wide
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 1].hex()
        raise FileRefused(
            "encoding",
            f"line {line} holds byte 0x{bad}, which is not UTF-8",
            row=max(line - 1, 0) or None,
            value=f"0x{bad}",
        ) from None
    if "\x00" in text:
        raise FileRefused("encoding", "the file holds zero bytes: it is not UTF-8 text")
    plain = _unquoted(spec, text)
    if plain is not None:
        return plain
    first_failure: FileRefused | None = None
    for delimiter in (",", ";", "\t", "|"):
        records, cut = _records(text, delimiter)
        try:
            table = _match(spec, records, delimiter=delimiter, complete=not cut and data.endswith((b"\n", b"\r")))
        except FileRefused as refused:
            if refused.issue.rule != "shape":
                raise
            first_failure = first_failure or refused
            continue
        if cut:
            raise FileRefused("truncated", "the last quoted field never ends: the file is cut off", row=table.rows_in)
        return table
    raise first_failure or FileRefused("shape", "no known shape")


def _wide(spec: Declared, data: bytes) -> RawTable | None:
    """Read the declared columns alone of a table with thousands of others; None when its first line is of none such.

    A table of 28,000 rows and 2,000 columns held as text whole would take gigabytes.
    """
    shapes = {name: s for name, s in spec.shapes.items() if s.others and s.json_ is None}
    if not shapes:
        return None
    first, _, body = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    header = [h.strip() for h in next(csv.reader([first.decode("utf-8", "replace").rstrip("\r")]), [])]
    shape_id, shape = shape_of(_Some(spec.id, shapes), header)
    if shape is None:
        return None
    wanted = [c for c in header if c in {*shape.columns, *shape.optional}]
    if len(set(header)) < len(header):
        raise FileRefused("columns", "columns appear twice")
    if not body.strip():
        raise FileRefused("truncated", "there is a header and nothing under it")
    if b"\x00" in data:
        raise FileRefused("encoding", "the file holds zero bytes: it is not UTF-8 text")
    if not data.endswith((b"\n", b"\r")):
        raise FileRefused("truncated", "the last line has no end: the file is cut off")
    try:
        frame = pl.read_csv(io.BytesIO(data), columns=wanted, infer_schema=False)
    except Exception as error:  # noqa: BLE001 - a damaged table fails in many ways
        raise FileRefused("truncated", f"the table cannot be read: {' '.join(str(error).split())[:160]}") from None
    text = frame.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    note = Issue("columns", f"{len(header) - len(wanted):,} other columns are not read", weight="note")
    return RawTable(shape_id, shape, text, frame.height, [note])


class _Some:
    """A declaration with some of its shapes."""

    def __init__(self, name: str, shapes: dict[str, Shape]) -> None:
        self.id = name
        self.shapes = shapes


def _refuse_long(data: bytes) -> None:
    """Refuse a line (of JSON: a text) that is longer than any row, before a copy of it is made."""
    head = data[:64].lstrip()[:1]
    if len(data) <= LONGEST or head == b"<":
        return
    mark, what = (b'"', "text") if head in (b"{", b"[") else (b"\n", "line")
    marks = data.count(mark)
    if what == "line" and marks > MOST_LINES:
        raise FileRefused("too-long", f"the file has {marks:,} lines; {MOST_LINES:,} are read")
    start, number = 0, 0
    while len(data) - start > LONGEST:
        end = data.find(mark, start)
        number += 1
        if (end if end >= 0 else len(data)) - start > LONGEST:
            raise FileRefused("too-long", f"{what} {number:,} has more than {LONGEST:,} bytes: no row is that long")
        start = end + 1


def _unquoted(spec: Declared, text: str) -> RawTable | None:
    """Read lines of a shape whose fields are never quoted; None when the first line has another number of fields."""
    first = text.partition("\n")[0].rstrip("\r")
    for shape_id, shape in spec.shapes.items():
        for delimiter in shape.delimiters if shape.unquoted else ():
            if len(first.split(delimiter)) == len(shape.columns):
                lines = (line.rstrip("\r") for line in text.split("\n"))
                records = [line.split(delimiter) for line in lines if line]
                at = 0 if shape.headerless else 1
                header = shape.columns if shape.headerless else records[0]
                return _build(shape_id, shape, header, records[at:], text.endswith("\n"))
    return None


def _records(text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    """Return the records and whether the text ended inside a quoted field. Quoted fields may hold line breaks."""
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if any(record):
                records.append(record)
    except csv.Error as error:
        return records, "end of data" in str(error) or bool(records)
    return records, False


def _match(spec: Declared, records: list[list[str]], *, delimiter: str | None, complete: bool) -> RawTable:
    """Find the header among the first records and build the table under it."""
    found = ((i, *shape_of(spec, record)) for i, record in enumerate(records[:HEADER_WITHIN]))
    at, shape_id, shape = next((f for f in found if f[2] is not None), (0, "", None))
    if shape is None:
        bare = _headerless(spec, records, delimiter)
        if bare is None:
            raise no_shape(spec, records[0] if records else [])
        return _build(*bare, bare[1].columns, records, complete)
    if delimiter is not None and delimiter not in shape.delimiters:
        said = " or ".join(repr(d) for d in shape.delimiters)
        raise FileRefused(
            "delimiter", f"fields are separated by {delimiter!r}; {spec.id} expects {said}", value=delimiter
        )
    body = records[at + 1 :]
    if shape.hxl_row and body and (row_at(body[:1]) == 0 or sum(v.startswith("#") for v in body[0]) >= 3):
        body = body[1:]
    return _build(shape_id, shape, records[at], body, complete)


def _build(shape_id: str, shape: Shape, header: list[str], body: list[list[str]], complete: bool) -> RawTable:
    """Line records up under the header; ragged ones are quarantined, a ragged or unended last one is a cut file."""
    if not body:
        raise FileRefused("empty", "there is a header and nothing under it")
    names = [h.strip() for h in header]
    issues: list[Issue] = []
    good: list[list[str]] = []
    numbers: list[int] = []
    aside: dict[int, list[str]] = {}
    for number, record in enumerate(body, start=1):
        if len(record) == len(names):
            good.append(record)
            numbers.append(number)
        elif number == len(body):
            raise FileRefused(
                "truncated",
                f"the last record has {len(record)} of {len(names)} fields: the file is cut off",
                row=number,
            )
        else:
            issues.append(Issue("ragged", f"{len(record)} fields where {len(names)} are expected", number))
            aside[number] = record
    if not complete:
        aside[numbers[-1]] = good.pop()
        issues.append(Issue("truncated", "the last line has no end: its last value may be cut", numbers.pop()))
    doubled = sorted({n for n in names if n and names.count(n) > 1})
    if doubled:
        raise FileRefused("columns", f"columns appear twice: {', '.join(doubled)}", column=doubled[0])
    refuse_own(names)
    columns = {name or f"_empty{i}": [r[i] for r in good] for i, name in enumerate(names)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.Series(ROW, numbers, dtype=pl.Int64)
    )
    blank = [c for c in frame.columns if c.startswith("_empty") and not (frame[c].str.strip_chars() != "").any()]
    placed = {number: _placed(record, list(columns)) for number, record in aside.items()}
    return RawTable(shape_id, shape, frame.drop(blank), len(body), issues, aside=placed)


def _placed(record: list[str], names: list[str]) -> dict[str, str]:
    """Return the fields of a line by the column at their place; those beyond the last column are numbered."""
    beyond = [f"_beyond{n}" for n in range(1, len(record) - len(names) + 1)]
    return dict(zip([*names, *beyond], record, strict=False))


def _headerless(spec: Declared, records: list[list[str]], delimiter: str | None) -> tuple[str, Shape] | None:
    """Return the shape without a header that has as many columns as the first record; None when there is none."""
    for shape_id, shape in spec.shapes.items():
        if shape.headerless and records and len(records[0]) == len(shape.columns) and delimiter in shape.delimiters:
            return shape_id, shape
    return None
