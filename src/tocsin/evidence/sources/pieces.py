"""The records of a table in pieces: small tables as they are, large ones packed into a nameless file, so that no column
but the one that is read is in memory.

A yearly release of events has 400,000 rows of 49 columns: 900 megabytes of text as columns, 50 packed. The file has no
name from the beginning (``tempfile.TemporaryFile``): nothing of it is left, however the program ends.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import IO

import polars as pl

from tocsin.evidence.sources.issues import FileRefused

PIECE = 8_000_000
"""Bytes of text from which on it is packed."""
MOST_PACKED = 1_000_000_000
"""Bytes of all packed pieces of one table."""


class Pieces:
    """Records under named columns, in their order. A column that a piece lacks is null there."""

    def __init__(self, frames: Iterable[pl.DataFrame] = ()) -> None:
        self.schema: dict[str, pl.DataType] = {}
        self.height = 0
        self._file: IO[bytes] | None = None
        self._packed: list[tuple[int, int]] = []
        """Where each packed piece begins in the file, and how many bytes it has."""
        self._held: list[pl.DataFrame] = []
        self._size = 0
        for frame in frames:
            self.add(frame)

    @property
    def columns(self) -> list[str]:
        """The names of all columns, in the order in which they were first met."""
        return list(self.schema)

    def add(self, frame: pl.DataFrame) -> None:
        """Put records behind the others. Raises FileRefused when there are more than are read."""
        for name, kind in frame.schema.items():
            self.schema.setdefault(name, kind)
        self.height += frame.height
        self._held.append(frame)
        self._size += int(frame.estimated_size())
        if self._size >= PIECE:
            self._pack()

    def _pack(self) -> None:
        """Pack what is held into the file."""
        out = io.BytesIO()
        pl.concat(self._held, how="diagonal").write_parquet(out, compression="zstd", compression_level=1)
        self._held, self._size = [], 0
        self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - it is read as long as the table is
        at = self._file.seek(0, os.SEEK_END)
        self._packed.append((at, self._file.write(out.getbuffer())))
        if at > MOST_PACKED:
            raise FileRefused("too-large", f"the table takes more than {MOST_PACKED:,} bytes, packed: no table does")

    def _piece(self, where: tuple[int, int]) -> bytes:
        assert self._file is not None
        self._file.seek(where[0])
        return self._file.read(where[1])

    def extend(self, other: Pieces, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Put the records of another table behind these, each piece of it changed."""
        for frame in other.frames():
            self.add(change(frame))

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the records piece by piece, each with all columns."""
        yield from (self._whole(pl.read_parquet(self._piece(where))) for where in self._packed)
        if self._held:
            yield self._whole(self._held[0] if len(self._held) == 1 else pl.concat(self._held, how="diagonal"))

    def frame(self) -> pl.DataFrame:
        """Return all records at once: of a large table more than a small machine may have."""
        found = list(self.frames())
        return pl.concat(found) if found else pl.DataFrame(schema=self.schema)

    def column(self, name: str) -> pl.Series:
        """Return one column."""
        pieces = map(self._piece, self._packed)
        parts = [pl.read_parquet(data, columns=self._there(data, name)) for data in pieces]
        found = [self._of(part, name) for part in (*parts, *self._held)]
        return pl.concat(found) if found else pl.Series(name, [], dtype=self.schema[name])

    def rows(self, key: str, wanted: Collection[int]) -> pl.DataFrame:
        """Return the records whose ``key`` is one of a few numbers."""
        few = pl.Series(sorted(wanted), dtype=pl.Int64).implode()
        found = [frame.filter(pl.col(key).is_in(few)) for frame in self.frames()]
        return pl.concat(found) if found else pl.DataFrame(schema=self.schema)

    def marks(self, but: str) -> pl.DataFrame:
        """Return two hashes of each record, one column aside: records are the same when both are."""
        found = [
            pl.DataFrame([f.drop(but).hash_rows(seed=n).alias(str(n)) for n in (1, 2)]) for f in self.frames()
        ]  # fmt: skip
        return pl.concat(found) if found else pl.DataFrame(schema={"1": pl.UInt64, "2": pl.UInt64})

    def changed(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Pieces:
        """Return the records with each piece of them changed."""
        return Pieces(change(frame) for frame in self.frames())

    def with_rows(self, added: pl.DataFrame, key: str) -> Pieces:
        """Return the records with some more, each where its number belongs; those that are there are in order."""
        whole, left = Pieces(), added.sort(key)
        for frame in self.frames():
            last = frame[key].max()
            whole.add(pl.concat([frame, left.filter(pl.col(key) < last)]).sort(key))
            left = left.filter(pl.col(key) > last)
        whole.add(left)
        return whole

    def drop(self, names: Iterable[str]) -> None:
        """Leave columns out."""
        for name in names:
            self.schema.pop(name, None)

    def copy(self) -> Pieces:
        """Return the same records for somebody who lets them go, or puts others behind them."""
        other = Pieces()
        other.schema, other.height, other._size = dict(self.schema), self.height, self._size
        other._file, other._packed, other._held = self._file, [*self._packed], [*self._held]
        return other

    def forget(self) -> None:
        """Let the records go; how many they were, and under which columns, stays known."""
        self._packed, self._held, self._file = [], [], None

    def _there(self, data: bytes, name: str) -> list[str]:
        """Return the column to read of a piece: any, for its height, when it lacks the one that is asked for."""
        have = list(pl.read_parquet_schema(io.BytesIO(data)))
        return [name] if name in have else have[-1:]

    def _of(self, frame: pl.DataFrame, name: str) -> pl.Series:
        return frame[name] if name in frame.columns else pl.Series(name, [None] * frame.height, dtype=self.schema[name])

    def _whole(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a piece with every column of the table and no other, in the table's order."""
        if frame.columns == self.columns:
            return frame
        return frame.select(
            pl.col(name) if name in frame.columns else pl.lit(None, dtype=kind).alias(name)
            for name, kind in self.schema.items()
        )
