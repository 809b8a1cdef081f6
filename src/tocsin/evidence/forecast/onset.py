"""One model of mass-killing onset at one base year: forecasts, intervals, who would lead. One pass asks it for both."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.evidence.forecast import health, hub, intervals, led_by, models, recipes, record, rolling, work
from tocsin.evidence.forecast.calibrate import History
from tocsin.evidence.forecast.combine import logit
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.split import Origin

ONSET = "mass_killing_onset"
PART_DRAWS = 60
PART_TARGETS = tuple(f"{ONSET}_{part}" for part in led_by.PARTS)
PART_KIND = f"{intervals.KIND}; and from {PART_DRAWS} redraws of the countries whose onsets say who led"


class Onset:
    """A model fitted for one base year: rows, probabilities by learner and combined, log-odds."""

    def __init__(self, model: str, design: Design, base: int, fitted: models.Fitted, past: History) -> None:
        self.model, self.design, self.base, self.fitted = model, design, base, fitted
        self.shift = recipes.chooser(model)(past, base)
        self.rows = rolling.forecast_rows(design, base)
        self.each = fitted.each(self.rows.x)
        self.p = health.sound(self.shift.apply(fitted.predict(self.rows.x)))

    def log_odds(self, x: np.ndarray) -> np.ndarray:
        """Return the calibrated log-odds of any rows: what the drivers add up to."""
        return logit(self.shift.apply(self.fitted.predict(x)))

    def calibration(self) -> dict[str, Any]:
        """Return which shift is in force and what the candidates cost in the past."""
        return {"kind": self.shift.kind, "log_odds": self.shift.log_odds, "trials": self.shift.trials}


def past_of(kept: record.Kept | None) -> History:
    """Return the rolling forecasts of a kept record before calibration; nothing when there is none."""
    return History(*record.arrays(kept.history)) if kept else History(*(np.zeros(0) for _ in range(3)))


def replicates(model: str, design: Design, base: int, target: np.ndarray, ctx: Context) -> np.ndarray:
    """Return log-odds (draws, m) of rows ``target`` under redraws of training countries, with smaller forests."""
    train = Origin(base).training(design)
    small = recipes.recipe_of(model, design.columns, card(model).settings["interval"]["scale_trees"])

    def learn(x: np.ndarray, label: np.ndarray, seed: int) -> Any:
        return models.fit(x, label, small, seed).predict

    return intervals.by_countries(
        learn,
        design.place[train],
        design.x[train],
        design.label[train],
        target,
        seed=ctx.seed_for(model, "interval", base),
        jobs=work.jobs(int(train.sum())),
    )


def told(model_id: str, one: Onset, drawn: np.ndarray, *, origin: str | None = None) -> pl.DataFrame:
    """Return the hub rows of an onset's probabilities with intervals from replicates (draws, n).

    ``origin`` is the base year, unless an earlier forecast is told under a newer one.
    """
    low, high = intervals.spread(drawn, one.each).interval(one.p)
    return hub.rows(model_id, origin or str(one.base), ONSET, one.rows.place, one.p, low=low, high=high)


def parts_told(one: Onset, drawn: np.ndarray, labels: led_by.Parts, ctx: Context) -> list[pl.DataFrame]:
    """Return the hub rows of a state-led onset and of one led by others; none where too few onsets are of known kind.

    Their interval adds to the spread of either, as variances in log-odds, the spread of the shares over redraws of the
    countries whose onsets the shares are learnt from.
    """
    settings = card(one.model).settings["led_by"]
    split = led_by.fit(one.design, labels, one.base, settings)
    if split is None:
        return []
    kind = np.where(Origin(one.base).training(one.design), labels.kind(), -1)
    onsets = np.flatnonzero(kind >= 0)
    parts = split.parts(one.rows.x, one.p)
    spread = intervals.spread(drawn, one.each)
    again: dict[str, list[np.ndarray]] = {part: [] for part in led_by.PARTS}
    countries = intervals.clusters(one.design.place[onsets])
    for number in range(PART_DRAWS):
        chance = np.random.default_rng([ctx.seed_for(one.model, "led_by", one.base), number])
        rows = onsets[intervals.redraw(countries, chance)]
        refitted = led_by.fit_rows(one.design, kind, rows, settings)
        for part, p in refitted.parts(one.rows.x, one.p).items():
            again[part].append(logit(p))
    out = []
    for part, p in parts.items():
        shares = np.stack(again[part]).std(axis=0, ddof=1)
        wider = intervals.Spread(np.hypot(spread.countries, shares), spread.learners)
        low, high = wider.interval(p)
        out.append(hub.rows(one.model, str(one.base), f"{ONSET}_{part}", one.rows.place, p, low=low, high=high))
    return out
