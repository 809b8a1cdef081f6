"""Mass killing apart from conflict: what followed, in past rolling records, where the two risks go together or part.

Counts of country-years with exact 90% intervals; rows are taken as independent, which country-years are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from tocsin.evidence.forecast.profiles import exact

FIGHTING = {True: "25 or more state-based deaths in the base year", False: "fewer than 25, or none"}
QUARTERS = {
    (True, True): "both risks at or over their base rates",
    (True, False): "mass-killing risk over, conflict risk under its base rate",
    (False, True): "conflict risk over, mass-killing risk under its base rate",
    (False, False): "both under",
}


def conditional(record: pl.DataFrame, conflict: pl.DataFrame, base_rates: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return how often an onset followed within two years, by fighting in the base year and by quarter of the quadrant.

    ``record`` and ``conflict`` are rolling records (``forecast.record``, ``conflict_record``); only rows in both whose
    two years are over count. Base rates ``onset`` and ``conflict`` are today's, as on the axes.
    """
    both = record.select("place_id", "base_year", "p", "onset_within").join(
        conflict.select("place_id", "base_year", "fighting", p_conflict="p"), on=["place_id", "base_year"]
    ).filter(pl.col("onset_within").is_not_null())  # fmt: skip
    if both.is_empty():
        return []
    high = both.with_columns(
        killing=pl.col("p") >= base_rates["onset"], war=pl.col("p_conflict") >= base_rates["conflict"]
    )
    rows = [_row("fighting", words, both.filter(pl.col("fighting") == now)) for now, words in FIGHTING.items()]
    rows += [
        _row("quarter", words, high.filter((pl.col("killing") == k) & (pl.col("war") == w)))
        for (k, w), words in QUARTERS.items()
    ]
    return rows


def _row(by: str, words: str, rows: pl.DataFrame) -> dict[str, Any]:
    """Return one line of the table: country-years, onsets that followed, their share and its interval."""
    n, hits = len(rows), int(rows["onset_within"].sum())
    low, high = exact(hits, n)
    years = (int(rows["base_year"].min()), int(rows["base_year"].max())) if n else (None, None)  # type: ignore[arg-type]
    share = hits / n if n else None
    return {"by": by, "where": words, "rows": n, "onsets": hits, "share": share, "low": low, "high": high,
            "first": years[0], "last": years[1]}  # fmt: skip
