"""The input of monthly violence in one piece: deaths by month, and the predictors of every origin."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl

from tocsin.core.months import month_index
from tocsin.evidence.forecast.models.violence_v1 import Recipe
from tocsin.evidence.forecast.violence.cube import Cube, cube
from tocsin.evidence.forecast.violence.features import Features
from tocsin.evidence.forecast.violence.stack import Stack, stack

FIRST_ORIGIN = "1989-12"
"""The first origin with twelve months behind it."""


@dataclass(frozen=True)
class World:
    """All deaths known (``cube``), those of yearly releases (``final``), and the rows of every origin to learn from."""

    cube: Cube
    final: Cube
    features: Features
    train: Stack

    @property
    def last_final(self) -> int:
        """The last month of the yearly release without a hole before it: labels are read up to here."""
        counted = self.final.counted()
        hole = np.flatnonzero(~counted)
        return self.cube.first + (int(hole[0]) if len(hole) else len(counted)) - 1

    def content_hash(self, made: Recipe) -> str:
        """Return the SHA-256 of the predictors (to 9 digits), deaths and settings."""
        digest = hashlib.sha256(repr(made).encode())
        for table in (*self.cube.deaths.values(), self.train.x):
            digest.update(np.where(np.isnan(table), -9e99, np.round(table, 9)).astype("<f8").tobytes())
        return digest.hexdigest()


def world(country_month: pl.DataFrame, panel: pl.DataFrame, made: Recipe) -> World:
    """Return the world of a monthly table and a yearly panel; to learn from: the rows of every origin counted."""
    deaths = cube(country_month)
    final = deaths.final()
    yearly = [c for c in made.yearly if c in panel.columns]
    features = Features(deaths, panel, tuple(yearly))
    counted = final.counted()
    first = max(month_index(FIRST_ORIGIN), deaths.first)
    months = [m for m in range(first, deaths.last) if counted[deaths.at(m)]]
    return World(deaths, final, features, stack(features, months))
