"""How fresh each source is: a line to its newest figure, and a mark where a connected one falls silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tocsin.desk.charts.svg import Chart, el, frame, linear, text
from tocsin.response.register.dated import end_of

FIRST_YEARS_BACK = 4


def freshness(sources: Sequence[Mapping[str, Any]], as_of: date, *, key: str) -> Chart:
    """Draw a line a source, from the left edge to its newest figure; a source without one has no line."""
    width, left, step = 760, 330, 21
    first = date(as_of.year - FIRST_YEARS_BACK, 1, 1)
    dues = {s["id"]: _due(s) for s in sources}
    last = max([as_of, *(d for d in dues.values() if d)]) + timedelta(days=40)
    height = 24 + step * len(sources)
    x = linear(first.toordinal(), last.toordinal(), left, width - 8)
    parts = []
    for year in range(first.year, last.year + 1):
        at = x(date(year, 1, 1).toordinal())
        parts.append(el("path", d=f"M{at:.1f},14V{height}", class_="rule"))
        # A year at the very edge is written to its left, or it would be cut.
        parts.append(text(at, 10, str(year), class_="tick end" if at > x(last.toordinal()) - 12 else "tick middle"))
    now = x(as_of.toordinal())
    parts.append(el("path", d=f"M{now:.1f},14V{height}", class_="axis"))
    rows = []
    for i, source in enumerate(sources):
        y = 27 + step * i
        newest, due = end_of(str(source["newest"] or "")), dues[source["id"]]
        parts.append(text(left - 8, y + 4, _short(source["title"]), class_="label end"))
        if newest:
            end = x(min(max(newest, first), last).toordinal())
            parts.append(el("path", d=f"M{left},{y}H{end:.1f}", class_="bar ours"))
            parts.append(el("circle", cx=end, cy=float(y), r=3.2, class_="dot ours"))
        if due:
            at = x(min(max(due, first), last).toordinal())
            parts.append(el("path", d=f"M{at:.1f},{y - 5}V{y + 5}", class_="axis"))
        rows.append((source["title"], str(source["newest"] or "none"), due.isoformat() if due else "not connected"))
    late = [s["title"] for s in sources if (d := dues[s["id"]]) and d < as_of]
    sentence = "Each line ends at the newest figure; the tall line is the day of the run. "
    if not any(dues.values()):
        sentence += "These are the bundled figures: no live source is connected, and so none can fall silent."
    elif late:
        sentence += f"The short mark is when a connected source falls silent. Silent: {', '.join(late)}."
    else:
        sentence += "The short mark is when a connected source falls silent. None has."
    svg = frame(
        parts, width=width, height=height, key=key, title="Freshness of the sources", desc=sentence, class_="broad"
    )
    return Chart(svg, sentence, ("source", "newest figure", "silent from"), rows)


def _due(source: Mapping[str, Any]) -> date | None:
    """Return the day from which a connected source is silent: last good load, cadence and grace together."""
    loaded = end_of(str(source["last_good"] or ""))
    return loaded + timedelta(days=source["cadence_days"] + source["grace_days"]) if loaded else None


def _short(title: str) -> str:
    return title if len(title) <= 52 else title[:50].rstrip(" ,") + "…"
