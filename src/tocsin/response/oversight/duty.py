"""Whether a law still asks for a report: computed from the day it was enacted and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.catalog.oversight import Duty


@dataclass(frozen=True)
class Owed:
    """When reports were due, and whether any is still to come after a day."""

    dues: list[date]
    expired: bool
    said: str


def owed(duty: Duty, on: date) -> Owed:
    """Return the days on which a law asked for a report, and what that means on a day.

    The first report falls ``first_within_days`` after enactment, then one a year for ``yearly_after_first`` years. A
    renewal is not known here: an expired duty is called expired *unless renewed*.
    """
    first = duty.enacted + timedelta(days=duty.first_within_days)
    dues = [_years_on(first, n) for n in range(duty.yearly_after_first + 1)]
    ahead = [due for due in dues if due >= on]
    if ahead:
        return Owed(
            dues, expired=False, said=f"{duty.law}: the next report is due by {ahead[0]}; the last by {dues[-1]}"
        )
    said = (
        f"Expired unless renewed. {duty.law}, enacted {duty.enacted}, asked for a first report by {dues[0]} and "
        f"{duty.yearly_after_first} yearly ones after it; the last fell due on {dues[-1]}"
    )
    return Owed(dues, expired=True, said=said)


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
