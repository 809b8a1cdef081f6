"""The order of questions and tasks: whole-number points by the directive's weights, a pure function of the record.

    level       weight × 0 for watch, 1 for alert, 2 for emergency
    under way   weight, when a mass killing is under way at the place
    lapsed      weight × clocks that have run out on it, three at most
    hours left  weight × 12-hour steps by which its clock is nearer than 12 days, 24 at most
    risk        weight × whole multiples of the average place's risk, 40 at most; a place that was not assessed
                counts as 10 until it is, for unknown is not low

Ties are broken as the directive declares, then by number: the order is total. A rank set by hand moves one line and
leaves the others in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.catalog.directive import RANK, Directive

MOST_LAPSES, STEP_HOURS, MOST_STEPS, MOST_TIMES, NOT_ASSESSED_TIMES = 3, 12, 24, 40, 10
CRITERIA = ("level", "under_way", "lapsed", "hours_left", "risk")


@dataclass(frozen=True)
class Facts:
    """What the rule reads of one line. ``kind`` is item, commitment or review; ``number`` is unique within it.

    ``times`` is the risk as a multiple of the average place's; None with ``place_id``: not assessed.
    """

    kind: str
    number: int
    place_id: str
    level: str
    under_way: bool
    lapses: int
    due: datetime
    opened_at: datetime
    times: float | None
    upstream: bool = False


@dataclass(frozen=True)
class Ranked:
    """A line in the order: its rank (1 is first), its points by criterion, and the override that put it there."""

    rank: int
    facts: Facts
    points: dict[str, int]
    total: int
    why: str
    override: int | None = None
    by_rule: int = 0


def units(facts: Facts, now: datetime) -> dict[str, int]:
    """Return how many units of each criterion a line has, whole numbers, before any weight."""
    # In whole seconds: a float of hours could fall on either side of a step on two machines.
    left = max(int((facts.due - now).total_seconds()), 0)
    steps = max(0, MOST_STEPS - left // (STEP_HOURS * 3600))
    if not facts.place_id:
        times = 0
    elif facts.times is None:
        times = NOT_ASSESSED_TIMES
    else:
        times = min(int(facts.times), MOST_TIMES)
    return {
        "level": RANK[facts.level],
        "under_way": int(facts.under_way),
        "lapsed": min(facts.lapses, MOST_LAPSES),
        "hours_left": steps,
        "risk": times,
    }


def order(
    rules: Directive, lines: Iterable[Facts], now: datetime, overrides: Sequence[tuple[int, int, int]] = ()
) -> list[Ranked]:
    """Return lines in order, each explained. The order in which ``lines`` come changes nothing.

    ``overrides`` are (item number, rank, id of the override), applied in the order of rank, then of id; the later of
    two for one rank stands after the earlier.
    """
    weights = rules.priorities.weights
    judged = []
    for facts in lines:
        found = units(facts, now)
        points = {name: weights.get(name, 0) * found[name] for name in CRITERIA}  # type: ignore[call-overload]
        judged.append((facts, found, points, sum(points.values())))
    ties = {
        "decision_due": lambda f: f.due,
        "opened_at": lambda f: f.opened_at,
        "number": lambda f: f.number,
    }
    judged.sort(key=lambda j: (-j[3], *(ties[t](j[0]) for t in rules.priorities.ties), j[0].kind, j[0].number))
    by_rule = {(j[0].kind, j[0].number): rank for rank, j in enumerate(judged, 1)}
    moved = {item: (rank, ref) for item, rank, ref in overrides}
    rest = [j for j in judged if not (j[0].kind == "item" and j[0].number in moved)]
    placed = [j for j in judged if j[0].kind == "item" and j[0].number in moved]
    for j in sorted(placed, key=lambda j: moved[j[0].number]):
        rest.insert(min(max(moved[j[0].number][0] - 1, 0), len(rest)), j)
    return [
        Ranked(
            rank,
            facts,
            points,
            total,
            explain(facts, found, points),
            moved[facts.number][1] if facts.kind == "item" and facts.number in moved else None,
            by_rule[facts.kind, facts.number],
        )
        for rank, (facts, found, points, total) in enumerate(rest, 1)
    ]


def explain(facts: Facts, found: dict[str, int], points: dict[str, int]) -> str:
    """Return the points of a line in words, each criterion that counts with its number."""
    said = {
        "level": f"level {facts.level}",
        "under_way": "a mass killing is under way",
        "lapsed": f"{facts.lapses} clock{'s' if facts.lapses != 1 else ''} ran out",
        "hours_left": (
            f"its clock runs out within {(MOST_STEPS - found['hours_left'] + 1) * STEP_HOURS} hours"
            if found["hours_left"] < MOST_STEPS
            else f"its clock has run out or does within {STEP_HOURS} hours"
        ),
        "risk": (
            "risk not assessed, counted as 10 times the average"
            if facts.times is None
            else f"risk {int(facts.times)} times the average"
        ),
    }
    return "; ".join(f"{points[name]} for {said[name]}" for name in CRITERIA if points[name]) or "no points"
