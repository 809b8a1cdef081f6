"""Archives that unpack to far more than they are: told by what they say of themselves, before anything is unpacked.

A table packs to a tenth or a fiftieth of its size. What packs a thousandfold is made to fill a machine.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

MOST_UNPACKED = 400_000_000
MOST_WORKBOOK, MOST_STRINGS = 200_000_000, 40_000_000
"""Bytes of a workbook's parts, and of the texts that its cells share, all of which are in memory at once."""
MOST_MEMBERS = 5_000
MOST_TIMES, FROM = 100, 10_000_000
"""More than so many times its packed size, from so many bytes on, is no table."""
MOST_CELLS, MOST_EMPTY_ROWS = 20_000_000, 10_000
MOST_COLUMNS = 16_384
SHEETS = "xl/worksheets/"
MOST_STREAMS, PIECE = 20_000, 65_536
"""Members of one gzip file, and the bytes looked at at once: many small members must not cost a copy of all each."""


class TooLarge(Exception):
    """The archive unpacks to more than is read; says to how much, in words."""


def fits(archive: zipfile.ZipFile, most: int = MOST_UNPACKED) -> None:
    """Raise TooLarge when what an archive holds is too much, by its own list. Nothing is unpacked."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise TooLarge(f"the archive holds {len(members):,} files; {MOST_MEMBERS:,} are looked at")
    size, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    held(size, packed, most)


def held(size: int, packed: int, most: int = MOST_UNPACKED) -> None:
    """Raise TooLarge for an unpacked size that is too much, or too much for so few packed bytes."""
    if size > most:
        raise TooLarge(f"the archive unpacks to {size:,} bytes; {most:,} are read")
    if size > FROM and size > MOST_TIMES * packed:
        raise TooLarge(
            f"the archive unpacks to {size:,} bytes, {size // max(packed, 1):,} times its size: no table does"
        )


def streams(data: bytes, most: int, wbits: int = 31) -> bytes:
    """Return what all members of a gzip file hold, one after another. Raises as ``pieces``."""
    return b"".join(pieces(io.BytesIO(data), most, wbits))


def pieces(file: BinaryIO, most: int, wbits: int = 31) -> Iterator[bytes]:
    """Yield what all members of a gzip file hold, one after another, as it is unpacked.

    Raises TooLarge at more than ``most`` bytes or too many members, EOFError when it is cut off, and zlib.error when it
    is damaged or goes on with what is no member.
    """
    size = members = 0
    left = file.read(PIECE)
    while left:
        members += 1
        if members > MOST_STREAMS:
            raise TooLarge(f"the archive has more than {MOST_STREAMS:,} members")
        engine = zlib.decompressobj(wbits=wbits)
        while not engine.eof:
            if not left:
                raise EOFError("the archive is cut off")
            unpacked = engine.decompress(left, PIECE * 16)
            size += len(unpacked)
            if size > most:
                raise TooLarge(f"the archive unpacks to more than {most:,} bytes")
            yield unpacked
            left = engine.unconsumed_tail or engine.unused_data or file.read(PIECE)


def sheet_rows(file: Path | IO[bytes], most: int | None = None) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a workbook's first sheet, without those that are wholly empty at its end.

    Raises TooLarge when the workbook unpacks to too much or its sheet has too many cells, BadZipFile when it is none,
    and whatever openpyxl raises for a damaged one.
    """
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    with zipfile.ZipFile(file) as archive:
        fits(archive, MOST_WORKBOOK)
        shared = sum(m.file_size for m in archive.infolist() if not m.filename.startswith(SHEETS))
    if shared > MOST_STRINGS:
        raise TooLarge(f"the workbook has {shared:,} bytes beside its sheets; {MOST_STRINGS:,} are read")
    sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
    # The size that a workbook declares may be smaller than what it holds, or vastly larger; what is there counts.
    sheet.reset_dimensions()
    cells = empty = 0
    for row in sheet.iter_rows(values_only=True, max_row=most):
        cells += len(row)
        empty = empty + 1 if not any(v is not None for v in row) else 0
        if cells > MOST_CELLS or empty > MOST_EMPTY_ROWS or len(row) > MOST_COLUMNS:
            raise TooLarge("the sheet has more rows and columns than any table here, or a row far below the others")
        yield row
