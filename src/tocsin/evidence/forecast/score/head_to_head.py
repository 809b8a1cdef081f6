"""The head-to-head: a rival's edition and our models on the same rows, with intervals of every difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import sklearn

from tocsin.catalog.geography import places
from tocsin.catalog.models import card, looks
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import recipes, record, rolling
from tocsin.evidence.forecast.baselines import climatology, zsum
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.score import bootstrap, probability
from tocsin.evidence.forecast.score.peer import Edition
from tocsin.evidence.forecast.score.slate import PAIRED, PAIRED_RULE, Rule, TwoYear, rule
from tocsin.evidence.forecast.split import Origin

RIVAL = "ewp"
OURS = ("onset_v1", "onset_v1@panel", "climatology", "zsum4", "zsum4@panel", "last_forecast")
ERAS = ((1993, 2002), (2003, 2012), (2013, 2022))
EDGES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 1.0)
LISTED = 30
# The rival's own names of the columns that zsum4 needs, and their signs, as its 2025 edition has them.
PANEL_ZSUM = {"battledeaths.log2": 1.0, "popsize.log2": 1.0, "un_imr_sqrt": 1.0, "pol_killing_approved": 1.0}

Key = tuple[str, int]
Forecasts = dict[Key, float]


@dataclass(frozen=True)
class Snapshot:
    """Our side: the design of ``onset_v1`` on our panel, and whether a killing was under way (place, year)."""

    design: Design
    under_way: set[Key]


def run(
    edition: Edition, ours: Snapshot, ctx: Context, *, refit: bool = False, draws: int = bootstrap.DRAWS
) -> tuple[dict[str, Any], tuple[TwoYear, Rule]]:
    """Score every model on the rival's rows; return the object of ``tocsin score onset`` and the slates behind it.

    ``refit`` makes the rolling forecasts of ``onset_v1`` anew even when the bundled record was made on these inputs.
    """
    asked = edition.peer.filter(pl.col("risk_prev").is_not_null())
    if asked.is_empty():
        raise Refused("the rival's file holds no forecast (risk_prev is empty everywhere)")
    bases = sorted(set(asked["base_year"].to_list()))
    key_of = _joins(asked, set(zip(ours.design.place.tolist(), ours.design.year.tolist(), strict=True)))
    forecasts, notes = _forecasts(edition, ours, asked, key_of, ctx, refit=refit)
    two_year = _two_year(edition, asked, forecasts)
    by_rule = _rule(edition, forecasts)
    ctx.progress(f"differences: {draws} redraws of countries")
    pairs = _Pairs(two_year, by_rule, ctx.seed_for("score", "countries"), draws)
    unjoined = [
        {"ccode": int(c), "country": n, "base_year": int(b)}
        for c, n, b in asked.select("ccode", "ewp_name", "base_year").iter_rows()
        if (str(c), int(b)) not in key_of
    ]
    misses, gains = _onset_ranks(edition, by_rule, asked)
    result = clean(
        {
            "rows": len(by_rule.label),
            "onsets": int(by_rule.label.sum()),
            "two_year_rows": int((~np.isnan(two_year.label)).sum()),
            "two_year_positives": int(np.nansum(two_year.label)),
            "unknown_labels": int(np.isnan(two_year.label).sum()),
            "models": {m: _scores(two_year, by_rule, m) for m in (RIVAL, *OURS) if m in forecasts},
            "differences": {m: pairs.difference(m, RIVAL) for m in OURS if m in forecasts},
            "onset_v1_minus_zsum4": pairs.difference("onset_v1", "zsum4"),
            "eras": _eras(two_year, forecasts),
            "situations": _situations(two_year, ours, key_of, forecasts),
            "reliability": _reliability(two_year, forecasts),
            "misses": misses,
            "gains": gains,
            "unjoined": {"count": len(unjoined), "rows": unjoined},
            "onset_disagreements_between_the_rivals_files": edition.disagreements,
            "calibration": notes["calibration"],
            "onset_v1_from": notes["from"],
            "bases": [bases[0], bases[-1]],
            "bootstrap_draws": draws,
            "seed": ctx.settings.seed,
            "model_card": card("onset_v1").ref,
            "looks": len(looks("onset_v1")),
            "rules": RULES,
        }
    )
    return result, (two_year, by_rule)


RULES = {
    "training": "base years up to b-2; a label whose two-year window has not ended is unknown and left out",
    "ewp_rule": "higher risk and better (min) rank of two base years, against an onset in the target year, as EWP does",
    "two_lists": "chance of standing in at least one of two lists of exactly k, ties at random (expectation, no draw)",
    "two_year": "one row a base year, an onset in either of the next two years; recall: lists of exactly k",
    "differences": "model - ewp on rows both have; countries redrawn whole; middle 95%; without prefix: two-year",
    "skill": "1 - Brier / Brier of expanding climatology on the same rows",
    "undefined": "null: not defined or not known, never 0",
}


def snapshot(ctx: Context) -> Snapshot:
    """Return our side from the data in force: the design of ``onset_v1`` and the places with a killing under way."""
    from tocsin.evidence.panel import columns, country_year
    from tocsin.evidence.store import load_tables

    panel = country_year(load_tables(ctx))
    design, lacking = recipes.onset_design(panel, {c.id: c.group for c in columns()}, card("onset_v1").columns)
    if lacking:
        ctx.progress(f"the panel lacks {', '.join(lacking)}; onset_v1 runs without")
    burning = panel.filter(pl.col("ongoing") > 0).select("place_id", "year")
    return Snapshot(design, {(p, int(y)) for p, y in burning.iter_rows()})


def make_record(ctx: Context) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the calibrated rolling history of ``onset_v1`` up to the year before the newest, and what made it."""
    ours = snapshot(ctx)
    made = recipes.recipe(ours.design.columns)
    newest = int(ours.design.year.max())
    raw = rolling.history(ours.design, range(rolling.FIRST_BASE, newest), made, ctx.seed_for, progress=ctx.progress)
    table, shifts = rolling.calibrated(raw)
    about = {
        "model": card("onset_v1").ref,
        "inputs_sha256": rolling.content_hash(ours.design, made),
        "first_base": rolling.FIRST_BASE,
        "newest_year": newest,
        "seed": ctx.settings.seed,
        "scikit_learn": sklearn.__version__,
        "calibration": {str(base): shift.kind for base, shift in shifts.items()},
        "licence": "CC BY-SA 4.0 (made from V-Dem figures among others; see SOURCES.md)",
        "command": "tocsin score record",
    }
    return table, about


def _joins(asked: pl.DataFrame, have: set[Key]) -> dict[Key, Key]:
    """Return {(rival's code, base): (place, base)} for every row of the rival that our panel has."""
    known = places()
    out: dict[Key, Key] = {}
    for code, base in asked.select("ccode", "base_year").iter_rows():
        place = known.from_code("cow", code, base)
        if place is not None and (place, base) in have:
            out[(str(code), int(base))] = (place, int(base))
    return out


def _forecasts(
    edition: Edition,
    ours: Snapshot,
    asked: pl.DataFrame,
    key_of: dict[Key, Key],
    ctx: Context,
    *,
    refit: bool,
) -> tuple[dict[str, Forecasts], dict[str, Any]]:
    """Return every model's forecasts by the rival's (code, base), and notes on how they came about."""
    made = recipes.recipe(ours.design.columns)
    bases = sorted(set(asked["base_year"].to_list()))
    span = range(min(rolling.FIRST_BASE, bases[0]), bases[-1] + 1)
    rows = [(str(c), int(b)) for c, b in asked.select("ccode", "base_year").iter_rows()]
    kept = record.read()
    if not refit and kept and kept.about["inputs_sha256"] == rolling.content_hash(ours.design, made):
        table, origin = kept.history, "the bundled record, made on these very inputs"
    else:
        ctx.progress(f"onset_v1: {len(span)} rolling fits on the snapshot's columns")
        table, _ = rolling.calibrated(rolling.history(ours.design, span, made, ctx.seed_for, progress=ctx.progress))
        origin = "rolling fits made by this command"
    ctx.progress(f"onset_v1@panel: {len(span)} rolling fits on the rival's columns")
    panel_table, shifts = rolling.calibrated(
        rolling.history(
            edition.design, span, recipes.recipe(edition.design.columns), ctx.seed_for, progress=ctx.progress
        )
    )
    mine, theirs = _by_key(table), _by_key(panel_table)
    out: dict[str, Forecasts] = {
        RIVAL: dict(zip(rows, asked["risk_prev"].to_list(), strict=True)),
        "onset_v1": {row: mine[key_of[row]] for row in rows if row in key_of and key_of[row] in mine},
        "onset_v1@panel": {row: theirs[row] for row in rows if row in theirs},
    }
    stale = {row: (key_of[row][0], key_of[row][1] - 1) for row in rows if row in key_of}
    out["last_forecast"] = {row: mine[before] for row, before in stale.items() if before in mine}
    parts, sign = recipes.zsum_parts()
    own_sum = _zsum(ours.design.only(parts), sign, bases)
    out["zsum4"] = {row: own_sum[key_of[row]] for row in rows if row in key_of}
    if set(PANEL_ZSUM) <= set(edition.design.columns):
        panel_sum = _zsum(edition.design.only(list(PANEL_ZSUM)), np.array(list(PANEL_ZSUM.values())), bases)
        out["zsum4@panel"] = {row: panel_sum[row] for row in rows}
    rates = {b: climatology.fit(edition.design.label[Origin(b).training(edition.design)]) for b in bases}
    out["climatology"] = {row: rates[row[1]] for row in rows}
    return out, {"from": origin, "calibration": {str(b): s.kind for b, s in shifts.items() if b >= bases[0]}}


def _by_key(table: pl.DataFrame) -> Forecasts:
    """Return {(place, base): calibrated probability}."""
    return {(p, int(b)): v for p, b, v in table.select("place_id", "base_year", "p").iter_rows()}


def _zsum(design: Design, sign: np.ndarray, bases: list[int]) -> Forecasts:
    """Return rolling forecasts of the four-column sum: standardised and scaled on training years only."""
    out: Forecasts = {}
    for base in bases:
        train = Origin(base).training(design)
        fitted = zsum.fit(design.x[train], design.label[train], sign)
        rows = rolling.forecast_rows(design, base)
        out |= {(p, base): float(v) for p, v in zip(rows.place, fitted.predict(rows.x), strict=True)}
    return out


def _two_year(edition: Edition, asked: pl.DataFrame, forecasts: dict[str, Forecasts]) -> TwoYear:
    """Return the fair slate: every row the rival forecast whose window has ended; a model's missing row is NaN."""
    label = {
        (p, int(y)): v for p, y, v in zip(edition.design.place, edition.design.year, edition.design.label, strict=True)
    }
    rows = [(str(c), int(b)) for c, b in asked.select("ccode", "base_year").iter_rows()]
    return TwoYear(
        np.array([p for p, _ in rows], dtype=object),
        np.array([b for _, b in rows]),
        np.array([label.get(row, np.nan) for row in rows]),
        {m: np.array([f.get(row, np.nan) for row in rows]) for m, f in forecasts.items()},
    )


def _rule(edition: Edition, forecasts: dict[str, Forecasts]) -> Rule:
    """Return the slate of EWP's own rule: every target for which the rival has a risk."""
    rows = edition.peer.filter(pl.col("maxrisk2").is_not_null())
    place = np.array([str(c) for c in rows["ccode"].to_list()], dtype=object)
    return rule(place, rows["year"].to_numpy().astype(int), rows["mk_onset"].cast(pl.Float64).to_numpy(), forecasts)


def _scores(two_year: TwoYear, by_rule: Rule, model: str) -> dict[str, Any]:
    """Return one model's scores on the rows it has, and how many those are."""
    mine = two_year.keep(~np.isnan(two_year.p[model]) & ~np.isnan(two_year.label))
    ruled = by_rule.keep(~np.isnan(by_rule.best_risk(model)))
    return {
        "ewp_rule": {"rows": len(ruled.label), "onsets": int(ruled.label.sum()), **ruled.metrics(model)},
        "two_year": {"rows": len(mine.label), "positives": int(mine.label.sum()), **mine.full(model)},
    }


class _Pairs:
    """Paired differences of any two models on the rows both have; a model's redraws on the same rows are made once."""

    def __init__(self, two_year: TwoYear, by_rule: Rule, seed: int, draws: int) -> None:
        self.two_year, self.by_rule, self.seed, self.draws = two_year, by_rule, seed, draws
        self.made: dict[tuple[str, str, bytes], bootstrap.Redrawn] = {}

    def difference(self, model: str, rival: str) -> dict[str, dict[str, float]]:
        """Return model − rival for both scorings; names of EWP's rule carry the prefix ``ewp_rule_``."""
        fair_rows = ~np.isnan(self.two_year.label)
        ruled_rows = np.ones(len(self.by_rule.label), dtype=bool)
        for name in (model, rival):
            fair_rows &= ~np.isnan(self.two_year.p[name])
            ruled_rows &= ~np.isnan(self.by_rule.best_risk(name))
        fair = bootstrap.differences(*(self._fair(m, fair_rows) for m in (model, rival)))
        ruled = bootstrap.differences(*(self._ruled(m, ruled_rows) for m in (model, rival)))
        return {**fair, **{f"ewp_rule_{name}": d for name, d in ruled.items()}}

    def _fair(self, model: str, rows: np.ndarray) -> bootstrap.Redrawn:
        key = ("two_year", model, rows.tobytes())
        if key not in self.made:
            slate = self.two_year.keep(rows)
            lists = slate.lists(model)
            weights = bootstrap.country_weights(slate.place, self.seed, self.draws)
            self.made[key] = bootstrap.redraw(lambda w: slate.metrics(model, w, lists), weights, PAIRED)
        return self.made[key]

    def _ruled(self, model: str, rows: np.ndarray) -> bootstrap.Redrawn:
        key = ("ewp_rule", model, rows.tobytes())
        if key not in self.made:
            slate = self.by_rule.keep(rows)
            weights = bootstrap.country_weights(slate.place, self.seed, self.draws)
            self.made[key] = bootstrap.redraw(lambda w: slate.metrics(model, w), weights, PAIRED_RULE)
        return self.made[key]


def _eras(two_year: TwoYear, forecasts: dict[str, Forecasts]) -> list[dict[str, Any]]:
    """Return two-year scores by era, rows that every model has."""
    out = []
    for first, last in ERAS:
        rows = (two_year.year >= first) & (two_year.year <= last)
        out.append({"bases": [first, last], **_part(two_year, rows, forecasts)})
    return out


def _situations(
    two_year: TwoYear, ours: Snapshot, key_of: dict[Key, Key], forecasts: dict[str, Forecasts]
) -> dict[str, dict[str, Any]]:
    """Return two-year scores where a killing was already under way at the base, and where none was."""
    rows = list(zip(two_year.place.tolist(), two_year.year.tolist(), strict=True))
    burning = np.array([key_of.get(row) in ours.under_way for row in rows])
    return {
        "under_way": _part(two_year, burning, forecasts),
        "none_under_way": _part(two_year, ~burning, forecasts),
    }


def _part(two_year: TwoYear, rows: np.ndarray, forecasts: dict[str, Forecasts]) -> dict[str, Any]:
    """Return rows, positives and scores of every model on a part of the slate that all of them have.

    Lists are those of whole years: a place is looked for among all places of its year, not among those of the part.
    """
    whole = np.all([~np.isnan(two_year.p[m]) for m in forecasts], axis=0)
    years = two_year.keep(whole)
    inside = rows[whole] & ~np.isnan(years.label)
    part = years.keep(inside)
    scores = {}
    for model in forecasts if len(part.label) else ():
        lists = {k: chance[inside] for k, chance in years.lists(model).items()}
        found = part.metrics(model, None, lists)
        scores[model] = {k: found[k] for k in ("auc", "ap", "log_loss", "recall10", "recall30")}
    return {"rows": len(part.label), "positives": int(part.label.sum()), "models": scores}


def _reliability(two_year: TwoYear, forecasts: dict[str, Forecasts]) -> dict[str, list[dict[str, Any]]]:
    """Return reliability bins of every model but climatology, which has one value a year."""
    out = {}
    for model in forecasts:
        if model != "climatology":
            rows = ~np.isnan(two_year.p[model])
            out[model] = probability.reliability(two_year.label[rows], two_year.p[model][rows], EDGES)
    return out


def _onset_ranks(
    edition: Edition, by_rule: Rule, asked: pl.DataFrame
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return misses (outside our top 30) worst first, and gains (in our top 30, not in the rival's)."""
    known = places()
    name = {str(c): n for c, n in asked.select("ccode", "ewp_name").iter_rows()}
    ranks = {m: by_rule.best_rank(m) for m in by_rule.rank}

    def whole(model: str, i: int) -> int | None:
        value = ranks[model][i]
        return None if math.isnan(value) else int(value)

    rows = []
    for i in np.flatnonzero(by_rule.label == 1):
        code, year = str(by_rule.place[i]), int(by_rule.year[i])
        rows.append(
            {
                "place": known.from_code("cow", code, year),
                "name": name.get(code, code),
                "year": year,
                "rank_ewp": whole(RIVAL, i),
                "rank_onset_v1": whole("onset_v1", i),
                "rank_onset_v1_panel": whole("onset_v1@panel", i),
            }
        )

    def outside(row: dict[str, Any], key: str) -> bool:
        return row[key] is None or row[key] > LISTED

    missed = sorted((r for r in rows if outside(r, "rank_onset_v1")), key=lambda r: -(r["rank_onset_v1"] or 10_000))
    gained = [r for r in rows if not outside(r, "rank_onset_v1") and outside(r, "rank_ewp")]
    return missed, sorted(gained, key=lambda r: r["rank_onset_v1"])


def clean(value: Any) -> Any:
    """Return plain JSON values: NaN becomes null, numbers of numpy become Python's."""
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v) for v in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else round(float(value), 6)
    return int(value) if isinstance(value, np.integer) else value
