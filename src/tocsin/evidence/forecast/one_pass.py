"""One pass of forecasting: every model and baseline for the newest base year, with intervals, drivers and record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import (
    apart,
    conflict_record,
    health,
    hub,
    intervals,
    led_by,
    profiles,
    record,
    rolling,
    whatif,
    why,
    work,
)
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
from tocsin.evidence.forecast.violence import live as violence
from tocsin.evidence.kept import Evidence, part, tables_hash
from tocsin.evidence.panel import columns as panel_columns
from tocsin.evidence.panel import groups as panel_groups
from tocsin.evidence.panel.as_known import digest, flat

CONFLICT = "state_based_deaths_ge25"
FIRST, SECOND = "onset_v1", "onset_v2"
"""Both are forecast, explained and kept; which of them speaks is ``catalog.models.IN_FORCE``."""
CONFLICT_FIRST_BASE = conflict_record.FIRST_BASE
CONFLICT_DRAWS = 60
CONFLICT_KIND = (
    f"of the forecast probability, from {CONFLICT_DRAWS} redraws of training countries, the one logit it is fitted to "
    "each, normal in log-odds"
)


@dataclass(frozen=True)
class ForecastResult:
    """What one pass of forecasting hands on; tables as the run folder keeps them.

    ``failed`` names each model that could not speak, with the reason: its rows are not in the tables.
    """

    forecasts: pl.DataFrame
    drivers: pl.DataFrame
    whatif: pl.DataFrame
    profiles: pl.DataFrame
    record: pl.DataFrame
    conflict_record: pl.DataFrame
    base_rates: dict[str, float]
    interval_level: float
    interval_kinds: dict[str, str]
    degraded: list[str]
    model_cards: list[dict[str, Any]]
    about: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def produce(panel: pl.DataFrame, tables: Any, ctx: Context) -> ForecastResult:
    """Forecast the newest base year of a panel with every model and baseline.

    ``panel`` is ``panel.country_year``; ``tables`` the store's tables (``country_year`` long figures are read for the
    conflict model). Deterministic for equal inputs and seed. Raises Refused when the panel has no row or no label.
    """
    if panel.is_empty():
        raise Refused("the panel holds no place and year to forecast")
    declared = {c.id: c for c in panel_columns()}
    base = int(panel["year"].max())
    wanted = card("onset_v1").columns or list(declared)
    design, lacking = onset_design(panel, {c.id: c.group for c in declared.values()}, wanted)
    degraded = [f"{m} runs without {c}: the panel does not have it" for m in (FIRST, SECOND) for c in lacking]
    records = {model: record.read(model_id=model) for model in (FIRST, SECOND)}
    for model, found in records.items():
        degraded += _vintage(model, found, design)
    kept = records[record.SPEAKS]
    failed: dict[str, str] = {}

    grounds = {"panel": digest(flat(panel)), "base": base}
    ctx.progress(f"{FIRST}: base years {base} and {base - 1}")
    first = (design, base, records[FIRST], declared)
    onset = health.attempt(FIRST, lambda: _kept(ctx, FIRST, grounds, lambda: _onset(first, ctx)), failed)
    if onset is None:
        failed["last_forecast"] = f"{FIRST} failed: {failed[FIRST]}"
    ctx.progress(f"{SECOND}: base year {base}")
    asked = (design, base, records[SECOND], declared)
    second = health.attempt(SECOND, lambda: _kept(ctx, SECOND, grounds, lambda: _second(panel, asked, ctx)), failed)
    said = [one for one in (onset, second) if one]
    plain = _kept(ctx, "baselines", grounds, lambda: _Said(_baselines(design, base, ctx), {}))
    tables_out = [table for one in [*said, plain] for table in one.forecasts]
    ctx.progress("conflict_v1")
    figures = tables.country_year.filter(pl.col("indicator").is_in(conflict_v1.FIGURES))
    fought_over = {**grounds, "figures": tables_hash(figures)}
    conflict = health.attempt(
        "conflict_v1",
        lambda: _kept(ctx, "conflict_v1", fought_over, lambda: _conflict(panel, figures, base, ctx)),
        failed,
    )
    tables_out += conflict.forecasts if conflict else ()
    ctx.progress("violence_v1: months ahead")
    covered = panel.filter(pl.col("year") == base)["place_id"].to_list()
    ahead = health.attempt("violence_v1", lambda: violence.produce(panel, tables.country_month, covered, ctx), failed)
    if ahead:
        tables_out.append(ahead.forecasts)
        degraded += ahead.degraded

    closed = Origin(base).training(design)
    rates = {ONSET: climatology.fit(design.label[closed]), **({CONFLICT: conflict.base_rate} if conflict else {})}
    past = record.shown(kept.history, base - 1) if kept else record.empty()
    fought = conflict.record if conflict else conflict_record.empty()
    named = (FIRST, SECOND, "climatology", "zsum4", "last_forecast", "conflict_v1", *violence.MODELS)
    cards = [card(m) for m in named]
    drivers = pl.concat([pl.DataFrame(schema=why.SCHEMA), *(one.drivers for one in said)])
    return ForecastResult(
        forecasts=hub.checked(pl.concat(tables_out)),
        drivers=drivers.sort("target", "model_id", "place_id", "group"),
        whatif=onset.whatif if onset else pl.DataFrame(schema=whatif.SCHEMA),
        profiles=onset.profiles if onset else pl.DataFrame(schema=profiles.SCHEMA),
        record=past,
        conflict_record=fought,
        base_rates=rates,
        interval_level=intervals.LEVEL,
        interval_kinds={ONSET: intervals.KIND, CONFLICT: CONFLICT_KIND, **dict.fromkeys(PART_TARGETS, PART_KIND)},
        degraded=degraded,
        model_cards=[{"id": c.id, "version": c.version, "title": c.title, "ref": c.ref} for c in cards],
        about={
            "base_year": base,
            "calibration": onset.about if onset else None,
            "calibration_onset_v2": second.about if second else None,
            "record": kept.about if kept else None,
            "training_rows": int(closed.sum()),
            "training_onsets": int(design.label[closed].sum()),
            "conflict": conflict.about if conflict else None,
            "apart": apart.conditional(past, fought, {"onset": rates[ONSET], "conflict": rates[CONFLICT]})
            if conflict
            else [],
            "groups": panel_groups(),
            "reads": {
                ONSET: [c for c in declared if c in design.columns],
                CONFLICT: [*conflict_v1.FROM, *card("conflict_v1").settings["context"]],
            },
            "violence": ahead.about if ahead else None,
        },
        failed=failed,
    )


@dataclass(frozen=True)
class _Said:
    """What one model says: hub tables and what stands beside them."""

    forecasts: list[pl.DataFrame]
    about: dict[str, Any]
    drivers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=why.SCHEMA))
    whatif: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=whatif.SCHEMA))
    profiles: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=profiles.SCHEMA))
    record: pl.DataFrame = field(default_factory=conflict_record.empty)
    base_rate: float = 0.0


def _kept(ctx: Context, name: str, made_from: object, make: Callable[[], _Said]) -> _Said:
    """Return what a model says, made once for what it is made from. What is said does not depend on which it was."""

    def told() -> Evidence:
        said = make()
        tables = {n: getattr(said, n) for n in ("drivers", "whatif", "profiles", "record")}
        about = {"about": said.about, "base_rate": said.base_rate}
        return Evidence({"forecasts": pl.concat(said.forecasts), **tables}, about)

    found = part(ctx, name, made_from, told)
    tables = dict(found.tables)
    return _Said([tables.pop("forecasts")], found.about["about"], base_rate=found.about["base_rate"], **tables)


_Asked = tuple[Design, int, record.Kept | None, Mapping[str, Any]]


def _onset(asked: _Asked, ctx: Context) -> _Said:
    """Return what ``onset_v1`` says of the base year. Raises health.Sick when it may not speak."""
    design, base, kept, declared = asked
    made = recipe_of(FIRST, design.columns)
    calls = [(design, b, made, ctx.seed_for(FIRST, b)) for b in (base, base - 1)]
    now, then = work.spread(rolling.fit_at, calls, work.jobs(len(design.year)))
    health.converged(now, then)
    onset, before = (Onset(FIRST, design, b, fitted, past_of(kept)) for b, fitted in ((base, now), (base - 1, then)))
    tables = _with_intervals(onset, before, ctx)
    ctx.progress("drivers, changes and likenesses")
    labels = why.names(declared.values())
    drivers, _ = why.explain(ONSET, "onset_v1", onset.rows, onset.log_odds, labels)
    families = whatif.families(design.columns, list(declared.values()), panel_groups())
    changed = whatif.ask_all(ONSET, "onset_v1", onset.rows, design, onset.log_odds, families, labels)
    weight = profiles.weights(onset.log_odds, onset.rows)
    return _Said(
        tables,
        onset.calibration(),
        drivers=drivers.sort("target", "model_id", "place_id", "group"),
        whatif=changed,
        profiles=profiles.nearest(ONSET, "onset_v1", onset.rows, design, now.inputs, weight),
    )


def _second(panel: pl.DataFrame, onset: _Asked, ctx: Context) -> _Said:
    """Return what ``onset_v2`` says of the base year, and who would lead. Raises health.Sick when it may not speak."""
    design, base, kept, declared = onset
    made = recipe_of(SECOND, design.columns)
    fitted = rolling.fit_at(design, base, made, ctx.seed_for(SECOND, base))
    health.converged(fitted, *fitted.small)  # type: ignore[union-attr]
    one = Onset(SECOND, design, base, fitted, past_of(kept))
    drawn = replicates(SECOND, design, base, one.rows.x, ctx)
    drivers, _ = why.explain(ONSET, SECOND, one.rows, one.log_odds, why.names(declared.values()))
    tables = [told(SECOND, one, drawn), *parts_told(one, drawn, led_by.labels(panel), ctx)]
    return _Said(tables, one.calibration(), drivers=drivers)


def _with_intervals(onset: Onset, before: Onset, ctx: Context) -> list[pl.DataFrame]:
    """Return the hub rows of ``onset_v1`` and of ``last_forecast`` (``onset_v1`` a base year earlier), with intervals.

    Both spreads come from one set of redraws, fitted for the newer base year: a year of training rows more or less
    does not change how firmly a number stands, and a second set would cost as much as everything else together.
    """
    drawn = replicates(FIRST, onset.design, onset.base, np.vstack([onset.rows.x, before.rows.x]), ctx)
    cut, origin = len(onset.p), str(onset.base)
    return [told(FIRST, onset, drawn[:, :cut]), told("last_forecast", before, drawn[:, cut:], origin=origin)]


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


def _conflict(panel: pl.DataFrame, figures: pl.DataFrame, base: int, ctx: Context) -> _Said:
    """Return what ``conflict_v1`` says of the base year, its record and base rate. Raises health.Sick as it must."""
    settings = card("conflict_v1").settings
    design = conflict_v1.design(panel, figures, list(settings["context"]))
    gap = conflict_v1.HORIZON_YEARS
    past = conflict_record.past(design, base, settings, CONFLICT_FIRST_BASE)
    shift = choose(History(*record.arrays(past)), base, gap)
    train, rows = Origin(base, gap).training(design), rolling.forecast_rows(design, base)
    fitted = conflict_v1.fit(design.x[train], design.label[train], settings["logit"])
    health.converged(fitted)
    p = health.sound(shift.apply(fitted.predict(rows.x)))

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
    return _Said(
        [table],
        {"calibration": {"kind": shift.kind, "log_odds": shift.log_odds}, "training_rows": int(train.sum())},
        record=conflict_record.shown(past, design, base),
        base_rate=climatology.fit(design.label[train]),
    )


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
