"""One pass of forecasting: every model and baseline for the newest base year, with intervals, drivers and record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import hub, intervals, led_by, record, rolling, why, work
from tocsin.evidence.forecast.baselines import climatology, zsum
from tocsin.evidence.forecast.calibrate import History, choose
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models import conflict_v1
from tocsin.evidence.forecast.onset import (
    ONSET,
    PART_KIND,
    PART_TARGETS,
    Onset,
    parts_told,
    past_of,
    replicates,
    told,
)
from tocsin.evidence.forecast.recipes import onset_design, recipe_of, zsum_parts
from tocsin.evidence.forecast.split import Origin

CONFLICT = "state_based_deaths_ge25"
FIRST, SECOND = "onset_v1", "onset_v2"
"""Both are forecast, explained and kept; which of them speaks is ``catalog.models.IN_FORCE``."""
CONFLICT_FIRST_BASE = 1996
CONFLICT_DRAWS = 60
CONFLICT_KIND = (
    f"of the forecast probability, from {CONFLICT_DRAWS} redraws of training countries, the one logit it is fitted to "
    "each, normal in log-odds"
)


@dataclass(frozen=True)
class ForecastResult:
    """What one pass of forecasting hands on; tables as the run folder keeps them."""

    forecasts: pl.DataFrame
    drivers: pl.DataFrame
    record: pl.DataFrame
    base_rates: dict[str, float]
    interval_level: float
    interval_kinds: dict[str, str]
    degraded: list[str]
    model_cards: list[dict[str, Any]]
    about: dict[str, Any] = field(default_factory=dict)


def produce(panel: pl.DataFrame, tables: Any, ctx: Context) -> ForecastResult:
    """Forecast the newest base year of a panel with every model and baseline.

    ``panel`` is ``panel.country_year``; ``tables`` the store's tables (``country_year`` long figures are read for the
    conflict model). Deterministic for equal inputs and seed. Raises Refused when the panel has no row or no label.
    """
    from tocsin.evidence.panel import columns as panel_columns
    from tocsin.evidence.panel import groups as group_labels

    if panel.is_empty():
        raise Refused("the panel holds no place and year to forecast")
    declared = {c.id: c for c in panel_columns()}
    base = int(panel["year"].max())
    wanted = card("onset_v1").columns or list(declared)
    design, lacking = onset_design(panel, {c.id: c.group for c in declared.values()}, wanted)
    degraded = [f"{m} runs without {c}: the panel does not have it" for m in (FIRST, SECOND) for c in lacking]
    kept = {model: record.read(model_id=model) for model in (FIRST, SECOND)}
    for model, one in kept.items():
        degraded += _vintage(model, one, design)

    ctx.progress(f"{FIRST}: base years {base} and {base - 1}; {SECOND}: {base}")
    asked = [(FIRST, base), (FIRST, base - 1), (SECOND, base)]
    calls = [(design, b, recipe_of(m, design.columns), ctx.seed_for(m, b)) for m, b in asked]
    fitted = work.spread(rolling.fit_at, calls, work.jobs(len(design.year)))
    onset, before, second = (
        Onset(m, design, b, made, past_of(kept[m])) for (m, b), made in zip(asked, fitted, strict=True)
    )
    tables_out = _with_intervals(onset, before, ctx)
    drawn = replicates(SECOND, design, base, second.rows.x, ctx)
    tables_out += [told(SECOND, second, drawn), *parts_told(second, drawn, led_by.labels(panel), ctx)]
    ctx.progress("drivers")
    labels = why.names(declared.values())
    drivers = pl.concat(why.explain(ONSET, one.model, one.rows, one.log_odds, labels)[0] for one in (onset, second))
    tables_out += _baselines(design, base, ctx)
    ctx.progress("conflict_v1")
    conflict, rate, conflict_about = _conflict(panel, tables, base, ctx)
    tables_out.append(conflict)

    closed = Origin(base).training(design)
    cards = [card(m) for m in (FIRST, SECOND, "climatology", "zsum4", "last_forecast", "conflict_v1")]
    shown = kept[record.SPEAKS]
    return ForecastResult(
        forecasts=hub.checked(pl.concat(tables_out)),
        drivers=drivers.sort("target", "model_id", "place_id", "group"),
        record=record.shown(shown.history, base - 1) if shown else record.empty(),
        base_rates={ONSET: climatology.fit(design.label[closed]), CONFLICT: rate},
        interval_level=intervals.LEVEL,
        interval_kinds={ONSET: intervals.KIND, CONFLICT: CONFLICT_KIND, **dict.fromkeys(PART_TARGETS, PART_KIND)},
        degraded=degraded,
        model_cards=[{"id": c.id, "version": c.version, "title": c.title, "ref": c.ref} for c in cards],
        about={
            "base_year": base,
            "calibration": onset.calibration(),
            "calibration_onset_v2": second.calibration(),
            "record": shown.about if shown else None,
            "training_rows": int(closed.sum()),
            "training_onsets": int(design.label[closed].sum()),
            "conflict": conflict_about,
            "groups": group_labels(),
            "reads": {
                ONSET: [c for c in declared if c in design.columns],
                CONFLICT: [*conflict_v1.FROM, *card("conflict_v1").settings["context"]],
            },
        },
    )


def _with_intervals(onset: Onset, before: Onset, ctx: Context) -> list[pl.DataFrame]:
    """Return the hub rows of ``onset_v1`` and of ``last_forecast`` (``onset_v1`` a base year earlier), with intervals.

    Both spreads come from one set of redraws, fitted for the newer base year: a year of training rows more or less
    does not change how firmly a number stands, and a second set would cost as much as everything else together.
    """
    drawn = replicates(FIRST, onset.design, onset.base, np.vstack([onset.rows.x, before.rows.x]), ctx)
    cut = len(onset.p)
    return [told(FIRST, onset, drawn[:, :cut]), told("last_forecast", before, drawn[:, cut:])]


def _baselines(design: Design, base: int, ctx: Context) -> list[pl.DataFrame]:
    """Return climatology and the four-column sum for the base year, with intervals by redraws of countries."""
    train = design.rows(Origin(base).training(design))
    rows = rolling.forecast_rows(design, base)
    n = len(rows.place)
    rate = climatology.fit(train.label)
    low, high = np.quantile(
        climatology.draws(train.place, train.label, ctx.seed_for("climatology", base)), [0.05, 0.95]
    )
    flat = hub.rows(
        "climatology", str(base), ONSET, rows.place, np.full(n, rate), low=np.full(n, low), high=np.full(n, high)
    )
    parts, sign = zsum_parts()
    four, target = train.only(parts), rows.only(parts)
    p = zsum.fit(four.x, four.label, sign).predict(target.x)

    def learn(x: np.ndarray, label: np.ndarray, _: int) -> Any:
        return zsum.fit(x, label, sign).predict

    drawn = intervals.by_countries(
        learn, four.place, four.x, four.label, target.x, seed=ctx.seed_for("zsum4", base), draws=CONFLICT_DRAWS
    )
    bottom, top = intervals.spread(drawn, p[:, None]).interval(p)
    return [flat, hub.rows("zsum4", str(base), ONSET, rows.place, p, low=bottom, high=top)]


def _conflict(panel: pl.DataFrame, tables: Any, base: int, ctx: Context) -> tuple[pl.DataFrame, float, dict[str, Any]]:
    """Return conflict risk for the base year, its base rate, and how it was calibrated."""
    settings = card("conflict_v1").settings
    design = conflict_v1.design(panel, tables.country_year, list(settings["context"]))
    gap = conflict_v1.HORIZON_YEARS
    past: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for year in range(CONFLICT_FIRST_BASE, base):
        train, rows = Origin(year, gap).training(design), design.rows(design.year == year)
        past.append(
            (
                rows.year,
                conflict_v1.fit(design.x[train], design.label[train], settings["logit"]).predict(rows.x),
                rows.label,
            )
        )
    shift = choose(History(*(np.concatenate(parts) for parts in zip(*past, strict=True))), base, gap)
    train, rows = Origin(base, gap).training(design), rolling.forecast_rows(design, base)
    p = shift.apply(conflict_v1.fit(design.x[train], design.label[train], settings["logit"]).predict(rows.x))

    def learn(x: np.ndarray, label: np.ndarray, _: int) -> Any:
        return conflict_v1.fit(x, label, settings["logit"]).predict

    drawn = intervals.by_countries(
        learn,
        design.place[train],
        design.x[train],
        design.label[train],
        rows.x,
        seed=ctx.seed_for("conflict_v1", base),
        draws=CONFLICT_DRAWS,
        jobs=work.jobs(int(train.sum())),
    )
    low, high = intervals.spread(drawn, p[:, None]).interval(p)
    table = hub.rows("conflict_v1", str(base), CONFLICT, rows.place, p, low=low, high=high)
    about = {"calibration": {"kind": shift.kind, "log_odds": shift.log_odds}, "training_rows": int(train.sum())}
    return table, climatology.fit(design.label[train]), about


def _vintage(model: str, kept: record.Kept | None, design: Design) -> list[str]:
    """Return what must be said about the bundled record of a model beside today's panel."""
    make = "tocsin score record" if model == FIRST else f"tocsin score record --model {model}"
    if kept is None:
        return [f"no rolling record of {model} is bundled: it is not calibrated and places have no history ({make})"]
    if kept.about.get("inputs_sha256") != rolling.content_hash(design, recipe_of(model, design.columns)):
        return [
            f"the rolling record and the calibration of {model} were made on other inputs than this panel "
            f"(figures to {kept.about.get('newest_year')}); make them anew with: {make}"
        ]
    return []
