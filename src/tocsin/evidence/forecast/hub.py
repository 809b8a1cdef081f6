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
    said = {("pmf", "yes"): p, ("quantile", "0.05"): low, ("quantile", "0.95"): high}
    return _table(model_id, origin, target, place, horizon, {k: v for k, v in said.items() if v is not None})


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
    said = {("quantile", f"{level:g}"): value for level, value in quantiles.items()}
    said |= {("sample", str(n)): samples[:, n] for n in range(samples.shape[1])} if samples is not None else {}
    return _table(model_id, origin, target, place, horizon, said)


def _table(  # noqa: PLR0917 - the columns in their order
    model_id: str,
    origin: str,
    target: str,
    place: Iterable[str],
    horizon: int | None,
    said: Mapping[tuple[str, str], np.ndarray],
) -> pl.DataFrame:
    """Return the rows of some output types, each (n,) by its kind and id: one after the other, all in one table."""
    declared = outcome(target).target
    step = declared.horizons[0] if horizon is None and len(declared.horizons) == 1 else horizon
    if step not in declared.horizons:
        raise ValueError(f"{target} is forecast over {declared.horizons}, not {horizon}")
    names = list(place)
    varying = pl.DataFrame(
        {
            "place_id": names * len(said),
            "output_type": [kind for kind, _ in said for _ in names],
            "output_type_id": [kind_id for _, kind_id in said for _ in names],
            "value": np.concatenate([np.asarray(value, dtype=float) for value in said.values()]),
        }
    )
    same = {"model_id": model_id, "origin": origin, "target": target, "horizon": step, "unit": declared.unit}
    return varying.with_columns(**{c: pl.lit(v) for c, v in same.items()}).select(
        pl.col(c).cast(kind) for c, kind in SCHEMA.items()
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


def joined(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return two checked tables as one, which is then checked. Raises Refused when both speak for one model."""
    both = set(one["model_id"].unique()) & set(other["model_id"].unique())
    if both:
        raise Refused(f"two forecast tables speak for {min(both)}")
    # Each is in the order of the whole key, which begins with the model: only the models are left to be put in order.
    return _sorted(pl.concat([one, other]), ["model_id"])


def _sorted(table: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return the rows in the order of their key, equal ones as they stood.

    Text is compared by its number among its own values: much quicker.
    """
    text = [c for c in key if table.schema[c] == pl.String]
    numbered = table.select(
        [pl.col(c).cast(pl.Enum(table[c].unique().sort())) if c in text else pl.col(c) for c in key]
    )
    return table[numbered.select(pl.arg_sort_by(key, maintain_order=True)).to_series()]


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
