"""The bundled record: what ``onset_v1`` would have said each year, computed once and kept with the hash of its inputs.

Thirty and more fits are too slow for every refresh. ``tocsin score record`` makes them and writes figures here; a
refresh reads them for the history of each place and for calibration. When the panel of the day is not the one the
record was made on, the record says so instead of pretending.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tocsin.core.errors import Damaged
from tocsin.evidence.forecast.design import HORIZON_YEARS

FOLDER = Path(str(files("tocsin") / "data" / "snapshot" / "forecasts"))
FIRST_SHOWN = 1993
"""The first base year shown as record: the years before it chose the settings, and a score on them flatters."""

COLUMNS = {"base_year": pl.Int32, "place_id": pl.String, "p_raw": pl.Float64, "label": pl.Float64, "p": pl.Float64}
RECORD = {
    "place_id": pl.String,
    "base_year": pl.Int32,
    "p": pl.Float64,
    "rank": pl.Int32,
    "of": pl.Int32,
    "onset_within": pl.Boolean,
}


@dataclass(frozen=True)
class Kept:
    """A record read back: rolling forecasts and what they were made on (``inputs_sha256``, ``newest``, ``model``)."""

    history: pl.DataFrame
    about: dict[str, Any]


def _files(folder: Path, model_id: str) -> tuple[Path, Path]:
    """Return where a model's table and its note of origin lie."""
    return folder / f"{model_id}_history.parquet", folder / f"{model_id}_history.json"


def write(
    history: pl.DataFrame, about: dict[str, Any], folder: Path = FOLDER, model_id: str = "onset_v1"
) -> list[Path]:
    """Write rolling forecasts (columns of ``COLUMNS``) and their origin; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    table, note = _files(folder, model_id)
    history.select(*COLUMNS).cast(COLUMNS).sort("base_year", "place_id").write_parquet(
        table, compression="zstd", compression_level=19, statistics=False
    )
    note.write_text(json.dumps(about, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return [table, note]


def read(folder: Path = FOLDER, model_id: str = "onset_v1") -> Kept | None:
    """Return the kept record of a model, or None when none was made yet. Raises Damaged when it cannot be read."""
    table, note = _files(folder, model_id)
    if not table.exists() or not note.exists():
        return None
    try:
        kept = Kept(pl.read_parquet(table), json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise Damaged(f"the bundled record of forecasts cannot be read: {error}", where=str(folder)) from None
    if dict(kept.history.schema) != COLUMNS:
        raise Damaged("the bundled record of forecasts has other columns than it should", where=str(table))
    return kept


def shown(history: pl.DataFrame, until: int) -> pl.DataFrame:
    """Return the record as people see it: rank among all places of the year, and whether an onset followed.

    ``onset_within`` is null while the two-year window has not ended, as of the base year after ``until``: a look back
    does not tell what came later. Rank 1 is the highest risk; ties share the best.
    """
    over = pl.col("base_year") + HORIZON_YEARS <= until + 1
    return (
        history.filter(pl.col("base_year").is_between(FIRST_SHOWN, until))
        .with_columns(
            pl.col("p").rank("min", descending=True).over("base_year").cast(pl.Int32).alias("rank"),
            pl.len().over("base_year").cast(pl.Int32).alias("of"),
            pl.when(over).then(pl.col("label") > 0).alias("onset_within"),
        )
        .select(*RECORD)
        .cast(RECORD)
        .sort("place_id", "base_year")
    )


def empty() -> pl.DataFrame:
    """Return a record of nothing, with the right columns."""
    return pl.DataFrame(schema=RECORD)


def arrays(history: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return base years, uncalibrated probabilities and labels (NaN unknown)."""
    return (
        history["base_year"].to_numpy().astype(int),
        history["p_raw"].to_numpy(),
        history["label"].fill_null(float("nan")).to_numpy(),
    )
