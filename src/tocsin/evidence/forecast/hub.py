"""The forecast table: hubverse columns, one row a number. Its form is checked here and nowhere assumed.

What a row may say follows from its target, which an outcome of the catalogue declares:

* target of kind ``probability``: ``pmf``/``yes`` is the probability of the outcome within the horizon;
  ``quantile``/``0.05`` and ``0.95`` are its 90% interval (how firmly the number stands, not quantiles of an outcome);
* target of kind ``count``: ``quantile``/level, ``sample``/number and ``mean``/empty are of the count itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from tocsin.catalog.outcomes import outcome
from tocsin.core.errors import Refused

SCHEMA = {
    "model_id": pl.String,
    "origin": pl.String,
    "target": pl.String,
    "place_id": pl.String,
    "horizon": pl.Int32,
    "unit": pl.String,
    "output_type": pl.String,
    "output_type_id": pl.String,
    "value": pl.Float64,
}
KEY = ("model_id", "origin", "target", "place_id", "horizon")


def rows(
    model_id: str,
    origin: str,
    target: str,
    place: Iterable[str],
    p: np.ndarray,
    *,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    horizon: int | None = None,
) -> pl.DataFrame:
    """Return a model's probabilities (n,) and, where given, their 90% intervals.

    ``horizon`` may be left out where the target has only one. Raises ValueError for a horizon the target lacks.
    """
    names = list(place)
    kinds: Mapping[tuple[str, str], np.ndarray | None] = {
        ("pmf", "yes"): p,
        ("quantile", "0.05"): low,
        ("quantile", "0.95"): high,
    }
    return pl.concat(
        _part(model_id, origin, target, names, horizon, kind, kind_id, value)
        for (kind, kind_id), value in kinds.items()
        if value is not None
    )


def counts(
    model_id: str,
    origin: str,
    target: str,
    place: Iterable[str],
    horizon: int,
    *,
    quantiles: Mapping[float, np.ndarray],
    samples: np.ndarray | None = None,
) -> pl.DataFrame:
    """Return a model's distribution of a count at one step: quantiles {level: (n,)} and samples (n, m) if given."""
    names = list(place)
    parts = [
        _part(model_id, origin, target, names, horizon, "quantile", f"{level:g}", value)
        for level, value in quantiles.items()
    ]
    for number in range(0 if samples is None else samples.shape[1]):
        parts.append(_part(model_id, origin, target, names, horizon, "sample", str(number), samples[:, number]))
    return pl.concat(parts)


def _part(  # noqa: PLR0917 - the columns in their order
    model_id: str,
    origin: str,
    target: str,
    names: list[str],
    horizon: int | None,
    kind: str,
    kind_id: str,
    value: np.ndarray,
) -> pl.DataFrame:
    """Return the rows of one output type."""
    declared = outcome(target).target
    step = declared.horizons[0] if horizon is None and len(declared.horizons) == 1 else horizon
    if step not in declared.horizons:
        raise ValueError(f"{target} is forecast over {declared.horizons}, not {horizon}")
    n = len(names)
    return pl.DataFrame(
        {
            "model_id": [model_id] * n,
            "origin": [origin] * n,
            "target": [target] * n,
            "place_id": names,
            "horizon": [step] * n,
            "unit": [declared.unit] * n,
            "output_type": [kind] * n,
            "output_type_id": [kind_id] * n,
            "value": np.asarray(value, dtype=float),
        },
        schema=SCHEMA,
    )


def checked(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table in a fixed order. Raises Refused when it is not a hubverse table as this module describes it.

    Columns and types as in ``SCHEMA``; one value a key; every number finite; probabilities between 0 and 1 and inside
    their own interval; counts not negative; quantiles that do not cross.
    """
    if dict(table.schema) != SCHEMA:
        raise Refused(f"the forecast table has columns {dict(table.schema)}")
    key = [c for c in SCHEMA if c != "value"]
    if table.select(key).is_duplicated().any():
        raise Refused("the forecast table says two things about the same model, place and target")
    if table["value"].is_null().any() or not table["value"].is_finite().all():
        raise Refused("the forecast table holds a value that is no number")
    kinds = {t: outcome(t).target.kind for t in table["target"].unique()}
    chances = table.filter(pl.col("target").is_in([t for t, kind in kinds.items() if kind == "probability"]))
    if not chances["value"].is_between(0, 1).all():
        raise Refused("the forecast table holds a value that is not a probability")
    if (table["value"] < 0).any():
        raise Refused("the forecast table holds a count below zero")
    crossing = crossed(table)
    if crossing is not None:
        raise Refused(f"the quantiles of {crossing} cross")
    _inside(chances)
    return _sorted(table, key)


def _sorted(table: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the rows in the order of their key. Text is compared by its number among its own values: much quicker."""
    text = [c for c in key if table.schema[c] == pl.String]
    numbered = table.select(
        [pl.col(c).cast(pl.Enum(table[c].unique().sort())) if c in text else pl.col(c) for c in key]
    )
    return table[numbered.select(pl.arg_sort_by(key)).to_series()]


def crossed(table: pl.DataFrame) -> str | None:
    """Return the first forecast (model, target, place) whose quantiles fall as their level rises; None: none does."""
    falling = (
        table.filter(pl.col("output_type") == "quantile")
        .with_columns(level=pl.col("output_type_id").cast(pl.Float64))
        .sort(*KEY, "level")
        .filter(pl.col("value").diff().over(KEY) < -1e-9)
    )
    return ", ".join(str(falling[c][0]) for c in ("model_id", "target", "place_id")) if len(falling) else None


def _inside(chances: pl.DataFrame) -> None:
    """Refuse an interval that does not hold its own probability."""
    said = chances.filter(pl.col("output_type") == "pmf").select(*KEY, p="value")
    outside = {"0.05": pl.col("value") > pl.col("p") + 1e-12, "0.95": pl.col("value") < pl.col("p") - 1e-12}
    for level, wrong in outside.items():
        edge = chances.filter((pl.col("output_type") == "quantile") & (pl.col("output_type_id") == level))
        bad = said.join(edge, on=list(KEY)).filter(wrong).sort(*KEY)
        if len(bad):
            raise Refused(f"an interval does not hold its own probability ({bad['model_id'][0]}, {bad['place_id'][0]})")
