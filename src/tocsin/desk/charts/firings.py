"""Past firings of a tripwire through time, a row each: what it was, by shape, and how long before what followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.months import month_index
from tocsin.desk.charts.svg import Chart, el, frame, linear, text

WIDTH, LEFT, RIGHT, STEP, TOP = 460, 172, 10, 15, 22
LONGEST = 20
"""Letters of a name that fit beside its row; the table has the whole name."""
SHAPES = {
    "hit": "filled disc, with a line to the onset",
    "false alarm": "ring",
    "undecided": "dash",
    "same month": "square",
    "running": "triangle",
}


@dataclass(frozen=True)
class Row:
    """One firing: name of its place, period (``2010`` or ``2010-03``), outcome, onset, cells of the table behind it."""

    name: str
    fired: str
    outcome: str
    onset: str | None
    cells: Sequence[str]


def firings(
    rows: Sequence[Row], *, first: str, last: str, head: Sequence[str], key: str, title: str, sentence: str
) -> Chart:
    """Draw firings from the newest down. ``first`` and ``last`` are the periods scored; hits may end later."""
    ends = [_at(r.onset) for r in rows if r.onset]
    low, high = _at(first) - 0.5, max([_at(last) + 1, *ends]) + 0.5
    x = linear(low, high, LEFT, WIDTH - RIGHT)
    height = TOP + STEP * len(rows) + 6
    every = 5 if high - low > 8 else 1
    parts = []
    for year in range(int(low) + 1, int(high) + 1):
        if year % every == 0:
            parts.append(el("path", d=f"M{x(year):.1f},{TOP - 6}V{height - 4}", class_="rule"))
            parts.append(text(x(year), 11, str(year), class_="tick middle"))
    for i, row in enumerate(rows):
        y = TOP + STEP * i + 6
        name = row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1].rstrip()}…"
        parts.append(text(LEFT - 8, y + 4, f"{name} {row.fired}", class_="label end"))
        parts.append(_mark(row, x(_at(row.fired)), float(y), x(_at(row.onset)) if row.onset else None))
    svg = frame(parts, width=WIDTH, height=height, key=key, title=title, desc=sentence)
    return Chart(svg, sentence, head, [r.cells for r in rows])


def _mark(row: Row, at: float, y: float, onset: float | None) -> str:
    """Return the shape of a firing: told apart without colour."""
    if row.outcome == "hit":
        line = el("path", d=f"M{at:.1f},{y}H{onset:.1f}M{onset:.1f},{y - 4}V{y + 4}", class_="bar") if onset else ""
        return line + el("circle", cx=at, cy=y, r=4.0, class_="dot")
    if row.outcome == "false alarm":
        return el("circle", cx=at, cy=y, r=3.6, class_="hollow")
    if row.outcome == "same month":
        return el("rect", x=at - 3.5, y=y - 3.5, width=7.0, height=7.0, class_="mark way")
    if row.outcome == "running":
        return el("path", d=f"M{at - 4:.1f},{y + 3.5}h8l-4,-7z", class_="event")
    return el("path", d=f"M{at - 5:.1f},{y}h10", class_="bar other")


def _at(period: str) -> float:
    """Return a period as a year with its fraction: a base year at its end, a month in its middle."""
    return float(period) + 1 if len(period) == 4 else (month_index(period) + 0.5) / 12
