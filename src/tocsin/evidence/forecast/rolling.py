"""The rolling history of a recipe: for each base year, the forecast it would have made from what lay behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from tocsin.evidence.forecast import models, work
from tocsin.evidence.forecast.calibrate import History, Shift, choose
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models import Fitted, Recipe
from tocsin.evidence.forecast.split import Origin, rolling

FIRST_BASE = 1974
"""The first base year with forecasts: fourteen years of labels lie behind it. Development uses 1974-1991."""
CARRY_YEARS = 5

SCHEMA = {"base_year": pl.Int32, "place_id": pl.String, "p_raw": pl.Float64, "label": pl.Float64}


def forecast_rows(design: Design, base: int) -> Design:
    """Return the rows of a base year with holes filled by the same place's last known value, at most 5 years old.

    A value that stops coming must not make a place look average: the last good one stays in force. Holes older than
    that stay holes, are imputed, flagged, and widen the interval. Only earlier rows are read, never later ones.
    """
    rows = design.rows(design.year == base)
    x = rows.x.copy()
    for back in range(1, CARRY_YEARS + 1):
        if not np.isnan(x).any():
            break
        earlier = design.year == base - back
        at = dict(zip(design.place[earlier], np.flatnonzero(earlier), strict=True))
        for i, place in enumerate(rows.place):
            if place in at:
                hole = np.isnan(x[i])
                x[i, hole] = design.x[at[place], hole]
    return Design(rows.place, rows.year, x, rows.label, rows.columns, rows.groups)


def fit_at(design: Design, base: int, recipe: Recipe, seed: int) -> Fitted:
    """Fit the recipe on the rows whose windows had closed by the end of a base year."""
    train = Origin(base).training(design)
    return models.fit(design.x[train], design.label[train], recipe, seed)


def history(
    design: Design,
    bases: Sequence[int],
    recipe: Recipe,
    seed_for: Callable[..., int],
    *,
    model: str = "onset_v1",
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> pl.DataFrame:
    """Return uncalibrated rolling forecasts: base_year, place_id, p_raw, label (null = not known).

    ``model`` names the seeds. ``workers`` processes share the fits (default: as many as pay); the answer does not
    depend on how many.
    """
    calls = [(design, o.base, recipe, seed_for(model, o.base)) for o in rolling(min(bases), max(bases))]
    parts = []
    for part in work.spread(_one, calls, work.jobs(len(design.year)) if workers is None else workers):
        parts.append(part)
        if progress:
            progress(f"  base {part['base_year'][0]}: {len(part)} places")
    return pl.concat(parts).with_columns(pl.col("label").fill_nan(None)).sort("base_year", "place_id")


def _one(design: Design, base: int, recipe: Recipe, seed: int) -> pl.DataFrame:
    """Return the forecasts of one base year."""
    rows = forecast_rows(design, base)
    return pl.DataFrame(
        {
            "base_year": [base] * len(rows.place),
            "place_id": rows.place.tolist(),
            "p_raw": fit_at(design, base, recipe, seed).predict(rows.x),
            "label": rows.label,
        },
        schema=SCHEMA,
    )


def as_history(table: pl.DataFrame) -> History:
    """Return the table of ``history`` as calibration reads it."""
    return History(
        table["base_year"].to_numpy().astype(int),
        table["p_raw"].to_numpy(),
        table["label"].fill_null(float("nan")).to_numpy(),
    )


def calibrated(
    table: pl.DataFrame, chooser: Callable[[History, int], Shift] = choose
) -> tuple[pl.DataFrame, dict[int, Shift]]:
    """Return the table with a column ``p``, each base year calibrated from what had closed by then, and the shifts.

    ``chooser`` takes the history and a base year (``calibrate.choose`` or ``choose_total``, as the model's card says).
    """
    past = as_history(table)
    shifts = {int(base): chooser(past, int(base)) for base in np.unique(past.base)}
    p = np.concatenate([shifts[base].apply(past.p[past.base == base]) for base in sorted(shifts)])
    return table.sort("base_year", "place_id").with_columns(pl.Series("p", p)), shifts


def content_hash(design: Design, recipe: Recipe) -> str:
    """Return the SHA-256 of everything a forecast depends on: settings, rows, columns, values (to 9 digits), labels."""
    digest = hashlib.sha256("\n".join([*design.columns, repr(recipe)]).encode())
    digest.update("\n".join(f"{p} {y}" for p, y in zip(design.place, design.year, strict=True)).encode())
    for numbers in (design.x, design.label):
        digest.update(np.where(np.isnan(numbers), -9e99, np.round(numbers, 9)).astype("<f8").tobytes())
    return digest.hexdigest()
