"""What stands when less is known than before: the earlier number, dated, and said.

Two causes, one rule. A thinned input never lowers a risk: where fewer figures are known than in the last run of the
same base year, or a place's reporting has collapsed, the earlier, higher number stays (``keep_up``). A model that
fails, or whose forecast collapses, says nothing: its last good forecast stays (``stand_in``); when the panel itself is
refused, the last run stays whole (``whole``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from tocsin.catalog.models import cards
from tocsin.core.errors import Refused
from tocsin.evidence.history import Earlier
from tocsin.evidence.kept import Evidence

KEY = ["model_id", "target", "place_id"]
YEARLY = "mass_killing_onset"
"""The target whose origin is the base year; others may start from a month."""


def base_year(forecasts: pl.DataFrame) -> str | None:
    """Return the newest base year of the yearly forecasts; None when the table holds none."""
    newest = forecasts.filter(pl.col("target") == YEARLY)["origin"].max()
    return None if newest is None else str(newest)


OF_MODELS = ("forecasts", "drivers", "whatif", "profiles")
"""The tables whose rows belong to a model."""
LAST = "last_forecast"
YEARS_APART = ("mass_killing_onset", "state_based_deaths_ge25")

Standing = dict[str, Any]
"""One model that did not speak: ``model_id``, ``reason``, and the run its forecast stands from (``run_id``, ``as_of``,
``base_year``)."""


def models(forecasts: pl.DataFrame) -> list[str]:
    """Return the models of a table of forecasts that answer for a number; baselines only stand beside one."""
    known = cards()
    return [m for m in forecasts["model_id"].unique().sort() if m in known and known[m].kind == "model"]


def stand_in(evidence: Evidence, runs: list[Earlier]) -> tuple[Evidence, list[Standing]]:
    """Return the evidence with the last good forecast in place of each model that failed or strayed, and which did.

    ``evidence.about["failed"]`` names the models that gave nothing. With none failed and none strayed it is returned as
    it is. Raises Refused when a failed model has no earlier forecast that could stand.
    """
    from tocsin.evidence.forecast import health

    failed = dict(evidence.about.get("failed") or {})
    now = evidence.tables["forecasts"]
    # What is refreshed by month moves with what the months bring: only a yearly forecast has a last one to stay near.
    for model_id in models(now.filter(pl.col("target").is_in(YEARS_APART))):
        before = _last_with(model_id, runs)
        was = _chances(before.table("forecasts"), model_id) if before else _chances(now.clear(), model_id)
        if reason := health.strayed(_chances(now, model_id), was):
            failed[model_id] = reason
    stands = []
    tables, rates = dict(evidence.tables), dict(evidence.about["base_rates"])
    for model_id, reason in sorted(failed.items()):
        if model_id == LAST:
            continue
        before = _last_with(model_id, runs)
        if before is None:
            raise Refused(
                f"{model_id} failed: {reason}; there is no earlier run whose forecast could stand",
                todo="Mend what is named here and refresh again",
            )
        tables = _with_rows_of(model_id, tables, before)
        rates = {**before.info["base_rates"], **rates}
        stands.append(_standing(model_id, reason, before))
    if not stands:
        return evidence, []
    return Evidence(tables, {**evidence.about, "base_rates": rates, "failed": failed}), stands


def whole(runs: list[Earlier], refused: Refused) -> tuple[Evidence, list[Standing]]:
    """Return the last run's tables and what it said of them, all marked stale. Raises ``refused`` without one."""
    if not runs:
        raise refused
    from tocsin.evidence.run_folder import TABLES

    before = runs[-1]
    tables = {name: before.table(name) for name in TABLES if before.has(name)}
    tables["coverage"] = tables["coverage"].with_columns(stale=pl.lit(value=True))
    about = {name: before.info[name] for name in ("base_rates", "interval", "models", "about")}
    stands = [_standing(m, refused.what.rstrip("."), before) for m in models(tables["forecasts"])]
    about |= {"degraded": [], "failed": {s["model_id"]: s["reason"] for s in stands}}
    return Evidence(tables, about), stands


def sentences(stands: list[Standing]) -> list[str]:
    """Return what must be said of the models that did not speak, one sentence a cause."""
    by_reason: dict[tuple[str, str], list[Standing]] = {}
    for s in stands:
        by_reason.setdefault((s["reason"], s["run_id"]), []).append(s)
    return [
        f"{' and '.join(s['model_id'] for s in same)} did not speak ({reason}): the forecasts of run {run_id} of "
        f"{same[0]['as_of']} stand, from figures to {same[0]['base_year']}"
        for (reason, run_id), same in by_reason.items()
    ]


def _standing(model_id: str, reason: str, before: Earlier) -> Standing:
    """Return from which run a model's forecast stands: the one that made it, however often it has stood since."""
    already = next((s for s in before.info.get("standing") or [] if s["model_id"] == model_id), None)
    origin = before.table("forecasts").filter(model_id=model_id)["origin"].max()
    said = {"run_id": before.info["run_id"], "as_of": before.info["as_of"], "base_year": origin}
    return {"model_id": model_id, "reason": reason, **({k: already[k] for k in said} if already else said)}


def _last_with(model_id: str, runs: list[Earlier]) -> Earlier | None:
    """Return the newest earlier run that has forecasts of a model."""
    return next((r for r in reversed(runs) if not r.table("forecasts").filter(model_id=model_id).is_empty()), None)


def _chances(forecasts: pl.DataFrame, model_id: str) -> Any:
    return forecasts.filter(model_id=model_id, output_type_id="yes")["value"].to_numpy()


def _with_rows_of(model_id: str, tables: Mapping[str, pl.DataFrame], before: Earlier) -> dict[str, pl.DataFrame]:
    """Return the tables with one model's rows from an earlier run; its forecast of a year before goes with it."""
    old = before.table("forecasts")
    targets = old.filter(model_id=model_id)["target"].unique().to_list()
    mine = (pl.col("model_id") == model_id) | ((pl.col("model_id") == LAST) & pl.col("target").is_in(targets))
    out = dict(tables)
    for name in OF_MODELS:
        kept = tables[name].filter(~mine)
        add = [before.table(name).filter(mine).select(kept.columns)] if before.has(name) else []
        out[name] = pl.concat([kept, *add]).sort(pl.all())
    if out["conflict_record"].is_empty() and before.has("conflict_record"):
        out["conflict_record"] = before.table("conflict_record")
    return out


def keep_up(
    tables: dict[str, pl.DataFrame], runs: list[Earlier], dark: Collection[str] = ()
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """Return the tables with earlier forecasts put back where fewer predictors are known and the risk is lower or gone.

    ``dark`` are places whose reporting has collapsed: their figures are there and say little, so they count as thinned.
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
    ).filter(
        pl.col("now").is_null() | (pl.col("now") < pl.col("was")) | pl.col("place_id").is_in(sorted(dark))
    )["place_id"]  # fmt: skip
    # Chances of monthly deaths have several horizons and start from the newest month: they are not compared.
    yes = (pl.col("output_type_id") == "yes") & ~pl.col("target").str.starts_with("one_sided_deaths")
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
    for name in (t for t in OF_MODELS if before.has(t)):
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
        f"Fewer figures or reports are known than in run {before.info['run_id']} for {len(back)} places ({names}): "
        "their earlier, higher forecasts stand and are marked stale"
    ]
