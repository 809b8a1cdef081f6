"""How the two parts of the outcome are scored: onsets led by a state, onsets led by others."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from tocsin.evidence.forecast.design import HORIZON_YEARS
from tocsin.evidence.forecast.led_by import PARTS
from tocsin.evidence.forecast.score import probability, ranking
from tocsin.evidence.forecast.score.compare import Key


def scored(table: pl.DataFrame, asked: list[Key]) -> dict[str, Any]:
    """Return scores of the state-led line, the line led by others, and either, on rows (place, base) asked.

    ``table`` is a rolling record with ``record.PARTS``. Labels are our list's. Beside each part: climatology (the share
    of past known labels, expanding), and how the chance of *either* would have ranked the same onsets. A part's rows
    are those with a forecast of the part and a known label of it.
    """
    rows = table.join(
        pl.DataFrame(asked, schema={"place_id": pl.String, "base_year": pl.Int32}, orient="row"),
        on=["place_id", "base_year"],
        how="semi",
    )
    out: dict[str, Any] = {"either": _line(table, rows, "p", "label")}
    for part in PARTS:
        out[part] = _line(table, rows, f"p_{part}", f"label_{part}")
    both = rows.filter(pl.all_horizontal(pl.col(f"p_{part}").is_not_null() for part in PARTS))
    state, others, either = (both[c].to_numpy() for c in ("p_state", "p_non_state", "p"))
    out["incoherent_rows"] = int(
        ((np.maximum(state, others) > either + 1e-12) | (either > state + others + 1e-12)).sum()
    )
    return out


def _line(table: pl.DataFrame, rows: pl.DataFrame, said: str, came: str) -> dict[str, Any]:
    """Return one line's scores."""
    known = rows.filter(pl.col(said).is_not_null() & pl.col(came).is_not_null())
    year, p, label, either = (known[c].to_numpy() for c in ("base_year", said, came, "p"))
    if not len(label):
        return {"rows": 0, "positives": 0}
    rate = {int(b): _climatology(table, came, int(b)) for b in np.unique(year)}
    flat = np.array([rate[int(b)] for b in year])
    brier = probability.brier(label, p)
    slope, intercept = probability.calibration(label, p)
    return {
        "rows": len(label),
        "positives": int(label.sum()),
        "auc": ranking.auc(label, p),
        "auc_of_either": ranking.auc(label, either),
        "ap": ranking.average_precision(label, p),
        "ap_of_either": ranking.average_precision(label, either),
        "brier": brier,
        "log_loss": probability.log_loss(label, p),
        "log_loss_of_climatology": probability.log_loss(label, flat),
        "brier_skill": probability.skill(brier, probability.brier(label, flat)),
        "slope": slope,
        "intercept": intercept,
        "expected_over_observed": probability.expected_over_observed(label, p),
        **{f"recall{k}": ranking.share(label, ranking.listed_by_year(year, p, k)) for k in (10, 30)},
    }


def _climatology(table: pl.DataFrame, came: str, base: int) -> float:
    """Return the share of labels that had closed by a base year and were cases (half a case of one row is added)."""
    closed = table.filter((pl.col("base_year") <= base - HORIZON_YEARS) & pl.col(came).is_not_null())[came]
    return (float(closed.sum()) + 0.5) / (len(closed) + 1)
