"""The head-to-head: a rival's edition and our models on the same rows, with intervals of every difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.catalog.models import card, looks
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import counts, led_by, recipes, record, rolling
from tocsin.evidence.forecast.baselines import climatology, zsum
from tocsin.evidence.forecast.calibrate import History
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.score import bootstrap, compare, kept_fits, parts, seeds
from tocsin.evidence.forecast.score.compare import ERAS, RIVAL, Key, clean
from tocsin.evidence.forecast.score.peer import Edition
from tocsin.evidence.forecast.score.slate import Rule, TwoYear, rule
from tocsin.evidence.forecast.split import Origin

MODELS = ("onset_v1", "onset_v2")
OURS = (
    "onset_v1",
    "onset_v1@panel",
    "onset_v2",
    "onset_v2@panel",
    "climatology",
    "zsum4",
    "zsum4@panel",
    "last_forecast",
)
FURTHER = (
    ("onset_v2", "onset_v1"),
    ("onset_v2", "zsum4"),
    ("onset_v2@panel", "onset_v1@panel"),
    ("onset_v2@panel", "zsum4@panel"),
)
# The rival's own names of the columns that zsum4 needs, and their signs, as its 2025 edition has them.
PANEL_ZSUM = {"battledeaths.log2": 1.0, "popsize.log2": 1.0, "un_imr_sqrt": 1.0, "pol_killing_approved": 1.0}

Forecasts = dict[Key, float]


@dataclass(frozen=True)
class Snapshot:
    """Our side: the design of our panel, whether a killing was under way (place, year), and who led what began."""

    design: Design
    under_way: set[Key]
    led: led_by.Parts | None = None


@dataclass(frozen=True)
class Made:
    """Every model's forecasts by the rival's (code, base), the rolling tables behind ours, and how they came about."""

    forecasts: dict[str, Forecasts]
    tables: dict[str, pl.DataFrame]
    notes: dict[str, Any]


def run(
    edition: Edition,
    ours: Snapshot,
    ctx: Context,
    *,
    refit: bool = False,
    draws: int = bootstrap.DRAWS,
    n_seeds: int = seeds.SEEDS,
) -> tuple[dict[str, Any], tuple[TwoYear, Rule]]:
    """Score every model on the rival's rows; return the object of ``tocsin score onset`` and the slates behind it.

    ``refit`` makes our rolling forecasts anew even when the bundled record was made on these inputs; ``n_seeds`` is how
    many seeds ``onset_v2`` is run with (1: no spread is given).
    """
    asked = edition.peer.filter(pl.col("risk_prev").is_not_null())
    if asked.is_empty():
        raise Refused("the rival's file holds no forecast (risk_prev is empty everywhere)")
    bases = sorted(set(asked["base_year"].to_list()))
    key_of = _joins(asked, set(zip(ours.design.place.tolist(), ours.design.year.tolist(), strict=True)))
    made = _forecasts(edition, ours, asked, key_of, ctx, refit=refit)
    forecasts = made.forecasts
    two_year = _two_year(edition, asked, forecasts)
    by_rule = _rule(edition, forecasts)
    ctx.progress(f"differences: {draws} redraws of countries")
    pairs = compare.Pairs(two_year, by_rule, ctx.seed_for("score", "countries"), draws)
    unjoined = [
        {"ccode": int(c), "country": n, "base_year": int(b)}
        for c, n, b in asked.select("ccode", "ewp_name", "base_year").iter_rows()
        if (str(c), int(b)) not in key_of
    ]
    ranked = compare.onset_ranks(edition, by_rule, asked)
    misses, gains = compare.misses_and_gains(ranked, "onset_v1")
    misses_v2, gains_v2 = compare.misses_and_gains(ranked, "onset_v2")
    burning = compare.burning(two_year, ours.under_way, key_of)
    result = {
        "rows": len(by_rule.label),
        "onsets": int(by_rule.label.sum()),
        "two_year_rows": int((~np.isnan(two_year.label)).sum()),
        "two_year_positives": int(np.nansum(two_year.label)),
        "unknown_labels": int(np.isnan(two_year.label).sum()),
        "models": {m: compare.scores(two_year, by_rule, m) for m in (RIVAL, *OURS) if m in forecasts},
        "differences": {m: pairs.difference(m, RIVAL) for m in OURS if m in forecasts},
        "onset_v1_minus_zsum4": pairs.difference("onset_v1", "zsum4"),
        "further_differences": {
            f"{a} - {b}": pairs.difference(a, b) for a, b in FURTHER if a in forecasts and b in forecasts
        },
        "eras": compare.eras(two_year, list(forecasts), pairs),
        "situations": compare.situations(two_year, burning, list(forecasts), pairs),
        "reliability": compare.reliability(two_year, list(forecasts)),
        "misses": misses,
        "gains": gains,
        "misses_onset_v2": misses_v2,
        "gains_onset_v2": gains_v2,
        "unjoined": {"count": len(unjoined), "rows": unjoined},
        "onset_disagreements_between_the_rivals_files": edition.disagreements,
        "calibration": made.notes["calibration"],
        "calibration_onset_v2": made.notes["calibration_onset_v2"],
        "onset_v1_from": made.notes["onset_v1"],
        "onset_v2_from": made.notes["onset_v2"],
        "bases": [bases[0], bases[-1]],
        "bootstrap_draws": draws,
        "seed": ctx.settings.seed,
        "model_card": card("onset_v1").ref,
        "model_card_onset_v2": card("onset_v2").ref,
        "looks": len(looks("onset_v1")),
        "looks_onset_v2": len(looks("onset_v2")),
        "rules": RULES,
    }
    ctx.progress("numbers of onsets and who led them")
    result["counts"] = _counts(two_year, made.tables, ctx)
    if ours.led is not None:
        result["led_by"] = parts.scored(made.tables["onset_v2"], [key_of[k] for k in _rows(asked) if k in key_of])
    if n_seeds > 1:
        result["seeds"] = seeds.spread(
            _other_seeds((edition.design, ours.design), _rows(asked), key_of, ctx, n_seeds), two_year, by_rule, burning
        )
    return clean(result), (two_year, by_rule)


RULES = {
    "training": "base years up to b-2; a label whose two-year window has not ended is unknown and left out",
    "ewp_rule": "higher risk and better (min) rank of two base years, against an onset in the target year, as EWP does",
    "two_lists": "chance of standing in at least one of two lists of exactly k, ties at random (expectation, no draw)",
    "two_year": "one row a base year, an onset in either of the next two years; recall: lists of exactly k",
    "differences": "model - ewp on rows both have; countries redrawn whole; middle 95%; without prefix: two-year",
    "skill": "1 - Brier / Brier of expanding climatology on the same rows",
    "counts": "90% predictive interval of the number of positive base years; shocks learnt from closed past folds only",
    "seeds": "lowest, highest and standard deviation of a score over seeds; the first is the one published",
    "undefined": "null: not defined or not known, never 0",
}


def every_forecast(edition: Edition, ours: Snapshot, ctx: Context) -> dict[str, Forecasts]:
    """Return every model's forecasts by the rival's (code, base): what a benchmark compares as it likes."""
    asked = edition.peer.filter(pl.col("risk_prev").is_not_null())
    key_of = _joins(asked, set(zip(ours.design.place.tolist(), ours.design.year.tolist(), strict=True)))
    return _forecasts(edition, ours, asked, key_of, ctx, refit=False).forecasts


def window(edition: Edition, said: dict[str, Forecasts], first: int, last: int) -> tuple[TwoYear, Rule]:
    """Return both slates for base years ``first`` to ``last``: EWP's rule for targets with both bases in the window."""
    asked = edition.peer.filter(pl.col("risk_prev").is_not_null())
    two_year, by_rule = _two_year(edition, asked, said), _rule(edition, said)
    return (
        two_year.keep((two_year.year >= first) & (two_year.year <= last)),
        by_rule.keep((by_rule.year - 1 >= first) & (by_rule.year - 1 <= last)),
    )


def snapshot(ctx: Context) -> Snapshot:
    """Return our side from the data in force: the design, the places with a killing under way, and who led."""
    from tocsin.evidence.panel import columns, country_year
    from tocsin.evidence.store import load_tables

    panel = country_year(load_tables(ctx))
    design, lacking = recipes.onset_design(panel, {c.id: c.group for c in columns()}, card("onset_v1").columns)
    if lacking:
        ctx.progress(f"the panel lacks {', '.join(lacking)}; our models run without")
    burning = panel.filter(pl.col("ongoing") > 0).select("place_id", "year")
    return Snapshot(design, {(p, int(y)) for p, y in burning.iter_rows()}, led_by.labels(panel))


def _rows(asked: pl.DataFrame) -> list[Key]:
    """Return the rival's rows as (code, base)."""
    return [(str(c), int(b)) for c, b in asked.select("ccode", "base_year").iter_rows()]


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
) -> Made:
    """Return every model's forecasts by the rival's (code, base), and how they came about."""
    bases = sorted(set(asked["base_year"].to_list()))
    rows = _rows(asked)
    out: dict[str, Forecasts] = {RIVAL: dict(zip(rows, asked["risk_prev"].to_list(), strict=True))}
    tables: dict[str, pl.DataFrame] = {}
    notes: dict[str, Any] = {}
    for model in MODELS:
        tables[model], notes[model] = _own(model, ours, _span(bases), ctx, refit=refit)
        mine = _by_key(tables[model])
        out[model] = {row: mine[key_of[row]] for row in rows if row in key_of and key_of[row] in mine}
        ctx.progress(f"{model}@panel: {len(_span(bases))} rolling fits on the rival's columns")
        made = recipes.recipe_of(model, edition.design.columns)
        raw = kept_fits.history(ctx, edition.design, _span(bases), made, model)
        tables[f"{model}@panel"], shifts = rolling.calibrated(raw, recipes.chooser(model))
        theirs = _by_key(tables[f"{model}@panel"])
        out[f"{model}@panel"] = {row: theirs[row] for row in rows if row in theirs}
        key = "calibration" if model == "onset_v1" else f"calibration_{model}"
        notes[key] = {str(b): s.kind for b, s in shifts.items() if b >= bases[0]}
    mine = _by_key(tables["onset_v1"])
    stale = {row: (key_of[row][0], key_of[row][1] - 1) for row in rows if row in key_of}
    out["last_forecast"] = {row: mine[before] for row, before in stale.items() if before in mine}
    zparts, sign = recipes.zsum_parts()
    own_sum = _zsum(ours.design.only(zparts), sign, bases)
    out["zsum4"] = {row: own_sum[key_of[row]] for row in rows if row in key_of}
    if set(PANEL_ZSUM) <= set(edition.design.columns):
        panel_sum = _zsum(edition.design.only(list(PANEL_ZSUM)), np.array(list(PANEL_ZSUM.values())), bases)
        out["zsum4@panel"] = {row: panel_sum[row] for row in rows}
    rates = {b: climatology.fit(edition.design.label[Origin(b).training(edition.design)]) for b in bases}
    out["climatology"] = {row: rates[row[1]] for row in rows}
    return Made(out, tables, notes)


def _span(bases: list[int]) -> range:
    """Return the base years to forecast: the rival's and, for calibration, those before."""
    return range(min(rolling.FIRST_BASE, bases[0]), bases[-1] + 1)


def _own(model: str, ours: Snapshot, span: range, ctx: Context, *, refit: bool) -> tuple[pl.DataFrame, str]:
    """Return the calibrated rolling table of one of our models on our columns, and where it is from."""
    made = recipes.recipe_of(model, ours.design.columns)
    kept = record.read(model_id=model)
    if not refit and kept and kept.about["inputs_sha256"] == rolling.content_hash(ours.design, made):
        return kept.history, "the bundled record, made on these very inputs"
    ctx.progress(f"{model}: {len(span)} rolling fits on the snapshot's columns")
    raw = kept_fits.history(ctx, ours.design, span, made, model)
    table, _ = rolling.calibrated(raw, recipes.chooser(model))
    if model == "onset_v2" and ours.led is not None:
        table = led_by.history(ours.design, ours.led, table, card(model).settings["led_by"])
    return table, "rolling fits made by this command"


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
    rows = _rows(asked)
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


def _counts(two_year: TwoYear, tables: dict[str, pl.DataFrame], ctx: Context) -> dict[str, Any]:
    """Return the check of the predictive intervals of numbers of onsets, for each of our models."""
    out = {}
    for model, table in tables.items():
        rows = ~np.isnan(two_year.p[model]) & ~np.isnan(two_year.label)
        judged = History(two_year.year[rows], two_year.p[model][rows], two_year.label[rows])
        past = History(
            table["base_year"].to_numpy().astype(int),
            table["p"].to_numpy(),
            table["label"].fill_null(float("nan")).to_numpy(),
        )
        out[model] = counts.check(two_year.place[rows], judged, past, ERAS, ctx.seed_for("counts", model))
    return out


def _other_seeds(
    designs: tuple[Design, Design], rows: list[Key], key_of: dict[Key, Key], ctx: Context, n_seeds: int
) -> dict[str, list[Forecasts]]:
    """Return the forecasts of ``onset_v2`` and ``onset_v2@panel`` under further seeds, calibrated each for itself.

    ``designs`` are the rival's and ours.
    """
    span = _span(sorted({base for _, base in rows}))
    out: dict[str, list[Forecasts]] = {"onset_v2": [], "onset_v2@panel": []}
    for number in range(1, n_seeds):
        ctx.progress(f"onset_v2 with seed {number + 1} of {n_seeds}")

        def seed_for(*names: object, number: int = number) -> int:
            return ctx.seed_for("seed", number, *names)

        for name, whole in zip(("onset_v2@panel", "onset_v2"), designs, strict=True):
            by_key = _by_key(_under(ctx, seed_for, whole, span))
            keys = {row: row if name.endswith("@panel") else key_of.get(row) for row in rows}
            out[name].append({row: by_key[key] for row, key in keys.items() if key in by_key})
    return out


def _under(ctx: Context, seed_for: Callable[..., int], whole: Design, span: range) -> pl.DataFrame:
    """Return the calibrated rolling table of ``onset_v2`` under other seeds."""
    made = recipes.recipe_of("onset_v2", whole.columns)
    raw = kept_fits.history(ctx, whole, span, made, "onset_v2", seed_for=seed_for)
    return rolling.calibrated(raw, recipes.chooser("onset_v2"))[0]
