"""The back-test of a collapse tripwire: of the quiets it would have called no calm, how many were none.

Hit: within ``back_months`` the place's events were back at ``back_share`` of what they had been, over a window as
long. False alarm: they were not, and the time is over: the quiet lasted. Undecided: the counted months end before.
Miss: events that came back from a fall to the lowest mark of the grid or deeper, which the mark in force called quiet.
Lulls that are the source's are counted as one firing a month and judged by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.core.errors import Refused
from tocsin.core.months import month_index, month_text
from tocsin.tripwires import collapse
from tocsin.tripwires.choose import Wish, choose
from tocsin.tripwires.facts import Facts
from tocsin.tripwires.outcomes import end_of_first_run, month_end, row
from tocsin.tripwires.series import Months
from tocsin.tripwires.tally import head, tally

AFTER = {"hit": "violence was back", "false alarm": "the quiet lasted", "undecided": "not over yet"}
CAVEATS = [
    "Figures are of today's vintage: events found after the fact are in them and were not then. A place that was dark "
    "at the time may look counted now, so the rule met fewer collapses here than it will meet.",
    "Events that come back show that the quiet was no end; they do not show that anybody was silenced.",
    "Where the record says that a mass killing had just ended the rule fires all the same, and says so: ends are coded "
    "in hindsight, and the end of one killing has seldom been the end of violence.",
    "A place that the rule reads is violent nearly always, so no share by chance is given: the claim is about the "
    "quiet, not about the place.",
]


@dataclass(frozen=True)
class Lulls:
    """A collapse tripwire on counted months, up to the last month that may be looked at."""

    tripwire: Tripwire
    series: Months
    facts: Facts
    last: int

    @property
    def first(self) -> int:
        """The first month with a whole look-back behind it."""
        params = collapse.params_of(self.tripwire)
        return min(self.series.known) + params.lookback_months + params.window_months - 1

    @cached_property
    def _falls(self) -> list[collapse.Fall]:
        params = collapse.params_of(self.tripwire)
        return collapse.falls(params, self.series, first=self.first, last=self.last)

    def fired(self, mark: float) -> tuple[list[collapse.Lull], dict[int, list[collapse.Lull]]]:
        """Return the lulls of places at a mark, and those of the source by month."""
        made = collapse.lulls(collapse.params_of(self.tripwire), self._falls, mark)
        together = collapse.of_source(collapse.params_of(self.tripwire), made)
        return [x for x in made if x.first.month not in together], together

    def after_an_end(self, mark: float) -> list[collapse.Lull]:
        """Return the firings at a mark in places where, by the record, a mass killing had just ended."""
        params = collapse.params_of(self.tripwire)
        return [x for x in self.fired(mark)[0] if collapse.ended(params, self.facts, x.first)]

    def outcome(self, lull: collapse.Lull) -> dict[str, Any]:
        """Return a lull with what followed it."""
        params, fall = collapse.params_of(self.tripwire), lull.first
        until = fall.month + params.back_months
        back = collapse.back(params, self.series, fall, fall.month, min(until, self.last))
        outcome = "hit" if back is not None else "false alarm" if until <= self.last else "undecided"
        lead = None if back is None else (month_end(back) - month_end(fall.month)).days
        onset = None if back is None else month_text(back)
        told = row(fall.place_id, month_text(fall.month), round(fall.fall, 2), outcome, onset=onset, lead=lead)
        return told | {"after": AFTER[outcome]}

    @cached_property
    def _returns(self) -> list[tuple[collapse.Lull, dict[str, Any]]]:
        deep, _ = self.fired(collapse.params_of(self.tripwire).grid.first)
        told = [(x, self.outcome(x)) for x in deep]
        return [(x, o) for x, o in told if o["outcome"] == "hit"]

    def of(self, place_id: str, month: int) -> dict[str, Any]:
        """Return a firing on a month with what followed it; undecided when the months no longer show the fall."""
        fall = collapse.judge(collapse.params_of(self.tripwire), self.series, place_id, month)
        if fall is None:
            return row(place_id, month_text(month), None, "undecided")
        return self.outcome(collapse.Lull(fall, fall))

    def onsets(self, claimed: Iterable[tuple[str, int]], after: int, last: int) -> list[dict[str, Any]]:
        """Return the returns of violence from falls that began in the months after one, up to another; told of or not.

        ``claimed`` are the firings, by place and month.
        """
        at: dict[str, list[int]] = {}
        for place_id, month in claimed:
            at.setdefault(place_id, []).append(month)
        return [
            {
                "place_id": x.first.place_id,
                "onset": o["onset"],
                "caught": any(x.first.month <= m < month_index(o["onset"]) for m in at.get(x.first.place_id, ())),
            }
            for x, o in self._returns
            if after < x.first.month <= last
        ]

    def claims(self, mark: float) -> list[tuple[str, int]]:
        """Return every lull that was told of at a mark, as its place and first month."""
        fired, together = self.fired(mark)
        every = (*fired, *(x for same in together.values() for x in same))
        return [(x.first.place_id, x.first.month) for x in every]

    def rate(self, threshold: float) -> float:
        """Return firings a year; many at once are one. Raises Refused when the record is too short to say."""
        if self.last < self.first:
            raise Refused(f"Too few months to calibrate {self.tripwire.id}")
        fired, together = self.fired(threshold)
        return (len(fired) + len(together)) * 12 / (self.last - self.first + 1)

    def missed(self, threshold: float) -> list[bool]:
        """Tell of each return of violence whether the mark had called the quiet before it calm."""
        return [not o["caught"] for o in self.onsets(self.claims(threshold), self.first - 1, self.last)]

    def errors(self, threshold: float) -> tuple[int, int]:
        """Return quiets that lasted, and returns that were missed."""
        fired, _ = self.fired(threshold)
        return sum(self.outcome(x)["outcome"] == "false alarm" for x in fired), sum(self.missed(threshold))


def backtest(tripwire: Tripwire, series: Months, facts: Facts, wish: Wish) -> dict[str, Any]:
    """Back-test a collapse tripwire on counted months. Raises Refused when nothing is left to score."""
    params = collapse.params_of(tripwire)
    choose_last = month_index(params.choose_last)
    swept = Lulls(tripwire, series, facts, choose_last)
    chosen = choose(tripwire, swept, wish)
    last = end_of_first_run(series, choose_last)
    if last <= choose_last:
        raise Refused(f"No month after {params.choose_last} is known to score {tripwire.id} on")
    whole = Lulls(tripwire, series, facts, last)
    fired, together = whole.fired(chosen.threshold)
    scored = [whole.outcome(x) for x in fired if x.first.month > choose_last]
    told = [whole.outcome(x)["outcome"] for x in whole.after_an_end(chosen.threshold) if x.first.month > choose_last]
    rate = round(swept.rate(chosen.threshold), 2)
    on = {"first": month_text(swept.first), "last": params.choose_last, "firings_per_year": rate}
    years = (last - choose_last) / 12
    outcome = f"events back at {params.back_share:.0%} of the past within {params.back_months} months"
    onsets = whole.onsets(whole.claims(chosen.threshold), choose_last, last)
    counted = tally(tripwire, scored, onsets, years=years, chance=None, caveats=CAVEATS)
    return (
        head(tripwire, chosen, chosen_on=on, scored=(month_text(choose_last + 1), month_text(last)), years=years)
        | {"outcome": outcome}
        | counted
        | {
            "false_alarms_per_year": round(counted["false_alarms"] / years, 2),
            "of_the_source": _of_source(together, choose_last),
            "after_an_end": {"firings": len(told), "back": told.count("hit")},
        }
    )


def _of_source(together: Mapping[int, list[collapse.Lull]], after: int) -> list[dict[str, Any]]:
    return [
        {"month": month_text(m), "places": sorted(x.first.place_id for x in same)}
        for m, same in sorted(together.items())
        if m > after
    ]
