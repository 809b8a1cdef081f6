"""Rows of many origins at once, with what followed: what learners are trained and scored on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.violence.cube import Cube
from tocsin.evidence.forecast.violence.features import Features, Rows


@dataclass(frozen=True)
class Stack:
    """Rows of several origins. ``origin`` and ``place`` (n,); ``x`` (n, k); ``row`` (n,) in the cube; see ``Rows``."""

    origin: np.ndarray
    place: np.ndarray
    row: np.ndarray
    x: np.ndarray
    columns: tuple[str, ...]
    holes: np.ndarray
    recent: dict[str, np.ndarray]

    def keep(self, rows: np.ndarray) -> Stack:
        """Return the rows where ``rows`` is true (or the rows numbered), in that order."""
        recent = {n: r[rows] for n, r in self.recent.items()}
        return Stack(
            self.origin[rows], self.place[rows], self.row[rows], self.x[rows], self.columns, self.holes[rows], recent
        )

    def only(self, columns: tuple[str, ...]) -> np.ndarray:
        """Return the predictors named (n, columns)."""
        return self.x[:, [self.columns.index(c) for c in columns]]

    def usable(self) -> tuple[str, ...]:
        """Return the columns known for at least half of the rows: a fit that speaks of these rows uses no others.

        A column known only where there was violence (months since, behind a hole) would say by its holes what it hides.
        """
        seen = np.isnan(self.x).mean(axis=0) <= 0.5
        return tuple(c for c, keep in zip(self.columns, seen, strict=True) if keep)

    def within(self, cube: Cube, name: str, horizon: int) -> np.ndarray:
        """Return deaths in the ``horizon`` months after each row's origin (n,); NaN unless all were counted."""
        total = np.full(len(self.origin), np.nan)
        for o in np.unique(self.origin):
            rows = self.origin == o
            total[rows] = cube.total(name, int(o), horizon)[self.row[rows]]
        return total

    def after(self, cube: Cube, name: str, lead: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return deaths in the month ``lead`` (m,) months after the origin of rows by number (m,); NaN: not counted."""
        column = self.origin[rows] + lead - cube.first
        inside = column < cube.deaths[name].shape[1]
        values = cube.deaths[name][self.row[rows], np.where(inside, column, 0)]
        return np.where(inside, values, np.nan)

    def windows(self, cube: Cube, name: str, horizon: int, back: int = 12) -> np.ndarray:
        """Return deaths in ``back`` windows of ``horizon`` months that end at the origin and each month before."""
        found = np.full((len(self.origin), back), np.nan)
        for o in np.unique(self.origin):
            rows = self.origin == o
            for step in range(back):
                start = int(o) - step - horizon
                if start + 1 >= cube.first:
                    found[rows, step] = cube.total(name, start, horizon)[self.row[rows]]
        return found


def stack(features: Features, origins: Iterable[int]) -> Stack:
    """Return the rows of every origin given."""
    number = {p: i for i, p in enumerate(features.cube.place)}
    parts: list[Rows] = [features.at(o) for o in origins]
    place = np.concatenate([p.place for p in parts])
    return Stack(
        origin=np.concatenate([np.full(len(p.place), p.origin) for p in parts]),
        place=place,
        row=np.array([number[p] for p in place]),
        x=np.vstack([p.x for p in parts]),
        columns=parts[0].columns,
        holes=np.concatenate([p.holes for p in parts]),
        recent={n: np.vstack([p.recent[n] for p in parts]) for n in parts[0].recent},
    )
