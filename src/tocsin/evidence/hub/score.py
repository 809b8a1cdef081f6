"""Score what was handed in: a table a submission and standing, everybody on the same rows, the rows counted.

A table's rows are those the submission and the forecasts it is set beside all have, with a known outcome. A forecast
that covers less than half of them is named and left out instead of shrinking the table. What came in time (``live``),
late, and after the fact are never mixed: our own forecasts are held to the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.outcomes import outcome
from tocsin.core.clock import iso, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.files import write_whole
from tocsin.evidence.forecast.score import bootstrap
from tocsin.evidence.forecast.score.head_to_head import clean
from tocsin.evidence.forecast.score.slate import PAIRED, TwoYear
from tocsin.evidence.hub import answers, looks, score_counts, shelf, truth, windows
from tocsin.evidence.hub.metadata import EQUAL
from tocsin.evidence.run_folder import json_bytes

QUESTION = list(answers.QUESTION)
LEAST_SHARE = 0.5
MARK = {
    "live": "received before half of the window had passed",
    "late": "received when more than half of the window had passed",
    "after the fact": "made after the fact: the outcome could be known when it was received",
}
BESIDE: dict[str, tuple[str, ...]] = {
    "live": ("live",),
    "late": ("live", "late"),
    "after the fact": windows.STANDINGS,
}


def score(ctx: Context, target: str | None = None, *, draws: int = bootstrap.DRAWS) -> dict[str, Any]:
    """Score every submission of a target (default: of every target handed in); keep the figures for the desk.

    Each call that sees an outcome is a look and is counted. Raises Refused when nothing was handed in.
    """
    asked = [outcome(target).id] if target else sorted({t for s in shelf.everything(ctx) for t in s.about["targets"]})
    if not asked:
        answers.some(ctx, "mass_killing_onset")
    told, unknown = [], {}
    for one in asked:
        ctx.progress(f"Scoring {one}")
        count = outcome(one).target.kind == "count"
        try:
            found = score_counts.tables(ctx, one, draws, MARK, BESIDE) if count else _chances(ctx, one, draws)
        except Refused as refused:
            if target:
                raise
            unknown[one] = refused.sentence()
            continue
        if found["tables"]:
            looks.add(ctx, one, [t["model_id"] for t in found["tables"]])
        result = clean({**found, "scored_at": iso(ctx.now()), "looks": looks.count(ctx, one)})
        _keep(ctx, result)
        told.append(result)
    return {"targets": told, "not_scored": unknown}


def _keep(ctx: Context, result: Mapping[str, Any]) -> None:
    """Write the figures where the desk reads them; they can be made anew at any time."""
    folder = shelf.root(ctx) / "scores"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{result['target']}.json", json_bytes(result))


def _chances(ctx: Context, target: str, draws: int) -> dict[str, Any]:
    """Return the tables of a target that is a probability."""
    known = truth.outcomes_of(ctx, target)
    handed_in, own = answers.some(ctx, target), answers.ours(ctx, target)
    tables, waiting = [], []
    for standing in windows.STANDINGS:
        mine = handed_in.filter(pl.col("standing") == standing)
        beside = pl.concat([own, handed_in]).filter(pl.col("standing").is_in(BESIDE[standing]))
        # Single people and the equal pool stand on the tables of others; they have none of their own.
        heads = mine.filter(~pl.col("model_id").str.contains(".", literal=True), pl.col("model_id") != EQUAL)
        for model_id, horizon in heads.select("model_id", "horizon").unique().sort("model_id", "horizon").iter_rows():
            rows = known.of(mine.filter(pl.col("model_id") == model_id, pl.col("horizon") == horizon))
            closed = rows.drop_nulls("label")
            said = {"model_id": model_id, "horizon": horizon, "standing": standing, "mark": MARK[standing]}
            said |= {"rows_submitted": len(rows), "outcome_not_known": len(rows) - len(closed)}
            said["window_gone"] = _gone(rows, target)
            if closed.is_empty():
                waiting.append(said)
                continue
            tables.append({**said, **_table(closed, _wide(answers.best(beside), closed), known, ctx, draws)})
    return {"target": target, "tables": tables, "waiting": waiting, "rules": RULES, "bootstrap_draws": draws}


RULES = {
    "rows": "rows that the submission and all forecasts beside it have, outcome known",
    "left_out": f"forecasts that cover less than {LEAST_SHARE:.0%} of the submission's rows with known outcome",
    "differences": "submission - other; countries redrawn whole; middle 95%; for losses below 0 is better",
    "climatology": "share of cases among windows closed by the origin",
    "persistence": "share of closed cases that followed the same last known outcome of their place",
    "recall": "in lists of exactly k places of an origin, ties at random",
}


def _gone(rows: pl.DataFrame, target: str) -> dict[str, float]:
    """Return the least and the largest share of its window that had passed when a row was received."""
    declared = outcome(target).target
    pairs = rows.select("origin", "horizon", "received_at").unique()
    gone = [windows.share_gone(windows.window(o, declared, h), parse_time(at)) for o, h, at in pairs.iter_rows()]
    return {"least": min(gone), "most": max(gone)}


def _wide(beside: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the forecasts of everybody else on a submission's rows: the question and a column a model."""
    others = beside.filter(pl.col("model_id") != rows["model_id"][0]).join(
        rows.select(QUESTION), on=QUESTION, how="semi"
    )
    if others.is_empty():
        return rows.select(QUESTION)
    wide = others.pivot(on="model_id", index=QUESTION, values="p", sort_columns=True)
    return rows.select(QUESTION).join(wide, on=QUESTION, how="left", maintain_order="left")


def _table(rows: pl.DataFrame, wide: pl.DataFrame, known: truth.Outcomes, ctx: Context, draws: int) -> dict[str, Any]:
    """Return one table: the rows all have, every model's scores on them, the submission's differences to the others."""
    model_id = rows["model_id"][0]
    covered = {m: int(wide[m].is_not_null().sum()) for m in wide.columns if m not in QUESTION}
    taken = [m for m, n in covered.items() if n >= LEAST_SHARE * len(rows)]
    whole = np.ones(len(rows), dtype=bool)
    for m in taken:
        whole &= wide[m].is_not_null().to_numpy()
    origin = np.array([windows.month_of(o) for o in rows["origin"]])
    place = rows["place_id"].to_numpy()
    p = {model_id: rows["p"].to_numpy(), **{m: wide[m].to_numpy() for m in taken}, **_baselines(known, rows)}
    slate = TwoYear(place, origin, rows["label"].to_numpy(), p).keep(whole)
    out: dict[str, Any] = {
        "rows_known": len(rows),
        "rows": len(slate.label),
        "cases": int(slate.label.sum()),
        "origins": _first_and_last(rows["origin"].to_numpy()[whole]),
        "left_out": {m: n for m, n in covered.items() if m not in taken},
        "models": {m: slate.full(m) for m in p} if len(slate.label) else {},
        "differences": {},
    }
    if 0 < out["cases"] < out["rows"]:
        redraws = bootstrap.country_weights(slate.place, ctx.seed_for("hub", "countries"), draws)
        drawn = {}
        for m in p:
            lists = slate.lists(m)
            drawn[m] = bootstrap.redraw(lambda w, m=m, lists=lists: slate.metrics(m, w, lists), redraws, PAIRED)  # type: ignore[misc]
        out["differences"] = {m: bootstrap.differences(drawn[model_id], drawn[m]) for m in p if m != model_id}
    return out


def _first_and_last(origins: np.ndarray) -> list[str]:
    """Return the first and the last of origins; nothing of none."""
    ordered = sorted(set(origins), key=windows.month_of)
    return [ordered[0], ordered[-1]] if ordered else []


def _baselines(known: truth.Outcomes, rows: pl.DataFrame) -> dict[str, np.ndarray]:
    """Return what climatology and persistence say of the rows, each from windows closed by the origin."""
    pairs = list(rows.select("origin", "horizon").unique(maintain_order=True).iter_rows())
    flat = {pair: known.climatology(*pair) for pair in pairs}
    last = {pair: known.persistence(*pair) for pair in pairs}
    asked = list(rows.select("place_id", "origin", "horizon").iter_rows())
    return {
        "climatology": np.array([flat[o, h] for _, o, h in asked]),
        "persistence": np.array([last[o, h].get(p, flat[o, h]) for p, o, h in asked]),
    }
