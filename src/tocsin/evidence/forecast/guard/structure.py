"""Faults read off the rows: doubled rows, unknown places, labels from the future, columns that say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from tocsin.evidence.forecast.guard.sheet import Finding, Sheet

NEWEST_KNOWN = 0.5
"""A column known for at least this share of the places a year ago, and for none now, has fallen silent."""
FEWEST_PLACES = 10
YEARS_BEFORE = 5
BY_CHANCE = 1e-6
"""What chance gives less often than this is told."""


def duplicated(sheet: Sheet) -> Iterator[Finding]:
    """Refuse rows that say something about the same place and year twice."""
    keys = [f"{p} {y}" for p, y in zip(sheet.place, sheet.year, strict=True)]
    _, first, count = np.unique(keys, return_index=True, return_counts=True)
    if (count > 1).any():
        where = np.zeros(len(keys), dtype=bool)
        where[first[count > 1]] = True
        yield Finding("duplicated", "", "a place and year stands more than once", sheet.rows(where), refuses=True)


def unknown_places(sheet: Sheet) -> Iterator[Finding]:
    """Refuse (a rival's: flag) rows whose place code nobody declares, or names a state that was none that year."""
    if sheet.unknown.any():
        said = "no state of the list of places has this code in this year"
        yield Finding("unknown place", "", said, sheet.rows(sheet.unknown), refuses=not sheet.foreign)


def labels_ahead(sheet: Sheet) -> Iterator[Finding]:
    """Refuse events after the last year of which anybody knows; the same of columns that speak of years ahead.

    A rival's own label columns are flagged only: we make labels anew from its events and never read these.
    """
    late = ~np.isnan(sheet.event) & (sheet.year > sheet.event_to)
    if late.any():
        said = f"says whether an onset began after {sheet.event_to}, where the list of facts ends"
        yield Finding("label from the future", "onset", said, sheet.rows(late), refuses=True)
    for name, (ahead, values) in sheet.labels.items():
        late = ~np.isnan(values) & (sheet.year + ahead > sheet.event_to)
        if late.any():
            said = f"is filled in where its window of {ahead} years had not ended by {sheet.event_to}"
            said += "; it is not read" if sheet.foreign else ""
            yield Finding("label from the future", name, said, sheet.rows(late), refuses=not sheet.foreign)


def empty_or_constant(sheet: Sheet) -> Iterator[Finding]:
    """Flag columns without a value, with one value only, with one for every place of the newest year, or fallen silent.

    They teach nothing: the fit leaves an empty column out, and a constant one moves no forecast. A newest year in which
    every place has the same value is how absent figures look that somebody filled in.
    """
    first, newest = int(sheet.year.min()), int(sheet.year.max())
    for name, x in sheet.columns.items():
        known = x[~np.isnan(x)]
        if not len(known):
            yield Finding("empty", name, "has no value in any row")
            continue
        if known.min() == known.max():
            yield Finding("constant", name, f"is {known[0]:g} in every row that has a value")
            continue
        grid = sheet.grid(x)
        n = (~np.isnan(grid)).sum(axis=0)
        rows = (~np.isnan(sheet.grid(np.ones(len(x))))).sum(axis=0)
        if newest > first and rows[-1] and not n[-1] and n[-2] >= NEWEST_KNOWN * max(rows[-2], 1):
            yield Finding("empty", name, f"has no value for any place in {newest}")
        if newest > first and n[-1] >= FEWEST_PLACES and tells_places_apart(grid):
            yield from _flat(name, grid, newest)


def _flat(name: str, grid: np.ndarray, year: int) -> Iterator[Finding]:
    """Flag a column with one value for every place of the newest year, where chance would hardly give that."""
    now = grid[~np.isnan(grid[:, -1]), -1]
    before = grid[:, -1 - YEARS_BEFORE : -1]
    known = before[~np.isnan(before)]
    if now.min() == now.max() and len(known) and np.mean(known == now[0]) ** len(now) < BY_CHANCE:
        yield Finding("constant", name, f"is {now[0]:g} for every place in {year}")


def tells_places_apart(grid: np.ndarray) -> bool:
    """Tell whether a column (places, years) differs between places in some year: the year itself does not."""
    known = grid[:, (~np.isnan(grid)).any(axis=0)]
    return bool((np.nanmax(known, axis=0) > np.nanmin(known, axis=0)).any()) if known.size else False


def spans(years: Iterable[int]) -> str:
    """Return years as people write them: ``1961–1988, 2004``."""
    out: list[list[int]] = []
    for year in sorted(int(y) for y in years):
        if out and year == out[-1][1] + 1:
            out[-1][1] = year
        else:
            out.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in out)
