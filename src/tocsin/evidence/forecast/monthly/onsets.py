"""Each onset with what would have been said before it: ranks 24, 12, 6 and 1 months ahead, and the lead in months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.core.months import month_text
from tocsin.evidence.forecast.monthly import rows

if TYPE_CHECKING:
    from tocsin.evidence.forecast.monthly.judged import Judged

FIRST_ONSET = 1994
MARK_DEATHS, CROSSING_DEATHS = 25, 100
LIST, LONG_LIST = 10, 20
MISSED = 30
YEARLY_AHEAD, MONTHLY_AHEAD = (24, 12), (6, 1)
MID_YEAR = 6
RULES = {
    "reference_month": (
        f"onsets are known by year: the reference is the first month of the year with {MARK_DEATHS} or more one-sided "
        "deaths, and July where no month has as many or months were not counted; 'so many months before' is counted "
        "from the first day of that month"
    ),
    "yearly": (
        "24 and 12 months before stands the newest base year that had ended by then, whose two years need not hold the "
        "onset; the last yearly list is of the year before the onset"
    ),
    "monthly": (
        "6 and 1 months before stands the layer as of that day, with deaths one month late; where the day lies in the "
        "year before, the number is of that year, and says so; before 1994 there is none"
    ),
    "missed": (
        f"outside the first {MISSED} places one month before, by the layer; by the last yearly list where no months "
        "were counted; or no forecast at all"
    ),
    "crossing": (
        f"the month in which one-sided deaths of the year pass {CROSSING_DEATHS}; an alert counts when the place stood "
        "in the list at the end of a month before that month began; lead in whole months to its first day"
    ),
}
Said = dict[str, Any]


def listed(whole: Judged, history: pl.DataFrame, panel: pl.DataFrame) -> list[Said]:
    """Return every onset from 1994 on, misses first (worst rank first), then the rest by year."""
    yearly = _Ranks(rows.of_record(history))
    monthly = {
        k: _Ranks(
            {
                (str(p), int(y)): float(v)
                for p, y, v, ok in zip(whole.rows.place, whole.rows.year, s.p, s.refreshed, strict=True)
                if ok
            }
        )
        for k, s in whole.seen.items()
    }
    found = panel.filter((pl.col("onset") > 0) & (pl.col("year") >= FIRST_ONSET)).sort("year", "place_id")
    out = [_onset(whole, yearly, monthly, place, year) for place, year in found.select("place_id", "year").iter_rows()]
    return sorted(out, key=lambda o: (not o["missed"], -(o["judged_rank"] or 10_000) if o["missed"] else 0, o["year"]))


class _Ranks:
    """Ranks of forecasts within their years; 1 is the highest, ties share the best."""

    def __init__(self, p: dict[rows.Key, float]) -> None:
        self.p = p
        values: dict[int, list[float]] = {}
        for (_, year), value in p.items():
            values.setdefault(year, []).append(value)
        self.years = {year: np.array(each) for year, each in values.items()}

    def said(self, place: str, year: int) -> Said | None:
        """Return probability, rank and how many places; None where nothing was said."""
        p = self.p.get((place, year))
        if p is None:
            return None
        return {"p": p, "rank": int((self.years[year] > p).sum()) + 1, "of": len(self.years[year]), "of_year": year}


def _onset(whole: Judged, yearly: _Ranks, monthly: dict[int, _Ranks], place: str, year: int) -> Said:
    """Return one onset with what was said before it."""
    counted, month = _reference(whole, place, year)
    start = 12 * year + month
    ahead: dict[str, Said | None] = {}
    for before in YEARLY_AHEAD:
        ahead[str(before)] = yearly.said(place, (start - before) // 12 - 1)
    for before in MONTHLY_AHEAD:
        then = start - before
        ahead[str(before)] = monthly[then % 12].said(place, then // 12)
    ahead["last_yearly"] = yearly.said(place, year - 1)
    judged = ahead["1"] or ahead["last_yearly"]
    rank = judged["rank"] if judged else None
    return {
        "place_id": place,
        "name": places()[place].name,
        "year": year,
        "reference": month_text(start),
        "reference_by_deaths": counted,
        "ahead": ahead,
        "judged_rank": rank,
        "missed": rank is None or rank > MISSED,
    }


def _reference(whole: Judged, place: str, year: int) -> tuple[bool, int]:
    """Return whether deaths date the onset, and the month (0 to 11) it is counted from."""
    deaths = _year(whole, place, year)
    first = next((m for m, n in enumerate(deaths) if n >= MARK_DEATHS), None)
    return (False, MID_YEAR) if first is None else (True, first)


def _year(whole: Judged, place: str, year: int) -> np.ndarray:
    """Return one-sided deaths of the twelve months of a year; NaN where nobody counted."""
    months = 12 * year + np.arange(12)
    return whole.figures.one_sided.whole(np.array([place] * 12, dtype=object), months, 1)


def lead(whole: Judged, first: int, last: int) -> Said:
    """Return, onset by onset, when the layer listed it and when the deaths of its year passed the mark; and counts."""
    inside = (whole.rows.year >= first) & (whole.rows.year <= last) & (whole.rows.label == 1)
    out = []
    for i in np.flatnonzero(inside):
        place, year = str(whole.rows.place[i]), int(whole.rows.year[i])
        same = whole.rows.year == year
        static = int((whole.rows.yearly[same] > whole.rows.yearly[i]).sum()) + 1
        rank = {k: int((s.p[same] > s.p[i]).sum()) + 1 for k, s in whole.seen.items() if s.refreshed[i]}
        so_far = np.cumsum(_year(whole, place, year))
        crossing = next((m + 1 for m, n in enumerate(so_far) if n >= CROSSING_DEATHS), None)
        one: Said = {
            "place_id": place,
            "name": places()[place].name,
            "year": year,
            "static_rank": static,
            "crossing": None if crossing is None else month_text(12 * year + crossing - 1),
            "deaths_counted": None if np.isnan(so_far[-1]) else int(so_far[-1]),
            "ranks": {str(k): rank.get(k) for k in sorted(whole.seen)},
        }
        for size in (LIST, LONG_LIST):
            seen = next((k for k in sorted(rank) if rank[k] <= size), None)
            one[f"first_in_{size}"] = seen
            one[f"lead_{size}"] = None if seen is None or crossing is None else crossing - 1 - seen
        out.append(one)
    crossed = [o for o in out if o["crossing"]]
    late = [o for o in crossed if o["static_rank"] > LIST]
    return {
        "years": [first, last],
        "onsets": len(out),
        "crossed": len(crossed),
        **{f"before_{n}": sum(_ahead(o, n) for o in crossed) for n in (LIST, LONG_LIST)},
        **{f"static_{n}": sum(o["static_rank"] <= n for o in crossed) for n in (LIST, LONG_LIST)},
        "not_in_static_10": len(late),
        **{f"not_in_static_10_before_{n}": sum(_ahead(o, n) for o in late) for n in (LIST, LONG_LIST)},
        "rows": out,
    }


def _ahead(one: Said, size: int) -> bool:
    """Tell whether an onset stood in the layer's list before its deaths passed the mark."""
    return one[f"lead_{size}"] is not None and one[f"lead_{size}"] >= 0
