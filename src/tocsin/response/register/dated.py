"""What a run says is said with its dates: which years the forecast is of, and until when "none known" holds.

One wording for board, situation, item, brief and command line. Figures end before the day they are read, so a forecast
and a "none known" without their dates would be read as being of today.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.core.places import Place, Territory


@dataclass(frozen=True)
class Window:
    """The years a forecast is of, both included, seen from a day; ``outcome_to``: the last year of known outcomes."""

    first: int
    last: int
    seen_on: date
    outcome_to: int | None = None

    @property
    def months(self) -> int:
        """The length of the window in months."""
        return 12 * (self.last - self.first + 1)

    @property
    def begun(self) -> int:
        """How many of its months have begun by the day: 0 before it, all after it."""
        month = 12 * (self.seen_on.year - self.first) + self.seen_on.month
        return min(max(month, 0), self.months)

    @property
    def over(self) -> bool:
        """Whether the last day of the window has passed."""
        return self.seen_on > date(self.last, 12, 31)

    @property
    def dates(self) -> str:
        """The years: ``2025–2026``."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def said(self) -> str:
        """How much of it has gone, without a full stop; empty before the window opens."""
        if self.over and self.outcome_to is not None and self.outcome_to < self.last:
            gone = "that year is over, and its" if self.first == self.last else "those years are over, and their"
            return f"{gone} outcome is not in these figures"
        if self.over:
            return f"all of its {self.months} months have passed; the figure is for the whole window"
        if not self.begun:
            return ""
        return f"{self.begun} of its {self.months} months have begun; the figure is for the whole window"

    @property
    def words(self) -> str:
        """Dates and progress in one: ``2025–2026; 23 of its 24 months have begun; …``."""
        return f"{self.dates}; {self.said}" if self.said else self.dates

    def as_dict(self) -> dict[str, object]:
        """Return the window as JSON has it: dates ISO, whole months."""
        return {
            "from": f"{self.first}-01-01",
            "to": f"{self.last}-12-31",
            "dates": self.dates,
            "said": self.said,
            "months": self.months,
            "months_begun": self.begun,
            "words": self.words,
        }


def end_of(period: str) -> date | None:
    """Return the last day of a year or month (``2024``, ``2026-02``) or the day itself; None when it is neither."""
    try:
        parts = [int(part) for part in period[:10].split("-")]
        if len(parts) == 1:
            return date(parts[0], 12, 31)
        if len(parts) == 2:
            return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
        return date(*parts)
    except (ValueError, TypeError):
        return None


def newest_day(source: Mapping[str, Any]) -> tuple[date | None, bool]:
    """Return the day a source's figures reach, and whether its last year is known to be there in part only.

    A release that says ``mid-2025`` reaches the end of June; one whose last year is partial does not say how far.
    """
    newest, release = str(source.get("newest") or ""), str(source.get("release") or "")
    if newest and re.search(rf"\bmid-{re.escape(newest)}\b", release):
        return date(int(newest[:4]), 6, 30), True
    return end_of(newest), "partial" in release


def days_behind(source: Mapping[str, Any], day: date) -> int | None:
    """Return how many days a source is behind its cadence: since its newest figure, less the days it is due every.

    0 while the next figure is not due; None when nothing is known of it. It says how old the figures are, and is no
    fault by itself: publishers need time, and the bundled figures do not grow.
    """
    newest, _ = newest_day(source)
    return None if newest is None else max((day - newest).days - int(source["cadence_days"]), 0)


def nothing_known(place: Place) -> str:
    """Return what is said of a place that no run covers: what it is, and that nothing is known of it here."""
    what = f" {place.note}." if place.note else ""
    return (
        f"{place.name} is not assessed, and no forecast covers it: nothing is known here of what happens there, "
        f"and that is no sign of calm.{what} What is known must come from people: ring the bell, or answer the "
        "framework."
    )


def not_apart(territory: Territory) -> str:
    """Return what a state's page says of a territory beside it that is not covered."""
    return (
        f"Not assessed: {territory.name} ({territory.place_id}). No run tells it apart; what a source counts there "
        "may stand under this state or nowhere."
    )


def none_known(base_year: int | None, facts_to: int | None) -> str:
    """Return ``none known`` with its date: no list of facts says anything of the years after it ends."""
    if base_year is None:
        return "none known"
    ends = ", where the list of facts ends" if facts_to == base_year else ""
    return f"none known at the end of {base_year}{ends}"
