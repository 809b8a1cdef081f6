"""Score counts: the CRPS of every submission's distribution on the rows all have, beside the two anybody can make.

Draws are scored as the sample they are. Where a forecast is given by quantiles, everybody on its table is scored at its
levels, so that nobody is scored where another is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.outcomes import outcome
from tocsin.core.context import Context
from tocsin.evidence.forecast.score import bootstrap, crps
from tocsin.evidence.hub import answers, shelf, truth, windows

QUESTION = list(answers.QUESTION)
RECENT = 12
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Spread:
    """One model's distributions of a standing: a row a question with ``samples``, or with ``values`` at ``levels``."""

    model_id: str
    standing: str
    rows: pl.DataFrame
    levels: tuple[float, ...] | None = None
    ours: bool = False

    def on(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return its distributions on asked questions, null where it has none, in their order."""
        mine = self.rows.select(*QUESTION, each="values" if self.levels else "samples")
        return asked.select(QUESTION).join(mine, on=QUESTION, how="left", maintain_order="left")


def tables(
    ctx: Context, target: str, draws: int, mark: Mapping[str, str], beside: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Return the tables of a target that counts; ``mark`` and ``beside`` are the rules of ``score`` for a standing."""
    seen = truth.monthly(ctx, target)
    everybody = _everybody(ctx, target)
    found, waiting = [], []
    for one in everybody:
        if one.ours:
            continue
        rows = seen.of(one.rows.select(QUESTION))
        said = {
            "model_id": one.model_id,
            "standing": one.standing,
            "mark": mark[one.standing],
            "rows_submitted": len(rows),
        }
        closed = rows.drop_nulls("count")
        said["outcome_not_known"] = len(rows) - len(closed)
        if closed.is_empty():
            waiting.append(said)
            continue
        others = [o for o in everybody if o.model_id != one.model_id and o.standing in beside[one.standing]]
        found.append({**said, **_table(one, others, closed, seen, ctx, draws)})
    return {"target": target, "tables": found, "waiting": waiting, "rules": RULES, "bootstrap_draws": draws}


RULES = {
    "crps": "mean over rows, in deaths; 0 is perfect; of draws as a sample, of quantiles at the levels all have",
    "persistence": "the last month known at the origin, as if certain",
    "conflictology": "the last twelve months, equally likely (ViEWS benchmark)",
    "differences": "submission - other; countries redrawn whole; middle 95%; below 0 is better",
}


def _everybody(ctx: Context, target: str) -> list[Spread]:
    """Return every distribution of a target, of submissions and of our own runs, the last version of a standing."""
    parts: dict[tuple[str, str, tuple[float, ...] | None, bool], list[pl.DataFrame]] = {}
    for s in shelf.everything(ctx):
        if target not in s.about["targets"]:
            continue
        draws = s.samples()
        tables = (
            [(None, draws.filter(pl.col("target") == target))] if draws is not None else _by_levels(s.rows(), target)
        )
        for levels, table in tables:
            for word, rows in _stood(table, target, s.received, retrospective=s.retrospective):
                parts.setdefault((s.model_id, word, levels, False), []).append(rows)
    for received, table in answers.runs(ctx):
        for (model_id,), mine in table.group_by("model_id", maintain_order=True):
            for levels, lists in _by_levels(mine, target):
                for word, rows in _stood(lists, target, received):
                    parts.setdefault((str(model_id), word, levels, True), []).append(rows)
    order = {word: i for i, word in enumerate(windows.STANDINGS)}
    return [
        Spread(m, word, pl.concat(rows).unique(QUESTION, keep="last", maintain_order=True).sort(QUESTION), levels, own)
        for (m, word, levels, own), rows in sorted(parts.items(), key=lambda p: (p[0][0], order[p[0][1]]))  # type: ignore[index]
    ]


def _by_levels(table: pl.DataFrame, target: str) -> list[tuple[tuple[float, ...] | None, pl.DataFrame]]:
    """Return the quantiles of a target as lists, apart for each set of levels."""
    mine = table.filter((pl.col("target") == target) & (pl.col("output_type") == "quantile"))
    level = pl.col("output_type_id").cast(pl.Float64)
    lists = mine.with_columns(level=level).sort("level").group_by(QUESTION, maintain_order=True).agg(
        levels="level", values="value"
    )  # fmt: skip
    return [(tuple(key[0]), rows.drop("levels")) for key, rows in lists.group_by("levels", maintain_order=True)]


def _stood(
    table: pl.DataFrame, target: str, received: datetime, *, retrospective: bool = False
) -> list[tuple[str, pl.DataFrame]]:
    """Return rows apart by how they came in time."""
    declared = outcome(target).target
    pairs = table.select("origin", "horizon").unique(maintain_order=True)
    words = [
        windows.standing(windows.window(o, declared, h), received, retrospective=retrospective)
        for o, h in pairs.iter_rows()
    ]
    stood = table.join(pairs.with_columns(word=pl.Series(words, dtype=pl.String)), on=["origin", "horizon"], how="left")
    return [(str(key[0]), rows.drop("word")) for key, rows in stood.group_by("word", maintain_order=True)]


def _table(  # noqa: PLR0917 - one call site
    one: Spread, others: list[Spread], closed: pl.DataFrame, seen: truth.MonthlyCounts, ctx: Context, draws: int
) -> dict[str, Any]:
    """Return one table: rows, mean CRPS of everybody, differences of the submission to each."""
    given = {one.model_id: one.on(closed), **{o.model_id: o.on(closed) for o in others}}
    covered = {m: int(g["each"].is_not_null().sum()) for m, g in given.items()}
    taken = [m for m, n in covered.items() if n >= LEAST_SHARE * len(closed)]
    recent = [seen.before(p, o, RECENT) for p, o in closed.select("place_id", "origin").iter_rows()]
    whole = np.array([len(r) > 0 for r in recent])
    for m in taken:
        whole &= given[m]["each"].is_not_null().to_numpy()
    rows, y = closed.filter(whole), closed["count"].to_numpy()[whole]
    recent = [r for r, keep in zip(recent, whole, strict=True) if keep]
    at = {s.model_id: s.levels for s in (*others, one) if s.model_id in taken and s.levels}
    levels = np.array(sorted(set.intersection(*(set(v) for v in at.values())))) if at else None
    loss = {m: _losses(given[m].filter(whole)["each"].to_list(), at.get(m), levels, y) for m in taken}
    loss["conflictology"] = _losses(recent, None, levels, y)
    loss["persistence"] = _losses([r[-1:] for r in recent], None, levels, y)
    weight = bootstrap.country_weights(rows["place_id"].to_numpy(), ctx.seed_for("hub", "countries"), draws)
    drawn = {m: bootstrap.redraw(lambda w, v=v: {"crps": _mean(v, w)}, weight, ("crps",)) for m, v in loss.items()}  # type: ignore[misc]
    return {
        "rows_known": len(closed),
        "rows": len(rows),
        "left_out": {m: n for m, n in covered.items() if m not in taken},
        "levels": None if levels is None else levels.tolist(),
        "models": {m: {"crps": _mean(v, None)} for m, v in loss.items()},
        "differences": {m: bootstrap.differences(drawn[one.model_id], drawn[m]) for m in loss if m != one.model_id},
    }


def _losses(each: list[Any], own: tuple[float, ...] | None, levels: np.ndarray | None, y: np.ndarray) -> np.ndarray:
    """Return the CRPS of each row: of draws, or at the levels all have."""
    if levels is None:
        return np.array(
            [crps.of_sample(np.array([x], dtype=float), np.array([v]))[0] for x, v in zip(each, y, strict=True)]
        )
    if own is not None:
        at = [own.index(level) for level in levels]
        values = np.array([np.asarray(x, dtype=float)[at] for x in each])
    else:
        values = np.array([np.quantile(np.asarray(x, dtype=float), levels, method="inverted_cdf") for x in each])
    return crps.of_quantiles(levels, values.reshape(len(each), len(levels)), y)


def _mean(loss: np.ndarray, weight: np.ndarray | None) -> float:
    """Return the weighted mean loss; NaN of nothing."""
    total = float(len(loss)) if weight is None else float(weight.sum())
    return float((loss if weight is None else loss * weight).sum()) / total if total else float("nan")
