"""A line through time. A period without a figure is a gap in the line and a hatched band, never a zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tocsin.desk.charts.svg import Chart, el, frame, linear, nice_ticks, path, short, text

WIDTH, HEIGHT = 320, 132
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 20


@dataclass(frozen=True)
class Point:
    """One period: label, value (None = not known), status (observed | carried | provisional | gap)."""

    period: str
    value: float | None
    status: str = "observed"


def runs(points: Sequence[Point]) -> list[tuple[int, int, bool]]:
    """Return consecutive stretches as (first, last, known)."""
    found: list[tuple[int, int, bool]] = []
    for i, point in enumerate(points):
        known = point.value is not None
        if found and found[-1][2] == known:
            found[-1] = (found[-1][0], i, known)
        else:
            found.append((i, i, known))
    return found


def line(
    points: Sequence[Point],
    *,
    key: str,
    title: str,
    unit: str,
    sentence: str,
    marks: Mapping[str, str] | None = None,
    alarm: tuple[str, str] = ("", ""),
) -> Chart:
    """Draw a series. Gaps are shaded; carried and provisional figures are hollow dots.

    ``marks`` names periods to mark in ink along the base, with what happened in them. ``alarm`` is a period that gave
    an alarm, with its label: an upright line through it.
    """
    values = [p.value for p in points if p.value is not None]
    low = min([0.0, *values])
    ticks = nice_ticks(max(values, default=0.0) or 1.0)
    step = ticks[1] - ticks[0]
    if low < 0:
        ticks = [low, *ticks]
    x = linear(0, max(len(points) - 1, 1), LEFT, WIDTH - RIGHT)
    y = linear(low, ticks[-1], HEIGHT - BOTTOM, TOP)
    half = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1) / 2
    parts: list[str] = []
    for tick in ticks:
        parts.append(el("path", d=f"M{LEFT},{y(tick):.1f}H{WIDTH - RIGHT}", class_="rule"))
        parts.append(text(LEFT - 4, y(tick) + 3, short(tick, step) + ("%" if unit == "%" else ""), class_="tick end"))
    for first, last, known in runs(points):
        if not known:
            left = max(x(first) - half, LEFT)
            right = min(x(last) + half, WIDTH - RIGHT)
            parts.append(
                el(
                    "rect",
                    x=left,
                    y=float(TOP),
                    width=max(right - left, 1.0),
                    height=float(HEIGHT - TOP - BOTTOM),
                    class_="gap",
                )
            )
            continue
        stretch = [(x(i), y(points[i].value or 0.0)) for i in range(first, last + 1)]
        if len(stretch) == 1:
            parts.append(el("circle", cx=stretch[0][0], cy=stretch[0][1], r=1.6, class_="dot"))
        else:
            parts.append(path(stretch, class_="line"))
    for i, point in enumerate(points):
        if point.value is not None and point.status in {"carried", "provisional"}:
            parts.append(el("circle", cx=x(i), cy=y(point.value), r=2.2, class_="hollow"))
    for i, point in enumerate(points):
        if marks and point.period in marks:
            tip = el("title", escape(f"{point.period}: {marks[point.period]}"))
            parts.append(el("path", tip, d=f"M{x(i) - 3.5:.1f},{HEIGHT - BOTTOM}h7l-3.5,-7z", class_="event"))
    parts += _alarm(points, x, *alarm)
    for i in sorted({0, len(points) // 2, len(points) - 1}) if points else []:
        anchor = "start" if i == 0 else "end" if i == len(points) - 1 else "middle"
        parts.append(text(x(i), HEIGHT - 6, points[i].period, class_=f"tick {anchor}"))
    svg = frame(parts, width=WIDTH, height=HEIGHT, key=key, title=f"{title} ({unit})", desc=sentence, class_="small")
    rows = _table(points, marks or {})
    return Chart(svg, sentence, ("period", unit, "status, if not observed"), rows, _legend(marks or {}))


def _alarm(points: Sequence[Point], x: Callable[[float], float], period: str, label: str) -> list[str]:
    """Return an upright line through the period that gave an alarm, and its label; nothing without one."""
    at = next((x(i) for i, point in enumerate(points) if period and point.period == period), None)
    if at is None:
        return []
    left = at > WIDTH / 2
    return [
        el("path", d=f"M{at:.1f},{TOP - 4}V{HEIGHT - BOTTOM}", class_="alarm"),
        text(at + (-3 if left else 3), TOP + 3, f"alarm: {label}", class_="tick alarm end" if left else "tick alarm"),
    ]


def _legend(marks: Mapping[str, str]) -> SafeString:
    """Return what the triangles mean, in words; nothing without any."""
    if not marks:
        return mark_safe("")
    words = ", ".join(escape(w) for w in dict.fromkeys(marks.values()))
    drawn = '<svg class="key" viewBox="0 0 9 8" aria-hidden="true"><path class="event" d="M1,7.5h7l-3.5,-7z"/></svg>'
    return mark_safe(f'<p class="note">{drawn} {words}</p>')  # noqa: S308 - words escaped above


def _table(points: Sequence[Point], marks: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the table behind the line, newest first; consecutive periods that say the same share a row."""
    rows: list[tuple[str, str, str, str]] = []
    for point in points:
        value = "not known" if point.value is None else f"{point.value:,.6g}"
        mark = f" ({marks[point.period]})" if point.period in marks else ""
        if rows and not mark and rows[-1][2:] == (value, point.status):
            rows[-1] = (rows[-1][0], point.period, value, point.status)
        else:
            rows.append((point.period, point.period + mark, value, point.status))
    return [
        (last if last.startswith(first) else f"{first} to {last}", value, "" if status == "observed" else status)
        for first, last, value, status in reversed(rows)
    ]
