"""What stands when a model does not speak: its last good forecast, dated, and said.

A model that fails, or whose forecast collapses, says nothing: its last good forecast stays (``stand_in``); when the
panel itself is refused, the last run stays whole (``whole``). Where less is known of a place than before, see
``kept_up``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from tocsin.catalog.models import cards
from tocsin.core.errors import Refused
from tocsin.evidence.history import Earlier
from tocsin.evidence.kept import Evidence

YEARLY = "mass_killing_onset"
"""The target whose origin is the base year; others may start from a month."""


def base_year(forecasts: pl.DataFrame) -> str | None:
    """Return the newest base year of the yearly forecasts; None when the table holds none."""
    newest = forecasts.filter(pl.col("target") == YEARLY)["origin"].max()
    return None if newest is None else str(newest)


OF_MODELS = ("forecasts", "drivers", "whatif", "profiles")
"""The tables whose rows belong to a model."""
LAST = "last_forecast"
AHEAD, BESIDE_AHEAD = "violence_v1", ("persistence", "conflictology", "climatology_monthly")
"""The model of the months ahead, and the baselines that are made with it and are shown beside it alone."""
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
    told = dict(evidence.about["about"])
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
        if model_id == AHEAD:
            told["violence"] = (before.info.get("about") or {}).get("violence")
        stands.append(_standing(model_id, reason, before))
    if not stands:
        return evidence, []
    return Evidence(tables, {**evidence.about, "base_rates": rates, "failed": failed, "about": told}), stands


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
    """Return the tables with one model's rows from an earlier run; what is made with it goes with it."""
    old = before.table("forecasts")
    targets = old.filter(model_id=model_id)["target"].unique().to_list()
    with_it = BESIDE_AHEAD if model_id == AHEAD else (LAST,)
    mine = (pl.col("model_id") == model_id) | (pl.col("model_id").is_in(with_it) & pl.col("target").is_in(targets))
    out = dict(tables)
    for name in OF_MODELS:
        kept = tables[name].filter(~mine)
        add = [before.table(name).filter(mine).select(kept.columns)] if before.has(name) else []
        out[name] = pl.concat([kept, *add]).sort(pl.all())
    if out["conflict_record"].is_empty() and before.has("conflict_record"):
        out["conflict_record"] = before.table("conflict_record")
    return out
