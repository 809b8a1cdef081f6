"""The same questions asked on candidate months: data that did not know what the rest of the year would bring.

UCDP's yearly release lists an actor only when it kills 25 in a calendar year, so its January knows December. Candidate
events are listed as they are found. Learning stays on the yearly release; predictors and outcomes are the candidate
months'. The months before them may be missing: an origin is asked only about windows that were counted whole, and a
column that is not known there is not used.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.evidence.forecast.baselines import climatology, conflictology, persistence
from tocsin.evidence.forecast.models.violence_v1 import Recipe, distributions, probabilities
from tocsin.evidence.forecast.violence import counts, thresholds
from tocsin.evidence.forecast.violence.judge import QUIET_BELOW, Judged, joined, measures
from tocsin.evidence.forecast.violence.stack import Stack, stack
from tocsin.evidence.forecast.violence.world import World

MOST_HOLES = 4
"""With more of the last twelve months missing nobody can say that a place was quiet for a year."""


def groups(world: World) -> Iterator[Stack]:
    """Yield the provisional origins, those with the same columns known together, oldest first."""
    months = [world.cube.first + i for i in np.flatnonzero(world.cube.provisional)]
    found: list[Stack] = [stack(world.features, [m]) for m in months]
    while found:
        known = found[0].usable()
        same = [s for s in found if s.usable() == known]
        found = [s for s in found if s.usable() != known]
        yield stack(world.features, sorted({int(s.origin[0]) for s in same}))


def threshold_rows(world: World, made: Recipe, seed: int) -> dict[tuple[int, int], Judged]:
    """Return judged rows by (floor, horizon) for every provisional origin whose window was counted whole."""
    end, train = world.last_final, world.train
    parts: dict[tuple[int, int], list[Judged]] = {q: [] for q in thresholds.QUESTIONS}
    for rows in groups(world):
        if all(np.isnan(rows.within(world.cube, "os", h)).all() for h in thresholds.HORIZONS):
            continue
        grid = probabilities(train, rows, world.final, end, made, seed)
        calm = np.nansum(rows.recent["os"], axis=1)
        for h, horizon in enumerate(thresholds.HORIZONS):
            deaths = rows.within(world.cube, "os", horizon)
            keep = ~np.isnan(deaths)
            if not keep.any():
                continue
            past = train.within(world.final, "os", horizon)
            learn = (train.origin + horizon <= end) & ~np.isnan(past)
            behind = train.keep(learn).windows(world.cube, "os", horizon, back=1)
            windows = world.features.behind("os", rows.origin, rows.row, horizon)
            for f, floor in enumerate(thresholds.FLOORS):
                label = (past[learn] >= floor).astype(float)
                rate = climatology.fit(label)
                p = {
                    "violence_v1": grid.p[:, f, h],
                    "persistence": persistence.fit(np.log1p(behind[:, 0]), label).predict(np.log1p(windows[:, 0])),
                    "conflictology": conflictology.share(windows, floor, rate),
                    "climatology_monthly": np.full(len(rows.place), rate),
                }
                parts[floor, horizon].append(
                    Judged(
                        rows.place,
                        rows.origin,
                        rows.origin // 12,
                        (calm < floor) & (rows.holes <= MOST_HOLES),
                        (deaths >= floor).astype(float),
                        {m: {"p": v} for m, v in p.items()},
                        np.full(len(rows.place), horizon),
                    ).keep(keep)
                )
    return {q: joined(found) for q, found in parts.items() if found}


def count_rows(world: World, name: str, made: Recipe, seed: int, leads: range = range(1, 12)) -> Judged | None:
    """Return judged rows of a count for provisional origins, at leads whose month was counted; None without any."""
    parts = []
    for rows in groups(world):
        number = np.arange(len(rows.place))
        calm = np.nansum(rows.recent[name], axis=1) < QUIET_BELOW
        asked = [n for n in leads if not np.isnan(rows.after(world.cube, name, np.full(len(number), n), number)).all()]
        for lead, forecast in distributions(world.train, rows, world.final, name, world.last_final, made, seed, asked):
            deaths = rows.after(world.cube, name, np.full(len(number), lead), number)
            keep = ~np.isnan(deaths)
            models = forecast | {"persistence": np.repeat(rows.recent[name][:, -1:], len(counts.LEVELS), axis=1)}
            parts.append(
                Judged(
                    rows.place[keep],
                    rows.origin[keep],
                    rows.origin[keep] // 12,
                    calm[keep],
                    deaths[keep],
                    {m: measures(q[keep], deaths[keep]) for m, q in models.items()},
                    np.full(keep.sum(), lead),
                )
            )
    return joined(parts) if parts else None
