"""``violence_v1``: deaths by month ahead, as chances of reaching a floor and as distributions of a count.

Settings and columns stand in its card, ``catalog/models/violence_v1.yml``, and nowhere else; the card is frozen. A fit
for rows of some origins uses only the columns that are known there for at least half of the places, and learns only
from windows that had closed by a stated month: what is asked of it in a test year and what it says today come from the
same lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np

from tocsin.catalog.models import card
from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.intervals import Z90
from tocsin.evidence.forecast.violence import counts, thresholds
from tocsin.evidence.forecast.violence.cube import Cube
from tocsin.evidence.forecast.violence.stack import Stack

COUNTED = {"os": "one_sided_deaths", "sb": "state_based_deaths"}
"""The two counts that are forecast, and the outcome each is called by."""


@dataclass(frozen=True)
class Recipe:
    """What the card says: columns, settings of the learners, how training rows are spaced, parts of a count."""

    columns: tuple[str, ...]
    yearly: tuple[str, ...]
    thresholds: dict[str, Any]
    forest: dict[str, Any]
    step: int
    draws: int
    parts: tuple[str, ...]

    def known(self, rows: Stack) -> tuple[str, ...]:
        """Return the columns of the card that are known for these rows."""
        usable = set(rows.usable())
        return tuple(c for c in self.columns if c in usable)


def recipe() -> Recipe:
    """Return the recipe as the card states it."""
    said = card("violence_v1")
    settings = said.settings
    return Recipe(
        columns=tuple(said.columns),
        yearly=tuple(settings["yearly"]),
        thresholds={name: dict(settings[name]) for name in ("logit", "boosting")},
        forest=dict(settings["forest"]),
        step=int(settings["training"]["every_months"]),
        draws=int(settings["training"]["draws_a_tree"]),
        parts=tuple(settings["counts"]["parts"]),
    )


@dataclass(frozen=True)
class Grid:
    """Probabilities (n, 3 floors, 4 horizons), the deviation of each in log-odds, and each learner's (n, 3, 4, 2)."""

    p: np.ndarray
    deviation: np.ndarray
    each: np.ndarray

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Return low and high of the 90% interval of the forecast, normal in log-odds, in order like the forecast."""
        z = logit(self.p, floor=thresholds.PROBABILITY_FLOOR)
        low, high = (thresholds.ordered(expit(z + side * Z90 * self.deviation)) for side in (-1, 1))
        return np.minimum(low, self.p), np.maximum(high, self.p)


class Keeper(Protocol):
    """Where fitted learners are kept by name, so that the same are not fitted twice."""

    def of(self, name: str, make: Callable[[], Any]) -> Any:
        """Return the learner of a name, or make it."""
        ...


class Anew:
    """Keeps nothing: every learner is fitted."""

    def of(self, _: str, make: Callable[[], Any]) -> Any:
        """Fit."""
        return make()


def learners() -> tuple[str, ...]:
    """Return the names that learners are kept by."""
    spans = [_span_name(name, span) for name in COUNTED for span in counts.SPANS]
    return (*(_question_name(floor, horizon) for floor, horizon in thresholds.QUESTIONS), *spans)


def _question_name(floor: int, horizon: int) -> str:
    return f"chance-{floor}-{horizon}"


def _span_name(name: str, span: tuple[int, int]) -> str:
    return f"count-{name}-{span[0]}-{span[1]}"


def question(  # noqa: PLR0917 - the data, the month, the question
    train: Stack, columns: tuple[str, ...], cube: Cube, end: int, made: Recipe, seed: int, floor: int, horizon: int
) -> thresholds.Fitted:
    """Return the learners of one floor and horizon, fitted on windows closed by month ``end``."""
    deaths = train.within(cube, "os", horizon)
    keep = (train.origin + horizon <= end) & ((end - horizon - train.origin) % made.step == 0) & ~np.isnan(deaths)
    label = (deaths[keep] >= floor).astype(float)
    return thresholds.fit(train.only(columns)[keep], label, train.place[keep], made.thresholds, seed)


def probabilities(  # noqa: PLR0917 - the data, the month, the recipe
    train: Stack, rows: Stack, cube: Cube, end: int, made: Recipe, seed: int, fits: Keeper | None = None
) -> Grid:
    """Return the chances of every floor and horizon for ``rows``, learnt from windows closed by month ``end``.

    ``cube`` holds the deaths labels are read from. A row with missing months gets a wider interval: the deviation is
    multiplied by 1 + m/12 for m of the last twelve months.
    """
    columns = made.known(rows)
    ahead = rows.only(columns)
    shape = (len(rows.place), len(thresholds.FLOORS), len(thresholds.HORIZONS))
    each, deviation, p = np.zeros((*shape, 2)), np.zeros(shape), np.zeros(shape)
    for floor, horizon in thresholds.QUESTIONS:
        at = (slice(None), thresholds.FLOORS.index(floor), thresholds.HORIZONS.index(horizon))
        asked = partial(question, train, columns, cube, end, made, seed, floor, horizon)
        fitted = (fits or Anew()).of(_question_name(floor, horizon), asked)
        each[at], p[at], deviation[at] = fitted.each(ahead), fitted.predict(ahead), fitted.deviation(ahead)
    return Grid(thresholds.ordered(p), deviation * (1 + rows.holes / 12)[:, None, None], each)


def distributions(  # noqa: PLR0917 - the data, the months, the recipe
    train: Stack,
    rows: Stack,
    cube: Cube,
    name: str,
    end: int,
    made: Recipe,
    seed: int,
    leads: Sequence[int],
    fits: Keeper | None = None,
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Yield for each lead the quantiles (n, 100) of each part and of ``violence_v1``, learnt up to month ``end``."""
    columns = made.known(rows)
    x, ahead = train.only(columns), rows.only(columns)
    level, level_ahead = counts.level(train.recent[name]), counts.level(rows.recent[name])

    def grow(span: tuple[int, int]) -> counts.Forest:
        learnt = counts.training(train, cube, name, span, end, seed, made.step)
        design = counts.with_lead(x[learnt.rows], learnt.lead)
        return counts.fit(design, learnt.deaths, level[learnt.rows], made.forest, seed)

    past = counts.past(rows.recent[name])
    for span in counts.SPANS:
        asked = [lead for lead in leads if span[0] <= lead <= span[1]]
        if not asked:
            continue
        forest = (fits or Anew()).of(_span_name(name, span), partial(grow, span))
        for lead, leaf in _leaves(forest, ahead, asked):
            deaths, scaled = forest.quantiles(leaf, level_ahead, seed + lead, made.draws)
            parts = {"conflictology": past, "forest": deaths, "scale": scaled}
            yield lead, parts | {"violence_v1": counts.combined(parts, made.parts, rows.holes)}


def _leaves(forest: counts.Forest, ahead: np.ndarray, leads: Sequence[int]) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each lead with the leaves (n, trees) of the rows asked ahead by it; of few rows many leads at once."""
    at_once = max(1, counts.TOGETHER // max(len(ahead), 1))
    for first in range(0, len(leads), at_once):
        some = leads[first : first + at_once]
        found = forest.leaves(np.vstack([counts.with_lead(ahead, np.full(len(ahead), lead)) for lead in some]))
        yield from zip(some, np.split(found, len(some)), strict=True)
