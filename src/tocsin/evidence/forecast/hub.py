"""The forecast table: hubverse columns, one row a number. Its form is checked here and nowhere assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

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
TARGETS = {"mass_killing_onset": ("year", 2), "state_based_deaths_ge25": ("month", 12)}


def rows(
    model_id: str,
    origin: str,
    target: str,
    place: Iterable[str],
    p: np.ndarray,
    *,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
) -> pl.DataFrame:
    """Return a model's forecasts: ``pmf``/``yes`` is the probability, ``quantile``/``0.05``,``0.95`` its 90% interval.

    The quantiles are of the probability itself (how firmly it stands), not of an outcome. Horizon and unit follow
    from the target.
    """
    unit, horizon = TARGETS[target]
    names = list(place)
    kinds: Mapping[tuple[str, str], np.ndarray | None] = {
        ("pmf", "yes"): p,
        ("quantile", "0.05"): low,
        ("quantile", "0.95"): high,
    }
    return pl.concat(
        pl.DataFrame(
            {
                "model_id": [model_id] * len(names),
                "origin": [origin] * len(names),
                "target": [target] * len(names),
                "place_id": names,
                "horizon": [horizon] * len(names),
                "unit": [unit] * len(names),
                "output_type": [kind] * len(names),
                "output_type_id": [kind_id] * len(names),
                "value": np.asarray(value, dtype=float),
            },
            schema=SCHEMA,
        )
        for (kind, kind_id), value in kinds.items()
        if value is not None
    )


def checked(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table in a fixed order. Raises Refused when it is not a hubverse table of probabilities.

    Columns and types as in ``SCHEMA``; one value a key; every value between 0 and 1; low <= probability <= high.
    """
    if dict(table.schema) != SCHEMA:
        raise Refused(f"the forecast table has columns {dict(table.schema)}")
    key = [c for c in SCHEMA if c != "value"]
    if table.select(key).is_duplicated().any():
        raise Refused("the forecast table says two things about the same model, place and target")
    if table["value"].is_null().any() or not table["value"].is_between(0, 1).all():
        raise Refused("the forecast table holds a value that is not a probability")
    wide = table.with_columns(pl.concat_str("output_type", "output_type_id").alias("kind")).pivot(
        on="kind", index=["model_id", "origin", "target", "place_id"], values="value"
    )
    if "quantile0.05" in wide.columns:
        wrong = wide.filter(
            (pl.col("quantile0.05") > pl.col("pmfyes") + 1e-12) | (pl.col("quantile0.95") < pl.col("pmfyes") - 1e-12)
        )
        if len(wrong):
            raise Refused(
                f"an interval does not hold its own probability ({wrong['model_id'][0]}, {wrong['place_id'][0]})"
            )
    return table.sort(key)
