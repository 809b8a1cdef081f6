"""A small made-up world for tests: places with a danger that moves slowly and onsets that follow it."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from tocsin.evidence.forecast.design import Design, forward_labels
from tocsin.evidence.forecast.models import onset_v2
from tocsin.evidence.forecast.models.onset_v1 import Recipe

RECIPE = Recipe(
    ridge_logit={"C": 0.1},
    random_forest={"n_estimators": 12, "min_samples_leaf": 5},
    extra_trees={"n_estimators": 12, "min_samples_leaf": 5},
    boosting={"max_leaf_nodes": 4, "max_iter": 15, "learning_rate": 0.1, "min_samples_leaf": 10},
)
RECIPE_V2 = onset_v2.Recipe(
    sum_logit={"C": 1.0},
    spline_logit={"C": 0.1, "n_knots": 4, "degree": 2, "knots": "uniform"},
    extra_trees={"n_estimators": 12, "min_samples_leaf": 5},
    few=(0, 1),
)


def seed_for(*names: object) -> int:
    """Return a seed as the context does, without a context."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:4], "big")


@cache
def world(places: int = 24, first: int = 1960, last: int = 1990, seed: int = 11) -> Design:
    """Return a design of ``places`` x years with four columns in three groups, holes included."""
    chance = np.random.default_rng(seed)
    years = np.arange(first, last + 1)
    danger = chance.normal(size=(len(years), places)).cumsum(axis=0) * 0.3 + chance.normal(size=places)
    event = (chance.uniform(size=danger.shape) < 1 / (1 + np.exp(2.8 - 1.5 * danger))).astype(float)
    noise = chance.normal(size=(*danger.shape, 3))
    x = np.dstack([danger + 0.3 * noise[..., 0], np.exp(danger), noise[..., 1], noise[..., 2]]).reshape(-1, 4)
    x[chance.uniform(size=x.shape) < 0.04] = np.nan
    year = np.repeat(years, places)
    place = np.array([f"P{i:02d}" for i in range(places)] * len(years), dtype=object)
    label = forward_labels(place, year, event.ravel())
    return Design(place, year, x, label, ("danger", "danger_exp", "noise", "more_noise"), ("a", "a", "b", "c"))
