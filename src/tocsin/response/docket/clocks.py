"""When clocks run out: pure functions, no database, no present moment but the one handed in.

An item stands on a rung. Two clocks can carry it upward: *delivery* (nobody has acknowledged on this rung) and
*decision* (fixed at opening). Once the decision clock has run out, an acknowledgement no longer holds the item: each
rung has its tier's hours and no more. Every due is computed from the due before it, so it does not matter when, or how
often, somebody looks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from tocsin.catalog.directive import Directive


class Standing(NamedTuple):
    """Where an item stands, as far as its clocks are concerned."""

    state: str
    level: str
    tier: int
    ceiling: int
    step_due: datetime
    acknowledged: bool
    step_lapsed: bool
    decision_due: datetime
    decision_lapsed: bool


class RunOut(NamedTuple):
    """One moment at which one or both clocks ran out, and what follows."""

    at: datetime
    clocks: tuple[str, ...]
    tier: int
    climb_to: int | None
    at_ceiling: bool
    exhausted: bool


def end_of_day(day: date) -> datetime:
    """Return the first moment after a day, UTC: what is due on a day may be done until it is over."""
    return datetime.combine(day, time(0), UTC) + timedelta(days=1)


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime.combine(day, time(0), UTC)


def delivery_due(rules: Directive, level: str, tier: int, entered: datetime) -> datetime:
    """Return when a rung entered at a moment must have been acknowledged."""
    return entered + timedelta(hours=rules.hours(level, tier))


def decision_due(rules: Directive, level: str, opened: datetime) -> datetime:
    """Return when an item opened at a moment must have been decided."""
    return opened + timedelta(hours=rules.level(level).decision_hours)


def next_run_out(item: Standing) -> RunOut | None:
    """Return the next moment a clock of an undecided item runs out if nobody acts; None when none is running."""
    running: list[tuple[datetime, str]] = []
    if item.state == "deferred":
        # A deferral stops delivery; what was deferred must be decided when its day is over.
        running.append((item.decision_due, "decision"))
    elif item.state == "open":
        if not item.decision_lapsed:
            running.append((item.decision_due, "decision"))
        if not item.acknowledged and not item.step_lapsed:
            running.append((item.step_due, "delivery"))
        elif item.decision_lapsed and not item.step_lapsed:
            # Acknowledged, but past the decision clock: the rung's hours are all it has.
            running.append((item.step_due, "decision"))
    if not running:
        return None
    at = min(due for due, _ in running)
    clocks = tuple(sorted({name for due, name in running if due == at}, key=["delivery", "decision"].index))
    at_ceiling = item.tier >= item.ceiling
    decision_out = item.decision_lapsed or "decision" in clocks
    return RunOut(
        at=at,
        clocks=clocks,
        tier=item.tier,
        climb_to=None if at_ceiling else item.tier + 1,
        at_ceiling=at_ceiling,
        exhausted=at_ceiling and decision_out,
    )
