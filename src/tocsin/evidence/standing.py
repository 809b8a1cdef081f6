"""A thinned input never lowers a risk: where less is known than before, the earlier, higher number stands."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.history import Earlier

KEY = ["model_id", "target", "place_id"]
YEARLY = "mass_killing_onset"
"""The target whose origin is the base year; others may start from a month."""


def base_year(forecasts: pl.DataFrame) -> str | None:
    """Return the newest base year of the yearly forecasts; None when the table holds none."""
    newest = forecasts.filter(pl.col("target") == YEARLY)["origin"].max()
    return None if newest is None else str(newest)


def keep_up(tables: dict[str, pl.DataFrame], runs: list[Earlier]) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Return the tables with earlier forecasts put back where fewer predictors are known and the risk is lower or gone.

    Compared with the newest earlier run of the same base year; places put back are marked stale, and the second value
    says so in words. With nothing to put back the tables are returned as they are.
    """
    forecasts, coverage = tables["forecasts"], tables["coverage"]
    origin = base_year(forecasts)
    before = next((r for r in reversed(runs) if r.info["base_year"] == origin), None)
    if before is None:
        return tables, []
    old_forecasts, old_coverage = before.table("forecasts"), before.table("coverage")
    thinned = old_coverage.select("place_id", was="predictors_present").join(
        coverage.select("place_id", now="predictors_present"), on="place_id", how="left"
    ).filter(pl.col("now").is_null() | (pl.col("now") < pl.col("was")))["place_id"]  # fmt: skip
    yes = pl.col("output_type_id") == "yes"
    lower = (
        old_forecasts.filter(yes & pl.col("place_id").is_in(thinned.to_list()))
        .select(*KEY, was="value")
        .join(forecasts.filter(yes).select(*KEY, now="value"), on=KEY, how="left")
        .filter(pl.col("now").is_null() | (pl.col("now") < pl.col("was")))
        .select(KEY)
    )
    if lower.is_empty():
        return tables, []
    back = lower["place_id"].unique().sort().to_list()
    put_back = dict(tables)
    for name in ("forecasts", "drivers"):
        old = before.table(name)
        put_back[name] = pl.concat(
            [
                tables[name].join(lower, on=KEY, how="anti"),
                old.join(lower, on=KEY, how="semi").select(tables[name].columns),
            ]
        ).sort(pl.all())
    lost = [p for p in back if p not in set(coverage["place_id"])]
    put_back["coverage"] = pl.concat(
        [
            coverage.with_columns(pl.col("stale") | pl.col("place_id").is_in(back)),
            old_coverage.filter(pl.col("place_id").is_in(lost)).with_columns(stale=pl.lit(value=True)),
        ]
    ).sort("place_id")
    names = ", ".join(back[:8]) + ("…" if len(back) > 8 else "")
    return put_back, [
        f"Fewer figures are known than in run {before.info['run_id']} for {len(back)} places ({names}): "
        "their earlier, higher forecasts stand and are marked stale"
    ]
