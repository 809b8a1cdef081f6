"""A small made-up world of months for tests: real names of places, made-up deaths that come in spells."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from tocsin.core.months import month_index, month_text
from tocsin.evidence.forecast.models.violence_v1 import Recipe
from tocsin.evidence.forecast.violence.world import World, world

PLACES = (
    "AFG",
    "BEL",
    "CHE",
    "COD",
    "DEU",
    "ESP",
    "ETH",
    "FRA",
    "ITA",
    "KEN",
    "NGA",
    "NOR",
    "RWA",
    "SDN",
    "SWE",
    "UGA",
)
FIRST, LAST = month_index("1989-01"), month_index("1996-12")
COLUMNS = ("os_1", "os_3", "os_12", "os_36", "os_since_25", "sb_12", "os_near_12", "population_log2")
RECIPE = Recipe(
    columns=COLUMNS,
    yearly=("population_log2",),
    thresholds={
        "logit": {"C": 0.1},
        "boosting": {"max_iter": 10, "max_leaf_nodes": 4, "min_samples_leaf": 10, "learning_rate": 0.1},
    },
    forest={"n_estimators": 10, "min_samples_leaf": 5, "max_features": 0.5},
    step=3,
    draws=10,
    parts=("conflictology", "forest"),
)


@cache
def deaths(seed: int = 3) -> pl.DataFrame:
    """Return the monthly table: every place and month counted, deaths in spells."""
    chance = np.random.default_rng(seed)
    n = LAST - FIRST + 1
    hot = (chance.normal(size=(len(PLACES), n)).cumsum(axis=1) * 0.4 + chance.normal(size=(len(PLACES), 1))) > 1
    one = chance.negative_binomial(1, 0.01, size=hot.shape) * hot
    state = chance.negative_binomial(1, 0.005, size=hot.shape) * hot
    rows = [
        (p, month_text(FIRST + m), int(state[i, m]), 0, int(one[i, m]), 1, "release", False)
        for i, p in enumerate(PLACES)
        for m in range(n)
    ]
    names = ["place_id", "month", "state_based_deaths", "non_state_deaths", "one_sided_deaths", "events", "release"]
    return pl.DataFrame(rows, schema=[*names, "provisional"], orient="row")


def panel() -> pl.DataFrame:
    """Return a yearly panel with one column."""
    rows = [(p, y, 20.0 + i) for i, p in enumerate(PLACES) for y in range(1986, 1997)]
    return pl.DataFrame(rows, schema=["place_id", "year", "population_log2"], orient="row")


def made(table: pl.DataFrame | None = None) -> World:
    """Return the world of a monthly table (default: ``deaths()``)."""
    return world(deaths() if table is None else table, panel(), RECIPE)
