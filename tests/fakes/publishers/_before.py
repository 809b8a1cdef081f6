"""What is in force before a simulated publisher is asked, where its few records would be too few beside the bundled."""

from __future__ import annotations

import polars as pl

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.evidence.store.files import parquet_bytes, sha256, write_bytes, write_json

SCHEMA = {"place_id": pl.String, "year": pl.Int32, "indicator": pl.String, "value": pl.Float64}


def stands(ctx: Context, source_id: str, rows: list[tuple[str, int, str, float]]) -> None:
    """Put a load of country-years in force, as an earlier one of the same publisher would have."""
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("indicator", "place_id", "year")
    body = parquet_bytes(table)
    folder = ctx.settings.store / source_id / "loads" / "2026-01-01T000000Z-000000-0000000000"
    write_bytes(folder / "country_year.parquet", body)
    entry = {"path": "country_year.parquet", "rows": table.height, "sha256": sha256(body)}
    record = {"source": source_id, "release": "before", "retrieved_at": iso(ctx.now()), "sha256": "0" * 64}
    write_json(folder / "load.json", {**record, "tables": {"country_year": entry}, "by": "test", "quarantined": 0})
