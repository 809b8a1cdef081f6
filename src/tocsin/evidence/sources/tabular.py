"""From bytes to one table of text: encoding, delimiter, header, truncation. Every source reads through here.

Values stay text and nothing is guessed: a shape declared in ``source.yml`` says which columns and delimiters it
has, and what does not fit one is refused with the row and the rule. Text is read line by line and laid down in pieces
(``pieces``): a table of hundreds of megabytes is never in memory as text.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

import polars as pl

from tocsin.evidence.sources import carriers, scan
from tocsin.evidence.sources.activity_files import open_activities
from tocsin.evidence.sources.answers import open_json
from tocsin.evidence.sources.carriers import Text
from tocsin.evidence.sources.hxl import row_at
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.part import Part
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.raw import ROW, Declared, RawTable, no_shape, refuse_own, shape_of
from tocsin.evidence.sources.spec import Shape

HEADER_WITHIN = 10
HEAD = 2000
AT_A_TIME = 2048
"""Records that are lists of text at once."""
MOST_ASIDE = 20_000
"""Lines that do not fit the header, of which each is kept to be mended: with more of them it is another header."""

csv.field_size_limit(scan.LONGEST)


def open_table(spec: Declared, data: bytes | Part) -> RawTable:
    """Read one file into text columns.

    Raises FileRefused when it is empty, a web page, not UTF-8, cut off, or of no declared shape.
    """
    part = Part("", data) if isinstance(data, bytes) else data
    head = part.head(4)
    if head == carriers.PARQUET:
        return _parquet(spec, part)
    if head[:2] == carriers.GZIP:
        return _text(spec, carriers.gzipped(part))
    if head == carriers.ZIP:
        inside = carriers.zipped(part)
        if isinstance(inside, Text):
            return _text(spec, inside)
        return _match(spec, inside.records(), delimiter=None, complete=lambda: True)
    return _text(spec, Text(part.open))


def _parquet(spec: Declared, part: Part) -> RawTable:
    """Read a Parquet file, so that every shape passes the same checks."""
    frames = carriers.parquet(part)
    first = next(frames)
    shape_id, shape = shape_of(spec, first.columns)
    if shape is None:
        raise no_shape(spec, first.columns)
    refuse_own(first.columns)
    pieces = Pieces()
    for frame in chain([first], frames):
        text = frame.with_row_index(ROW, offset=pieces.height + 1)
        pieces.add(text.with_columns(pl.col(ROW).cast(pl.Int64)))
    return RawTable(shape_id, shape, pieces, pieces.height)


def _text(spec: Declared, text: Text) -> RawTable:
    """Read a text: delimited, or JSON or XML where the source has a shape of that."""
    head = text.head(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<") and any(shape.iati for shape in spec.shapes.values()):
        with text.open() as file:
            return open_activities(spec, file)
    if head.startswith(b"<") or b"<html" in head:
        said = "this is a web page, not a table"
        raise FileRefused("html", said, row=None, value=head[:60].decode("ascii", "replace"))
    if head.startswith((b"{", b"[")):
        with text.open() as file:
            scan.long_texts(file)
        with text.open() as file:
            return open_json(spec, file.read())
    with text.open() as file:
        ended = scan.delimited(file) in (b"\n", b"\r")
    plain = _unquoted(spec, text, ended=ended)
    if plain is not None:
        return plain
    first_failure: FileRefused | None = None
    for delimiter in (",", ";", "\t", "|"):
        records = _Records(text, delimiter)
        try:
            table = _match(spec, records, delimiter=delimiter, complete=lambda: ended and not records.cut)  # noqa: B023
        except FileRefused as refused:
            if refused.issue.rule != "shape":
                raise
            first_failure = first_failure or refused
            continue
        if records.cut:
            raise FileRefused("truncated", "the last quoted field never ends: the file is cut off", row=table.rows_in)
        return table
    raise first_failure or FileRefused("shape", "no known shape")


def _lines(text: Text, newline: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(text.open(), encoding="utf-8-sig", newline=newline)


def _unquoted(spec: Declared, text: Text, *, ended: bool) -> RawTable | None:
    """Read lines of a shape whose fields are never quoted; None when the first line has another number of fields."""
    shapes = [(shape_id, shape) for shape_id, shape in spec.shapes.items() if shape.unquoted]
    if not shapes:
        return None
    with _lines(text, "\n") as file:
        lines = (line.rstrip("\n").rstrip("\r") for line in file)
        first = next(lines, "")
        for shape_id, shape in shapes:
            for delimiter in shape.delimiters:
                if len(first.split(delimiter)) == len(shape.columns):
                    records = (line.split(delimiter) for line in chain([first], lines) if line)
                    header = shape.columns if shape.headerless else next(records)
                    return _build(shape_id, shape, header, records, lambda: ended)
    return None


class _Records:
    """The records of delimited text. Quoted fields may hold line breaks; ``cut`` when the text ended inside one."""

    def __init__(self, text: Text, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self.cut = False

    def __iter__(self) -> Iterator[list[str]]:
        met = False
        with _lines(self._text, "") as lines:
            try:
                for record in csv.reader(lines, delimiter=self._delimiter, strict=True):
                    if any(record):
                        met = True
                        yield record
            except csv.Error as error:
                self.cut = met or "end of data" in str(error)


def _match(
    spec: Declared, records: Iterable[list[str]], *, delimiter: str | None, complete: Callable[[], bool]
) -> RawTable:
    """Find the header among the first records and build the table under it."""
    every = iter(records)
    top = list(islice(every, HEADER_WITHIN))
    found = ((i, *shape_of(spec, record)) for i, record in enumerate(top))
    at, shape_id, shape = next((f for f in found if f[2] is not None), (0, "", None))
    if shape is None:
        bare = _headerless(spec, top, delimiter)
        if bare is None:
            raise no_shape(spec, top[0] if top else [])
        return _build(*bare, bare[1].columns, chain(top, every), complete)
    if delimiter is not None and delimiter not in shape.delimiters:
        said = " or ".join(repr(d) for d in shape.delimiters)
        raise FileRefused(
            "delimiter", f"fields are separated by {delimiter!r}; {spec.id} expects {said}", value=delimiter
        )
    body = chain(top[at + 1 :], every)
    if shape.hxl_row:
        under = list(islice(body, 1))
        tags = bool(under) and (row_at(under) == 0 or sum(v.startswith("#") for v in under[0]) >= 3)
        body = body if tags else chain(under, body)
    return _build(shape_id, shape, top[at], body, complete)


def _build(
    shape_id: str, shape: Shape, header: list[str], body: Iterable[list[str]], complete: Callable[[], bool]
) -> RawTable:
    """Line records up under the header; ragged ones are quarantined, a ragged or unended last one is a cut file."""
    laid = _Laid([h.strip() for h in header], shape)
    number, last = 0, None
    for number, record in enumerate(body, start=1):
        if last is not None:
            laid.put(number - 1, last)
        last = record
    if last is None:
        raise FileRefused("empty", "there is a header and nothing under it")
    width = len(header)
    if len(last) != width:
        said = f"the last record has {len(last)} of {width} fields: the file is cut off"
        raise FileRefused("truncated", said, row=number)
    if complete():
        laid.put(number, last)
    else:
        laid.aside(number, last, "truncated", "the last line has no end: its last value may be cut")
    return laid.table(shape_id, number)


class _Laid:
    """Records as they are laid down under a header, and the lines that do not fit it."""

    def __init__(self, names: list[str], shape: Shape) -> None:
        doubled = sorted(n for n, times in Counter(names).items() if n and times > 1)
        if doubled:
            raise FileRefused("columns", f"columns appear twice: {', '.join(doubled)}", column=doubled[0])
        refuse_own(names)
        self._shape, self._names = shape, [name or f"_empty{i}" for i, name in enumerate(names)]
        # A table of 28,000 rows and 4,000 columns, of which forty are read, is not laid down whole.
        known = {*shape.columns, *shape.optional}
        self._kept = [i for i, n in enumerate(names) if not shape.others or n in known]
        self._blank = {self._names[i] for i in self._kept if not names[i]}
        self._records: list[list[str]] = []
        self._numbers: list[int] = []
        self._pieces = Pieces()
        self._issues: list[Issue] = []
        self._aside: dict[int, dict[str, str]] = {}

    def put(self, number: int, record: list[str]) -> None:
        """Lay a record down. Raises FileRefused when too many do not fit."""
        width = len(self._names)
        if len(record) != width:
            self.aside(number, record, "ragged", f"{len(record)} fields where {width} are expected")
            return
        self._records.append(record)
        self._numbers.append(number)
        if len(self._records) == AT_A_TIME:
            self._lay()

    def aside(self, number: int, record: list[str], rule: str, said: str) -> None:
        """Lay a record aside, with what is wrong with it."""
        if len(self._aside) == MOST_ASIDE:
            raise FileRefused("ragged", f"more than {MOST_ASIDE:,} lines do not fit the header", row=number)
        self._issues.append(Issue(rule, said, number))
        self._aside[number] = _placed(record, self._names)

    def _lay(self) -> None:
        columns = {self._names[i]: [r[i] for r in self._records] for i in self._kept}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
            pl.Series(ROW, self._numbers, dtype=pl.Int64)
        )
        self._blank -= {c for c in self._blank if (frame[c].str.strip_chars() != "").any()}
        self._pieces.add(frame)
        self._records, self._numbers = [], []

    def table(self, shape_id: str, rows_in: int) -> RawTable:
        """Return what was laid down."""
        self._lay()
        self._pieces.drop(self._blank)
        kept = set(self._kept)
        beside = tuple(name for i, name in enumerate(self._names) if i not in kept)
        if beside:
            self._issues.append(Issue("columns", f"{len(beside):,} other columns are not read", weight="note"))
        return RawTable(shape_id, self._shape, self._pieces, rows_in, self._issues, aside=self._aside, beside=beside)


def _placed(record: list[str], names: list[str]) -> dict[str, str]:
    """Return the fields of a line by the column at their place; those beyond the last column are numbered."""
    beyond = [f"_beyond{n}" for n in range(1, len(record) - len(names) + 1)]
    return dict(zip([*names, *beyond], record, strict=False))


def _headerless(spec: Declared, records: Sequence[list[str]], delimiter: str | None) -> tuple[str, Shape] | None:
    """Return the shape without a header that has as many columns as the first record; None when there is none."""
    for shape_id, shape in spec.shapes.items():
        if shape.headerless and records and len(records[0]) == len(shape.columns) and delimiter in shape.delimiters:
            return shape_id, shape
    return None
