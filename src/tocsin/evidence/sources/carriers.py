"""What a table is packed in, told by its first bytes: gzip, an archive with one table, a workbook, Parquet.

Whatever it is comes out as text that can be opened anew and read piece by piece; nothing is unpacked whole.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from tocsin.core import archives
from tocsin.core.words import from_cell
from tocsin.evidence.made_up import is_synthetic
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.part import Part

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
MOST_CELLS = 20_000_000
"""In a Parquet file, which packs a thousand equal values into some bytes."""
AT_A_TIME = 400_000
"""Cells of a Parquet file that are text at once."""
ENDINGS = (".csv", ".txt", ".tsv")
UNREADABLE = (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, RuntimeError, ValueError)
"""What an archive raises that is cut, damaged, locked by a password or packed in a way that Python does not know."""


@dataclass(frozen=True)
class Text:
    """A text of unknown size: ``open`` reads it from its beginning, as often as it is called."""

    open: Callable[[], BinaryIO]

    def head(self, most: int) -> bytes:
        """Return its first bytes."""
        with self.open() as file:
            return file.read(most)


@dataclass(frozen=True)
class Sheet:
    """The rows of a workbook's first sheet as text, as CSV; ``width`` is how many cells the longest has."""

    width: int
    rows: bytes

    def records(self) -> Iterator[list[str]]:
        """Yield the rows, all of one length: a workbook does not write the empty cells at the end of a row."""
        text = io.TextIOWrapper(io.BytesIO(self.rows), encoding="utf-8", errors="surrogatepass", newline="")
        for record in csv.reader(text):
            yield record + [""] * (self.width - len(record))


class _Flow(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, room: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the next piece goes."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(room)]
        room[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def gzipped(part: Part) -> Text:
    """Return what a gzip file holds. Raises FileRefused, while it is read, when it is cut, damaged or too large."""
    # What packs more than a hundredfold is no table: no more than that is ever unpacked.
    limit = min(archives.MOST_UNPACKED, max(archives.FROM, archives.MOST_TIMES * part.size))

    def pieces() -> Iterator[bytes]:
        with part.open() as file:
            try:
                yield from archives.pieces(file, limit)
            except zlib.error as error:
                raise FileRefused("truncated", f"the archive is damaged: {error}") from None
            except archives.TooLarge as error:
                raise FileRefused("too-large", f"{error}, far more than a table would") from None
            except EOFError as error:
                raise FileRefused("truncated", str(error)) from None

    return _no_archive(Text(lambda: io.BufferedReader(_Flow(pieces()))))


def zipped(part: Part) -> Text | Sheet:
    """Return the sheet of a workbook, or the one table inside an archive, within limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(part.held) if isinstance(part.held, bytes) else part.held)
        archives.fits(archive)
        if archive.testzip() is not None:
            raise FileRefused("truncated", "the archive does not match its own checksums")
    except archives.TooLarge as error:
        raise FileRefused("too-large", str(error)) from None
    except UNREADABLE as error:
        raise FileRefused("truncated", f"the archive is cut off or damaged: {error}") from None
    if "xl/workbook.xml" in archive.namelist():
        return _sheet(part)
    members = [m for m in archive.infolist() if not m.is_dir() and m.filename.lower().endswith(ENDINGS)]
    if len(members) != 1:
        raise FileRefused("archive", f"the archive holds {len(members)} tables; exactly one is expected")
    return _no_archive(Text(lambda: archive.open(members[0])))  # type: ignore[arg-type,return-value]


def _no_archive(text: Text) -> Text:
    head = text.head(4)
    if head[:2] == GZIP or head in (ZIP, PARQUET):
        raise FileRefused("archive", "the archive holds another archive; a table is expected")
    return text


def _sheet(part: Part) -> Sheet:
    """Read the first sheet of a workbook; dates and numbers become the text the csv releases carry."""
    body, width = io.BytesIO(), 0
    text = io.TextIOWrapper(body, encoding="utf-8", errors="surrogatepass", newline="")
    rows = csv.writer(text)
    try:
        with part.open() as file:
            for row in archives.sheet_rows(file):
                if any(v is not None for v in row):
                    cells = [from_cell(v) for v in row]
                    width = max(width, len(cells))
                    if any(cells):
                        rows.writerow(cells)
    except archives.TooLarge as error:
        raise FileRefused("too-large", str(error)) from None
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parser met
        raise FileRefused("unreadable", f"the workbook cannot be read: {error}") from None
    text.flush()
    return Sheet(width, body.getvalue())


def parquet(part: Part) -> Iterator[pl.DataFrame]:
    """Yield the records of a Parquet file some at a time: typed there, text here, as every other table is.

    Raises FileRefused when it is cut, cannot be read, is too large, or says of itself that it is made up.
    """
    with part.open() as file:
        file.seek(-4, io.SEEK_END)
        if file.read() != PARQUET:
            raise FileRefused("truncated", "the parquet file is cut off: its closing mark is absent")
    source = part.held if not isinstance(part.held, bytes) else io.BytesIO(part.held)
    try:
        labelled = is_synthetic(part.held)
        scan = pl.scan_parquet(source)
        rows, columns = int(scan.select(pl.len()).collect().item()), len(scan.collect_schema())
        if rows * columns > MOST_CELLS:
            raise FileRefused("too-large", f"the file holds {rows:,} rows of {columns:,} columns: more than is read")
        if labelled:
            raise FileRefused("synthetic", "the file says of itself that it is made up: it is no evidence")
        many = max(1, AT_A_TIME // max(1, columns))
        size = 0
        for first in range(0, max(rows, 1), many):
            frame = scan.slice(first, many).collect().with_columns(pl.all().cast(pl.String))
            # One long text in a thousand rows is there once, until each row is looked at.
            size += sum(int(column.str.len_bytes().sum()) for column in frame)
            if size > archives.MOST_UNPACKED:
                said = f"the file unpacks to more than {archives.MOST_UNPACKED:,} bytes of text"
                raise FileRefused("too-large", said)
            yield frame
    except (FileRefused, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise FileRefused("unreadable", f"the parquet file cannot be read: {error}") from None
