"""Months behind as a line with its gaps, months ahead as a fan of quantiles, on one axis of log(1 + deaths)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tocsin.desk.charts.line import Point, runs
from tocsin.desk.charts.svg import Chart, el, frame, linear, number, path, short, text

WIDTH, HEIGHT = 520, 190
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 12, 22
TOLD = (1, 2, 3, 6, 9, 12, 18, 24, 30, 36)
"""Months ahead that the table tells; the drawing has them all, and the run too."""
BANDS = (("0.05", "0.95", "fan90"), ("0.25", "0.75", "fan50"))
HEAD = ("month", "middle", "5 in 10 between", "9 in 10 between", "nine in ten below")


def fan(
    past: Sequence[Point], ahead: Sequence[tuple[str, Mapping[str, float]]], *, key: str, title: str, sentence: str
) -> Chart:
    """Draw counts. ``past`` are the months behind, gaps included; ``ahead`` (month, {level: count}) each month to come.

    A month not counted is a band, a provisional one a hollow dot. The table has some months ahead; those behind have their own.
    """
    top = max([1.0, *(p.value or 0.0 for p in past), *(q["0.95"] for _, q in ahead)])
    ticks = [0.0, *(10.0**k for k in range(math.ceil(math.log10(top + 1)) + 1))]
    x = linear(0, max(len(past) + len(ahead) - 1, 1), LEFT, WIDTH - RIGHT)
    scale = linear(0, math.log1p(ticks[-1]), HEIGHT - BOTTOM, TOP)

    def y(value: float) -> float:
        return scale(math.log1p(value))

    parts: list[str] = []
    for tick in ticks:
        parts.append(el("path", d=f"M{LEFT},{y(tick):.1f}H{WIDTH - RIGHT}", class_="rule"))
        parts.append(text(LEFT - 4, y(tick) + 3, short(tick, tick or 1.0), class_="tick end"))
    half = (WIDTH - LEFT - RIGHT) / max(len(past) + len(ahead) - 1, 1) / 2
    for first, last, known in runs(past):
        if known:
            parts.append(path([(x(i), y(past[i].value or 0.0)) for i in range(first, last + 1)], class_="line"))
        else:
            left, right = max(x(first) - half, LEFT), x(last) + half
            parts.append(
                el("rect", x=left, y=float(TOP), width=right - left, height=float(HEIGHT - TOP - BOTTOM), class_="gap")
            )
    for i, point in enumerate(past):
        if point.value is not None and point.status == "provisional":
            parts.append(el("circle", cx=x(i), cy=y(point.value), r=2.0, class_="hollow"))
    start = len(past)
    for low, high, name in BANDS:
        up = [(x(start + i), y(q[low])) for i, (_, q) in enumerate(ahead)]
        down = [(x(start + i), y(q[high])) for i, (_, q) in reversed(list(enumerate(ahead)))]
        outline = "L".join(f"{number(a)},{number(b)}" for a, b in [*up, *down])
        parts.append(el("path", d=f"M{outline}Z", class_=name))
    parts.append(path([(x(start + i), y(q["0.5"])) for i, (_, q) in enumerate(ahead)], class_="line ahead"))
    names = [p.period for p in past] + [month for month, _ in ahead]
    for i in sorted({0, start - 1, len(names) - 1}):
        anchor = "start" if i == 0 else "end" if i == len(names) - 1 else "middle"
        parts.append(text(x(i), HEIGHT - 6, names[i], class_=f"tick {anchor}"))
    svg = frame(parts, width=WIDTH, height=HEIGHT, key=key, title=title, desc=sentence)
    return Chart(svg, sentence, HEAD, _table(ahead), wide=True)


def _table(ahead: Sequence[tuple[str, Mapping[str, float]]]) -> list[tuple[str, ...]]:
    """Return one row for each of the months in ``TOLD`` ahead; those that say the same share a row."""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for lead, (month, q) in enumerate(ahead, 1):
        if lead not in TOLD and lead != len(ahead):
            continue
        said = (_whole(q["0.5"]), _span(q, "0.25", "0.75"), _span(q, "0.05", "0.95"), _whole(q["0.9"]))
        if rows and rows[-1][2] == said:
            rows[-1] = (rows[-1][0], month, said)
        else:
            rows.append((month, month, said))
    return [(a if a == b else f"{a} to {b}", *said) for a, b, said in rows]


def _span(q: Mapping[str, float], low: str, high: str) -> str:
    return f"{_whole(q[low])} and {_whole(q[high])}"


def _whole(value: float) -> str:
    """Write a quantile of deaths: whole, since nobody dies in part."""
    return f"{round(value):,}"
