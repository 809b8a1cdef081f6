"""One pass over a text before any of it is taken for a table: is it UTF-8, whole, and of lines that rows may have?"""

from __future__ import annotations

import codecs
from typing import BinaryIO

from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.part import BLOCK

LONGEST = 10_000_000
"""Bytes in one field, and in one line: a field of a hundred megabytes is no value of any publisher."""
MOST_LINES = 5_000_000
MOST_COLUMNS = 50_000
"""Marks of one kind between the columns of the first line: ten times what the widest table known here has."""


class Lengths:
    """Refuses a text with a line (of JSON: a text) that is longer than any row, before a copy of it is made."""

    def __init__(self, mark: bytes, what: str) -> None:
        self._mark, self._what = mark, what
        self.size = self.marks = self._since = 0

    def look(self, block: bytes) -> None:
        """Look at the next bytes. Raises FileRefused."""
        first = block.find(self._mark)
        since = self._since + (first if first >= 0 else len(block))
        if since > LONGEST:
            said = f"{self._what} {self.marks + 1:,} has more than {LONGEST:,} bytes: no row is that long"
            raise FileRefused("too-long", said)
        self._since = since if first < 0 else len(block) - block.rfind(self._mark) - 1
        self.size += len(block)
        self.marks += block.count(self._mark)
        if self.size > LONGEST and self._what == "line" and self.marks > MOST_LINES:
            raise FileRefused("too-long", f"the file has more than {MOST_LINES:,} lines; that many are read")


def long_texts(file: BinaryIO) -> None:
    """Refuse JSON with a text that is longer than any value."""
    lengths = Lengths(b'"', "text")
    while block := file.read(BLOCK):
        lengths.look(block)


def delimited(file: BinaryIO) -> bytes:
    """Return the last byte of delimited text.

    Raises FileRefused when it is empty, has a line that is too long, too many lines or columns, is not UTF-8, or
    holds zero bytes.
    """
    lengths, decoder = Lengths(b"\n", "line"), codecs.getincrementaldecoder("utf-8")()
    last, zero, filled = b"", False, False
    while True:
        block = file.read(BLOCK)
        lines = lengths.marks
        lengths.look(block)
        if not last and (wide := max(block.partition(b"\n")[0].count(mark) for mark in b",;\t|")) > MOST_COLUMNS:
            raise FileRefused("too-large", f"the first line has {wide:,} columns or more; {MOST_COLUMNS:,} are read")
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start) + 1
            bad = error.object[error.start : error.start + 1].hex()
            said = f"line {line} holds byte 0x{bad}, which is not UTF-8"
            raise FileRefused("encoding", said, row=max(line - 1, 0) or None, value=f"0x{bad}") from None
        zero = zero or b"\x00" in block
        filled = filled or (not block.isspace() and bool(block))
        if not block:
            break
        last = block[-1:]
    if not filled:
        raise FileRefused("empty", "the file is empty")
    if zero:
        raise FileRefused("encoding", "the file holds zero bytes: it is not UTF-8 text")
    return last
