"""Polars, streaming: for whoever has the frames open in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import narwhals as nw
import polars as pl

from tocsin.evidence.engines.step import Rows, Step


def run(files: Sequence[Path], step: Step, *, master: str = "", threads: int | None = None) -> Rows:
    """Run the step over Parquet files. ``master`` has no meaning here; POLARS_MAX_THREADS says how many threads."""
    result = nw.to_native(step(nw.from_native(pl.scan_parquet(list(files))))).collect(engine="streaming")
    return result.columns, result.rows()
