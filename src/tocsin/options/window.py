"""How many days are left, as a distribution: the chance that the time for acting is still open after so many days.

Nobody knows the day. A planning horizon says "within so many days" and a forecast "within these years"; both are read
as they stand, with the days inside them taken as equally likely, because neither says more. What is given here is
always *if it comes within the window*; whether it comes is the forecast's own number and is told apart from this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from tocsin.core.errors import Misuse

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
SHOWN_PLACES = 4
DIGITS = 12
ALIKE = 1e-9


@dataclass(frozen=True)
class Window:
    """The chance that the time is still open, by whole days from the day of the question.

    ``knots`` are pairs of a day and the chance (0 to 1) that it is still open on that day, straight lines between:
    from (0, 1) down to (``last`` + 1, 0). ``said`` tells in words where they come from; ``kind`` is ``level`` (the
    planning horizon of a level), ``forecast`` or ``given``.
    """

    knots: tuple[tuple[int, float], ...]
    kind: str
    said: str

    def __post_init__(self) -> None:
        """Refuse what is no distribution. Raises Misuse."""
        days, chances = [d for d, _ in self.knots], [c for _, c in self.knots]
        sound = len(self.knots) >= 2 and days == sorted(set(days)) and chances == sorted(chances, reverse=True)
        if not sound or self.knots[0] != (0, 1.0) or chances[-1] != 0:
            raise Misuse("The days left are no distribution", todo="Begin at day 0 with 1, fall, and end at 0")

    @property
    def last(self) -> int:
        """The last day on which it can still be open."""
        return self.knots[-1][0] - 1

    def open_on(self, day: int) -> float:
        """Return the chance that it is still open so many days from now; 1 on day 0 and before."""
        if day <= 0:
            return 1.0
        for (left, high), (right, low) in zip(self.knots, self.knots[1:], strict=False):
            if day <= right:
                return high - (high - low) * (day - left) / (right - left)
        return 0.0

    def in_time(self, fast: int, slow: int, start: int = 0) -> float:
        """Return the chance that something begun ``start`` days from now takes effect while it is open.

        ``fast`` and ``slow`` are the ends of its lead time in days, every day between taken as equally likely.
        """
        totals = self.totals
        most = len(totals) - 1
        begin, end = start + fast, start + slow + 1
        below = totals[begin if begin < most else most]
        return (totals[end if end < most else most] - below) / (slow - fast + 1)

    @cached_property
    def totals(self) -> tuple[float, ...]:
        """The sums of the chances on the days before each day: sums over any span are then one subtraction."""
        return tuple(accumulate((self.open_on(day) for day in range(self.last + 2)), initial=0.0))

    def day_when(self, passed: float) -> int:
        """Return the first day by which it has closed with this chance (0 to 1)."""
        low, high = 0, self.last + 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if 1 - self.open_on(middle + 1) >= passed - ALIKE else (middle + 1, high)
        return low

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, with the days at the usual quantiles."""
        return {
            "kind": self.kind,
            "said": self.said,
            "last_day": self.last,
            "quantiles": [{"closed_by": q, "days": self.day_when(q)} for q in QUANTILES],
            "knots": [[day, round(chance, SHOWN_PLACES)] for day, chance in self.knots],
        }


def even(days: int, said: str = "as given", kind: str = "given") -> Window:
    """Return a window that closes on any of the next ``days`` days, or on this one, with the same chance."""
    if days < 0:
        raise Misuse(f"{days} days left is not possible", todo="Give 0 or more whole days")
    return Window(((0, 1.0), (days + 1, 0.0)), kind, said)


def from_chances(ends: Iterable[tuple[int, float]], said: str) -> Window:
    """Return the window of a forecast that gives chances by nested ends: (days, chance that it comes by then).

    ``ends`` rise in both. Raises Misuse when they do not, when the last chance is nothing (then there is no window) or
    more than 1.
    """
    given = list(ends)
    if not given or not 0 < given[-1][1] <= 1:
        raise Misuse("The last chance by day is to be above 0 and at most 1", todo="Or ask with --days")
    whole = given[-1][1]
    return Window(
        ((0, 1.0), *((day + 1, round(1 - chance / whole, DIGITS)) for day, chance in given)), "forecast", said
    )
