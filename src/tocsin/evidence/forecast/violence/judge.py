"""Rolling forecasts of test years, ours and the baselines', with what followed: the rows that scores are made of.

A test year has the origins December before it to November in it. Every fit of the year learns from windows closed by
that December; nothing later is read. Labels are of the yearly release alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.baselines import climatology, conflictology, persistence
from tocsin.evidence.forecast.models.violence_v1 import Recipe, distributions, probabilities
from tocsin.evidence.forecast.score import crps
from tocsin.evidence.forecast.violence import counts, thresholds
from tocsin.evidence.forecast.violence.world import World

QUIET_BELOW = 25
EVERY = 3
"""Counts are judged at every third origin: 36 leads of each are 36 rows a place already."""
INTERVALS = {"50": (0.25, 0.75), "90": (0.05, 0.95)}


@dataclass(frozen=True)
class Judged:
    """Scored rows: keys (n,) and one array a model; ``quiet`` is true where the year before stayed below the floor."""

    place: np.ndarray
    origin: np.ndarray
    year: np.ndarray
    quiet: np.ndarray
    seen: np.ndarray
    by_model: dict[str, dict[str, np.ndarray]]
    lead: np.ndarray

    def keep(self, rows: np.ndarray) -> Judged:
        """Return the rows where ``rows`` is true."""
        kept = {m: {k: v[rows] for k, v in parts.items()} for m, parts in self.by_model.items()}
        return Judged(
            self.place[rows],
            self.origin[rows],
            self.year[rows],
            self.quiet[rows],
            self.seen[rows],
            kept,
            self.lead[rows],
        )


def joined(parts: Sequence[Judged]) -> Judged:
    """Return several judged pieces as one."""
    models = parts[0].by_model
    return Judged(
        *(np.concatenate([getattr(p, name) for p in parts]) for name in ("place", "origin", "year", "quiet", "seen")),
        {m: {k: np.concatenate([p.by_model[m][k] for p in parts]) for k in models[m]} for m in models},
        np.concatenate([p.lead for p in parts]),
    )


def threshold_year(world: World, year: int, made: Recipe, seed: int) -> dict[tuple[int, int], Judged]:
    """Return the judged rows of one test year by (floor, horizon); ``seen`` is 1.0 or 0.0, models hold ``p``."""
    end = year * 12 - 1
    train, final = world.train, world.final
    rows = train.keep((train.origin >= end) & (train.origin < end + 12))
    grid = probabilities(train, rows, final, end, made, seed)
    calm = np.nansum(rows.recent["os"], axis=1)
    out = {}
    for h, horizon in enumerate(thresholds.HORIZONS):
        past_deaths, deaths = train.within(final, "os", horizon), rows.within(final, "os", horizon)
        learn = (train.origin + horizon <= end) & ~np.isnan(past_deaths)
        behind = {id(s): s.windows(world.cube, "os", horizon) for s in (train.keep(learn), rows)}
        train_windows, windows = behind.values()
        for f, floor in enumerate(thresholds.FLOORS):
            label = (past_deaths[learn] >= floor).astype(float)
            rate = climatology.fit(label)
            line = persistence.fit(np.log1p(train_windows[:, 0]), label)
            p = {
                "violence_v1": grid.p[:, f, h],
                "logit": grid.each[:, f, h, 0],
                "boosting": grid.each[:, f, h, 1],
                "persistence": line.predict(np.log1p(windows[:, 0])),
                "conflictology": conflictology.share(windows, floor, rate),
                "climatology_monthly": np.full(len(rows.place), rate),
            }
            keep = ~np.isnan(deaths)
            made_rows = Judged(
                rows.place,
                rows.origin,
                np.full(len(rows.place), year),
                calm < floor,
                np.where(keep, deaths >= floor, np.nan).astype(float),
                {m: {"p": v} for m, v in p.items()},
                np.full(len(rows.place), horizon),
            )
            out[floor, horizon] = made_rows.keep(keep)
    return out


def count_year(  # noqa: PLR0917 - the data, the year, the recipe
    world: World, name: str, year: int, made: Recipe, seed: int, leads: Sequence[int] = counts.LEADS, every: int = EVERY
) -> Judged:
    """Return the judged rows of one test year: CRPS, CRPS of log(1 + deaths), and whether intervals held."""
    end = year * 12 - 1
    train = world.train
    rows = train.keep((train.origin >= end) & (train.origin < end + 12) & ((train.origin - end) % every == 0))
    number = np.arange(len(rows.place))
    calm = np.nansum(rows.recent[name], axis=1) < QUIET_BELOW
    everybody = world.final.deaths[name][:, : world.final.at(end) + 1]
    flat = np.quantile(everybody[~np.isnan(everybody)], counts.LEVELS, method="inverted_cdf")
    parts = []
    for lead, forecast in distributions(train, rows, world.final, name, end, made, seed, leads):
        deaths = rows.after(world.final, name, np.full(len(number), lead), number)
        keep = ~np.isnan(deaths)
        if not keep.any():
            continue
        last = np.repeat(rows.recent[name][:, -1:], 100, axis=1)
        models = forecast | {"persistence": last, "climatology_monthly": np.tile(flat, (len(number), 1))}
        parts.append(
            Judged(
                rows.place[keep],
                rows.origin[keep],
                np.full(keep.sum(), year),
                calm[keep],
                deaths[keep],
                {m: measures(q[keep], deaths[keep]) for m, q in models.items()},
                np.full(keep.sum(), lead),
            )
        )
    return joined(parts)


def measures(quantiles: np.ndarray, deaths: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is kept of a forecast once it is scored: both CRPS and whether each interval held what came.

    Deaths are whole: the ends of an interval are rounded to the nearest whole number before they are judged.
    """
    out = {
        "crps": crps.of_quantiles(counts.LEVELS, quantiles, deaths),
        "log": crps.of_quantiles(counts.LEVELS, np.log1p(quantiles), np.log1p(deaths)),
    }
    for name, (low, high) in INTERVALS.items():
        bottom, top = (counts.at_level(quantiles, level) for level in (low, high))
        out[f"in{name}"] = ((deaths >= np.rint(bottom)) & (deaths <= np.rint(top))).astype(float)
    return out
