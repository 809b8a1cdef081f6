"""Score ``violence_v1`` and its baselines on test years: everything the track record says, as one mapping."""

from __future__ import annotations

from typing import Any

import numpy as np

from tocsin.catalog.models import card, looks
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.months import month_text
from tocsin.evidence import panel as panels
from tocsin.evidence.forecast import work
from tocsin.evidence.forecast.models.violence_v1 import COUNTED, Recipe, question, recipe
from tocsin.evidence.forecast.violence import candidate, figures, judge, thresholds
from tocsin.evidence.forecast.violence.live import FIRST_YEAR
from tocsin.evidence.forecast.violence.world import World, world
from tocsin.evidence.store import load_tables

PARTS = ("thresholds", *COUNTED.values(), "seeds", "candidates")
SEED_QUESTIONS = ((25, 1), (25, 12), (100, 12))
SEED_LEADS = (6, 12)


def load(ctx: Context, made: Recipe) -> World:
    """Return the world of the tables in force."""
    tables = load_tables(ctx)
    last = int(tables.country_year["year"].max())  # type: ignore[arg-type]
    return world(tables.country_month, panels.country_year(tables, first=FIRST_YEAR, last=last), made)


def run(ctx: Context, first: int, last: int, *, draws: int, seeds: int, part: str = "all") -> dict[str, Any]:
    """Return the figures of test years ``first`` to ``last``, all of them or one of ``PARTS``.

    ``seeds`` more fits of a smaller set tell how far chance moves them. Raises Misuse for an unknown part, Refused
    when no month of the years is in the yearly release.
    """
    if part not in ("all", *PARTS):
        raise Misuse(f"there is no part {part!r}", todo=f"Choose all, {', '.join(PARTS)}")
    made = recipe()
    ctx.progress("Reading the months")
    here = load(ctx, made)
    years = [y for y in range(first, last + 1) if y * 12 <= here.last_final]
    if not years:
        raise Refused(f"no month of {first} to {last} is in the yearly release", todo="Choose years that have ended")
    seed = ctx.seed_for("violence_v1")
    workers = work.jobs(len(here.train.place))
    wanted = PARTS if part == "all" else (part,)
    out: dict[str, Any] = {
        "model": "violence_v1",
        "card": card("violence_v1").version,
        "test_years": [years[0], years[-1]],
        "newest_label": month_text(here.last_final),
        "inputs_sha256": here.content_hash(made),
        "bootstrap_draws": draws,
        "looks": len(looks("violence_v1")),
    }
    if "thresholds" in wanted:
        out["thresholds"] = _thresholds(ctx, here, made, years, seed, draws, workers)
    asked = {name: outcome for name, outcome in COUNTED.items() if outcome in wanted}
    if asked:
        out["counts"] = _counts(ctx, here, made, years, seed, draws, workers, asked)
    if "seeds" in wanted and seeds:
        out["seeds"] = _seeds(ctx, here, made, years, seeds, workers)
    if "candidates" in wanted and here.cube.provisional.any():
        out["candidate"] = _candidate(ctx, here, made, seed)
    return figures.plain(out)  # type: ignore[no-any-return]


def _thresholds(  # noqa: PLR0917 - the data, the years, how
    ctx: Context, here: World, made: Recipe, years: list[int], seed: int, draws: int, workers: int
) -> list[dict[str, Any]]:
    """Return the figures of every floor and horizon."""
    found: dict[tuple[int, int], list[judge.Judged]] = {q: [] for q in thresholds.QUESTIONS}
    calls = [(here, y, made, seed) for y in years]
    for year, judged in zip(years, work.spread(judge.threshold_year, calls, workers), strict=True):
        ctx.progress(f"  thresholds {year}")
        for q, rows in judged.items():
            found[q].append(rows)
    out = []
    for (floor, horizon), parts in found.items():
        ctx.progress(f"  scoring {floor} deaths in {horizon} months")
        scores = figures.threshold(judge.joined(parts), ctx.seed_for("bootstrap", horizon), draws)
        out.append({"floor": floor, "horizon": horizon, **scores})
    return out


def _counts(  # noqa: PLR0917 - the data, the years, how
    ctx: Context,
    here: World,
    made: Recipe,
    years: list[int],
    seed: int,
    draws: int,
    workers: int,
    asked: dict[str, str],
) -> dict[str, Any]:
    """Return the figures of the counts asked for."""
    out = {}
    for name, outcome in asked.items():
        found = []
        calls = [(here, name, y, made, seed) for y in years]
        for year, rows in zip(years, work.spread(judge.count_year, calls, workers), strict=True):
            ctx.progress(f"  {outcome} {year}")
            found.append(rows)
        out[outcome] = figures.count(judge.joined(found), ctx.seed_for("bootstrap", name), draws)
    return out


def _seeds(  # noqa: PLR0917 - the data, the years, how
    ctx: Context, here: World, made: Recipe, years: list[int], seeds: int, workers: int
) -> dict[str, Any]:
    """Return how far the figures of a smaller set move with the seed: every third year, three questions, two leads."""
    found: dict[str, list[float]] = {}
    some = years[::3]
    for number in range(seeds):
        ctx.progress(f"  seed {number + 1} of {seeds}")
        seed = ctx.seed_for("violence_v1", "seed", number)
        for floor, horizon in SEED_QUESTIONS:
            parts = list(work.spread(_alone, [(here, y, made, seed, floor, horizon) for y in some], workers))
            label, p, quiet = (np.concatenate(each) for each in zip(*parts, strict=True))
            said = f"{floor} deaths in {horizon} months"
            found.setdefault(f"{said}: log loss", []).append(figures.log_loss(label, p))
            found.setdefault(f"{said}: AP on quiet rows", []).append(figures.average_precision(label[quiet], p[quiet]))
        for name, outcome in COUNTED.items():
            calls = [(here, name, y, made, seed, SEED_LEADS, 12) for y in some]
            rows = judge.joined(list(work.spread(judge.count_year, calls, workers)))
            ours, rival = (rows.by_model[m]["crps"] for m in ("violence_v1", "conflictology"))
            found.setdefault(f"{outcome}: CRPS ratio, pooled", []).append(figures.crps.ratio(ours, rival))
    return {"years": some, "leads": list(SEED_LEADS)} | {w: figures.spread(v) for w, v in found.items()}


def _alone(  # noqa: PLR0917 - the data, the year, the question
    here: World, year: int, made: Recipe, seed: int, floor: int, horizon: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return label, probability and quiet of one question in one test year, before questions are put in order."""
    end = year * 12 - 1
    rows = here.train.keep((here.train.origin >= end) & (here.train.origin < end + 12))
    columns = made.known(rows)
    p = question(here.train, columns, here.final, end, made, seed, floor, horizon).predict(rows.only(columns))
    deaths = rows.within(here.final, "os", horizon)
    keep = ~np.isnan(deaths)
    quiet = np.nansum(rows.recent["os"], axis=1) < floor
    return (deaths[keep] >= floor).astype(float), p[keep], quiet[keep]


def _candidate(ctx: Context, here: World, made: Recipe, seed: int) -> dict[str, Any]:
    """Return the figures on candidate months, with which origins could be asked what."""
    ctx.progress("  candidate months")
    asked = []
    for (floor, horizon), rows in candidate.threshold_rows(here, made, seed).items():
        span = [month_text(int(m)) for m in (rows.origin.min(), rows.origin.max())]
        scores = figures.threshold(rows, seed, 0)
        asked.append(
            {"floor": floor, "horizon": horizon, "origins": span, "all": scores["all"], "quiet": scores["quiet"]}
        )
    counted = {}
    for name, outcome in COUNTED.items():
        rows_of = candidate.count_rows(here, name, made, seed)
        if rows_of is not None:
            counted[outcome] = figures.count(rows_of, seed, 200) | {
                "origins": [month_text(int(m)) for m in np.unique(rows_of.origin)[[0, -1]]]
            }
    return {"thresholds": asked, "counts": counted}
