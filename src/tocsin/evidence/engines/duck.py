"""DuckDB, the default engine: one machine, no server, memory bounded.

The result is taken as rows. narwhals' own ``collect`` would hand it over by Arrow, which needs PyArrow; a place-month
table is small, so rows cost nothing (ADR 0039).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import narwhals as nw

from tocsin.evidence.engines.step import Rows, Step

MEMORY_LIMIT = "700MB"
"""What DuckDB may hold before it writes to disk: leaves room for Python within a gigabyte."""


def run(files: Sequence[Path], step: Step, *, master: str = "", threads: int | None = None) -> Rows:
    """Run the step over Parquet files. ``master`` has no meaning here."""
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY_LIMIT}
    if threads:
        config["threads"] = threads
    with duckdb.connect(config=config) as connection:
        # Rows need no order here, and keeping one would hold every row group back.
        connection.execute("SET preserve_insertion_order = false")
        events = connection.read_parquet([str(f) for f in files])
        result = nw.to_native(step(nw.from_native(events)))
        return result.columns, result.fetchall()
