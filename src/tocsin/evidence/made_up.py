"""The label of made-up events: written into the files themselves, and looked for at every door.

A file that says it is synthetic is for measuring engines. No reader takes it, the store keeps none of it, and no
result of it can reach a run, the register or a page.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tocsin.core.errors import Refused

KEY = "tocsin.synthetic"
VALUE = "made up by a generator for measuring engines; it says nothing of the world"


def is_synthetic(file: Path | bytes) -> bool:
    """Tell whether a Parquet file says of itself that it is made up. Raises what Polars raises for no Parquet file."""
    return KEY in pl.read_parquet_metadata(io.BytesIO(file) if isinstance(file, bytes) else file)


def refuse_synthetic(files: Iterable[Path]) -> None:
    """Raise Refused when one of the files is labelled as made up."""
    for file in files:
        if is_synthetic(file):
            raise Refused(
                "The file says of itself that its events are made up: it may not be counted as evidence",
                where=str(file),
                todo="Take it out of the store; only benchmarks/scale.py may read it",
            )
