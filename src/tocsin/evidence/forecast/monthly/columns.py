"""What the months say of a place: its own rise in killed civilians, and war next door, each one month late.

``seen`` is how many months of the year have ended. Figures come one month late, so months up to ``seen - 1`` are used:
0 seen uses months up to November of the year before, 13 the whole year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.forecast.monthly import counts
from tocsin.evidence.forecast.monthly.rows import Rows
from tocsin.evidence.series import LAG_MONTHS
from tocsin.evidence.store.neighbours import neighbours

COLUMNS = ("rise_none_under_way", "rise_under_way", "under_way", "neighbours_war", "quickening")
QUICK_MONTHS, YEAR_MONTHS = 3, 12


@dataclass(frozen=True)
class Windows:
    """Lengths in months: the least ``recent``; ``past``, before it; the fewest known months of the past that will do.

    The recent months are all of the year that may be used, and never fewer than ``recent``.
    """

    recent: int
    past: int
    fewest_past: int

    def width(self, seen: int) -> int:
        """Return how many months are recent after so many seen."""
        return max(self.recent, seen - LAG_MONTHS)


@dataclass(frozen=True)
class Deaths:
    """Counts the columns are made of: killed civilians, war deaths, and war deaths summed over land neighbours."""

    one_sided: counts.Counts
    neighbours_war: counts.Counts


def deaths(country_month: pl.DataFrame) -> Deaths:
    """Return the counts from the store's country-months."""
    war = counts.read(country_month, counts.STATE_BASED)
    return Deaths(counts.read(country_month, counts.ONE_SIDED), _next_door(war, neighbours()))


def _next_door(war: counts.Counts, bordering: Mapping[str, Sequence[str]]) -> counts.Counts:
    """Return each place's sum over its land neighbours; a month nobody counted stays unknown, no neighbour is 0.

    A neighbour that was left open in a month leaves the sum open too: what is not known next door is not peace.
    """
    at = {place: i for i, place in enumerate(war.places)}
    known = ~np.isnan(war.value)
    filled = np.where(known, war.value, 0.0)
    # Before its first month a state was none, and after its end: there is nothing to count then.
    lasts = np.array([place not in places() or not places()[place].valid_to for place in war.places], dtype=bool)
    left_open = ~known & np.maximum.accumulate(known, axis=1) & lasts[:, None]
    total = np.zeros_like(filled)
    for place, i in at.items():
        beside = [at[other] for other in bordering.get(place, ()) if other in at]
        total[i] = np.where(left_open[beside].any(axis=0), np.nan, filled[beside].sum(axis=0))
    total[:, ~known.any(axis=0)] = np.nan
    return counts.Counts(war.places, war.first, total)


def last_month(year: np.ndarray, seen: int) -> np.ndarray:
    """Return the month number of the newest month that may be used (n,)."""
    return np.asarray(year) * 12 + seen - LAG_MONTHS - 1


def build(rows: Rows, figures: Deaths, seen: int, windows: Windows) -> np.ndarray:
    """Return the columns (n, 5) in the order of ``COLUMNS``; a row with any NaN cannot be refreshed.

    * rise: log(1 + deaths in the recent months) above log(1 + what the place's own past would give in as many), at
      least 0; apart where a mass killing is under way and where none is;
    * neighbours_war: log(1 + war deaths of land neighbours in the recent months);
    * quickening: log(1 + 4 x the last 3 months) above log(1 + the last 12), at least 0: the newest months are worse.
    """
    place, last, width = rows.place, last_month(rows.year, seen), windows.width(seen)
    own = figures.one_sided
    recent = own.whole(place, last, width)
    before, known = own.window(place, last - width, windows.past)
    usual = np.where(known >= windows.fewest_past, before / np.maximum(known, 1) * width, np.nan)
    rise = np.maximum(np.log1p(recent) - np.log1p(usual), 0.0)
    newest = own.whole(place, last, QUICK_MONTHS) * (YEAR_MONTHS / QUICK_MONTHS)
    quick = np.maximum(np.log1p(newest) - np.log1p(own.whole(place, last, YEAR_MONTHS)), 0.0)
    war = np.log1p(figures.neighbours_war.whole(place, last, width))
    return np.column_stack([rise * (1 - rows.under_way), rise * rows.under_way, rows.under_way, war, quick])
