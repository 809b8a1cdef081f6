"""What ``violence_v1`` and its baselines say today: from the newest month of the tables in force, into the hub table.

The recipe and its lines are those of the record. What a run keeps is thinner than what was computed, to keep its folder
small: seven quantiles and ten samples a month ahead, in steps of a tenth of a death. The samples of a month are an even
sample of its distribution; sample 3 of one month and of the next belong to no common story.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from tocsin.core.context import Context
from tocsin.core.months import month_text
from tocsin.evidence.forecast import hub, work
from tocsin.evidence.forecast.baselines import conflictology, persistence
from tocsin.evidence.forecast.models.violence_v1 import (
    COUNTED,
    Grid,
    Recipe,
    distributions,
    learners,
    probabilities,
    recipe,
)
from tocsin.evidence.forecast.violence import counts, fits, kept, thresholds
from tocsin.evidence.forecast.violence.stack import Stack, stack
from tocsin.evidence.forecast.violence.world import World, world

KEPT_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
SAMPLES = 10
FIRST_YEAR = 1986
"""The panel from this year on is enough: the first origin, December 1989, reads 1988."""
LEARNERS = (*learners(), *(f"lines-{horizon}" for horizon in thresholds.HORIZONS))
"""All that is asked of the newest month and learnt from months before it, by the names they are kept under."""
MODELS = ("violence_v1", "persistence", "conflictology", "climatology_monthly")


@dataclass(frozen=True)
class Said:
    """The rows of one origin, what must be said of the months behind them, and where the forecast came from."""

    forecasts: pl.DataFrame
    degraded: list[str]
    about: dict[str, Any]


def produce(
    panel: pl.DataFrame, country_month: pl.DataFrame, places: Collection[str], ctx: Context, *, anew: bool = False
) -> Said:
    """Forecast every listed place that existed in the newest month. Deterministic for equal inputs and seed.

    What was kept of the same inputs is read instead of made again, unless ``anew``.
    """
    made = recipe()
    here = world(country_month, panel.filter(pl.col("year") >= FIRST_YEAR), made)
    content, seed = here.content_hash(made), ctx.seed_for("violence_v1")
    made_from = kept.key(content, places, seed)
    found = None if anew else kept.read(made_from)
    if found is None:
        rows, about = _forecast(here, made, places, seed, ctx)
        found = rows, {**about, "inputs_sha256": content, "key": made_from}
    return Said(found[0], _degraded(found[1]), found[1])


def of_tables(ctx: Context) -> Said:
    """Forecast from the tables in force, made anew: every state the yearly panel of a refresh covers."""
    from tocsin.evidence import panel as panels
    from tocsin.evidence.store import load_tables

    tables = load_tables(ctx)
    last = min(int(tables.source("vdem").newest[:4]), ctx.now().year - 1)
    panel = panels.country_year(tables, first=FIRST_YEAR, last=last)
    covered = panel.filter(pl.col("year") == last)["place_id"].to_list()
    return produce(panel, tables.country_month, covered, ctx, anew=True)


def prepare(panel: pl.DataFrame, country_month: pl.DataFrame, places: Collection[str], ctx: Context) -> bool:
    """Fit and keep the learners that the next month is asked of, when they are not kept yet; tell whether they were."""
    made = recipe()
    here = world(country_month, panel.filter(pl.col("year") >= FIRST_YEAR), made)
    rows = _newest(here, places)
    seed = ctx.seed_for("violence_v1")
    if _fits(ctx, here, rows, made, seed).has(LEARNERS):
        return True
    _forecast(here, made, places, seed, ctx)
    return False


def _newest(here: World, places: Collection[str]) -> Stack:
    """Return the rows of the newest month."""
    every = stack(here.features, [here.cube.last])
    return every.keep(np.isin(every.place.astype(str), list(places)))


def _fits(ctx: Context, here: World, rows: Stack, made: Recipe, seed: int) -> fits.Fits:
    return fits.fits(ctx, here, (made, made.known(rows), seed, here.last_final))


def _forecast(
    here: World, made: Recipe, places: Collection[str], seed: int, ctx: Context | None = None
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the hub rows of every model for the newest month, and what there is to say of them.

    With a context the learners are kept in its data folder, or taken from there.
    """
    origin, end = here.cube.last, here.last_final
    rows = _newest(here, places)
    kept_fits = _fits(ctx, here, rows, made, seed) if ctx else fits.Fits()
    asked = (here, rows, made, seed, kept_fits)
    calls: list[tuple[Any, ...]] = [(name, *asked) for name in (None, *COUNTED)]
    # Asking learners that are there is quicker than starting a second process.
    jobs = 1 if kept_fits.has(LEARNERS) else work.jobs(len(here.train.place))
    grid, *series = work.spread(_piece, calls, jobs)
    tables = [_chances(here, rows, grid), _baselines(here, rows, kept_fits)]
    for name, found in zip(COUNTED, series, strict=True):
        tables.append(_counts(month_text(origin), COUNTED[name], rows, found))
    lacking = [c for c in made.columns if c not in made.known(rows)]
    holes = int(np.median(rows.holes))
    about = {
        "origin": month_text(origin),
        "provisional": bool(here.cube.provisional[-1]),
        "learnt_to": month_text(end),
        "missing_of_last_12": holes,
        "flagged": sorted(str(p) for p in rows.place[rows.holes > 0]),
        "without": lacking,
    }
    return pl.concat(tables).sort("model_id", "target", "horizon", "output_type", "output_type_id", "place_id"), about


def _piece(  # noqa: PLR0917 - the data, the recipe, where learners are kept
    name: str | None, here: World, rows: Stack, made: Recipe, seed: int, keeper: fits.Fits
) -> Any:
    """Return the grid of chances (no name), or {lead: quantiles (n, 100)} of one count."""
    end = here.last_final
    if name is None:
        return probabilities(here.train, rows, here.final, end, made, seed, keeper)
    return {
        lead: parts["violence_v1"]
        for lead, parts in distributions(here.train, rows, here.final, name, end, made, seed, counts.LEADS, keeper)
    }


def _chances(here: World, rows: Stack, grid: Grid) -> pl.DataFrame:
    """Return the hub rows of every floor and horizon, with their 90% intervals."""
    low, high = grid.interval()
    origin = month_text(here.cube.last)
    parts = []
    for f, floor in enumerate(thresholds.FLOORS):
        for h, horizon in enumerate(thresholds.HORIZONS):
            at = (slice(None), f, h)
            parts.append(
                hub.rows(
                    "violence_v1",
                    origin,
                    outcome(floor),
                    rows.place,
                    grid.p[at],
                    low=low[at],
                    high=high[at],
                    horizon=horizon,
                )
            )
    return pl.concat(parts)


def _baselines(here: World, rows: Stack, keeper: fits.Fits) -> pl.DataFrame:
    """Return what persistence, conflictology and climatology say of every floor and horizon."""
    origin = month_text(here.cube.last)
    parts = []
    for horizon in thresholds.HORIZONS:
        lines = keeper.of(f"lines-{horizon}", partial(_lines, here, horizon))
        windows = here.features.behind("os", rows.origin, rows.row, horizon)
        for floor in thresholds.FLOORS:
            line = lines[floor]
            for model, p in (
                ("persistence", line.predict(np.log1p(windows[:, 0]))),
                ("conflictology", conflictology.share(windows, floor, line.rate)),
                ("climatology_monthly", np.full(len(rows.place), line.rate)),
            ):
                parts.append(hub.rows(model, origin, outcome(floor), rows.place, p, horizon=horizon))
    return pl.concat(parts)


def _lines(here: World, horizon: int) -> dict[int, persistence.Fitted]:
    """Return the line of every floor, learnt from windows closed by the last month learnt from."""
    train = here.train
    past = train.within(here.final, "os", horizon)
    learn = (train.origin + horizon <= here.last_final) & ~np.isnan(past)
    behind = np.log1p(train.keep(learn).windows(here.cube, "os", horizon, back=1)[:, 0])
    return {floor: persistence.fit(behind, (past[learn] >= floor).astype(float)) for floor in thresholds.FLOORS}


def _counts(origin: str, target: str, rows: Stack, found: dict[int, np.ndarray]) -> pl.DataFrame:
    """Return the hub rows of one count.

    Quantiles and samples of ours, quantiles of conflictology, a month ahead each.
    """
    past = counts.past(rows.recent[next(n for n, t in COUNTED.items() if t == target)])
    parts = []
    for lead, quantiles in found.items():
        kept = {level: np.round(counts.at_level(quantiles, level), 1) for level in KEPT_LEVELS}
        samples = np.round(quantiles[:, 100 // SAMPLES // 2 :: 100 // SAMPLES], 1)
        parts.append(hub.counts("violence_v1", origin, target, rows.place, lead, quantiles=kept, samples=samples))
        base = {level: counts.at_level(past, level) for level in KEPT_LEVELS}
        parts.append(hub.counts("conflictology", origin, target, rows.place, lead, quantiles=base))
    return pl.concat(parts)


def outcome(floor: int) -> str:
    """Return the outcome of a floor."""
    return f"one_sided_deaths_ge{floor}"


def _degraded(about: dict[str, Any]) -> list[str]:
    """Return what a run must say of the months behind its monthly forecasts: one sentence, or nothing.

    Each place's page names what is left out; a run says that there is something.
    """
    missing = about["missing_of_last_12"]
    because = [
        *([f"{missing} of the last 12 months {'is' if missing == 1 else 'are'} not counted"] if missing else []),
        *(["the months that their longer memory needs are not counted"] if about["without"] else []),
    ]
    if not because:
        return []
    return [f"Months ahead (violence_v1, from {about['origin']}) are drawn wider: {' and '.join(because)}"]
