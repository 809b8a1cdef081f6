"""How fresh each source is: a bar over the time its figures cover, and a mark where a connected one falls silent.

A list of words with a bar each, not one drawing: the words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any

from django.utils.safestring import mark_safe

from tocsin.core.clock import in_words, period_in_words
from tocsin.desk.charts.svg import Chart, el, linear
from tocsin.response.register.dated import end_of, newest_day

FIRST_YEARS_BACK = 5
WIDTH, HEIGHT = 1000, 12
Span = tuple[date, date]


def freshness(
    sources: Sequence[Mapping[str, Any]], as_of: date, *, counted: Mapping[str, Collection[str]], key: str
) -> Chart:
    """Draw a bar a source over the time it covers. ``counted`` has the months with a figure, of monthly sources.

    What lies before the axis begins is not drawn; a last year that is there in part is drawn open.
    """
    first = date(as_of.year - FIRST_YEARS_BACK, 1, 1)
    dues = {s["id"]: _due(s) for s in sources}
    last = date(max([as_of, *(d for d in dues.values() if d)]).year, 12, 31)
    x = linear(first.toordinal(), last.toordinal() + 1, 0, WIDTH)
    items, rows = [], []
    for source in sources:
        spans, newest, part = _spans(source, counted.get(source["id"], ()), first)
        due, (_, partial) = dues[source["id"]], newest_day(source)
        parts = [_bar(x, max(a, first), b, "ours") for a, b in spans if b >= first]
        if part and part[1] >= first:
            parts.append(_bar(x, max(part[0], first), part[1], "part"))
        if due:
            parts.append(_upright(x, min(max(due, first), last), "silent"))
        parts.append(_upright(x, as_of, "axis"))
        said = _reach(source, newest, partial=partial)
        gaps = _gaps(spans)
        drawn = "".join(parts)
        items.append(
            f'<li><span>{escape(source["title"])}</span><svg class="fresh-bar" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'preserveAspectRatio="none" aria-hidden="true">{drawn}</svg><span class="note">{escape(said)}</span></li>'
        )
        silent = in_words(due) if due else "not connected"
        rows.append((source["title"], said, "; ".join(f"{a} to {b}" for a, b in gaps) or "none known", silent))
    years = "".join(f"<span>{year}</span>" for year in range(first.year, last.year + 1))
    axis = (
        f'<li class="years" aria-hidden="true"><span></span><span class="axis-years">{years}</span><span></span></li>'
    )
    svg = mark_safe(f'<ul class="fresh" id="{key}">{axis}{"".join(items)}</ul>')  # noqa: S308 - words escaped above
    head = ("source", "newest figure", "gaps since " + str(first.year), "silent from")
    return Chart(svg, _sentence(sources, dues, as_of, first), head, rows)


def _sentence(sources: Sequence[Mapping[str, Any]], dues: Mapping[str, date | None], as_of: date, first: date) -> str:
    said = (
        "Each bar covers the time for which the source has figures; a gap in it is a gap in the figures, and an open "
        f"end a year that is there in part. The upright line is the day of the run, {in_words(as_of)}. Bars that touch "
        f"the left edge began before {first.year}. "
    )
    late = [s["title"] for s in sources if (d := dues[s["id"]]) and d < as_of]
    if not any(dues.values()):
        return said + "These are the bundled figures: no live source is connected, and so none can fall silent."
    mark = "The short mark is when a connected source falls silent. "
    return said + mark + (f"Silent: {', '.join(late)}." if late else "None has.")


def _spans(
    source: Mapping[str, Any], months: Collection[str], first: date
) -> tuple[list[Span], date | None, Span | None]:
    """Return the stretches a source covers, its newest day, and the stretch of a last year that is there in part."""
    newest, partial = newest_day(source)
    if newest is None:
        return [], None, None
    if months:
        return _stretches(months), newest, None
    whole = date(newest.year, 1, 1) - timedelta(days=1) if partial else newest
    part = (date(newest.year, 1, 1), newest) if partial else None
    return [(date(1900, 1, 1), whole)] if whole >= first else [], newest, part


def _stretches(months: Collection[str]) -> list[Span]:
    """Return months as stretches without a gap, each from its first to its last day."""
    found: list[Span] = []
    for month in sorted(months):
        end = end_of(month)
        assert end is not None
        if found and found[-1][1] + timedelta(days=1) == end.replace(day=1):
            found[-1] = (found[-1][0], end)
        else:
            found.append((end.replace(day=1), end))
    return found


def _gaps(spans: Sequence[Span]) -> list[tuple[str, str]]:
    return [
        (f"{before[1] + timedelta(days=1):%B %Y}", f"{after[0] - timedelta(days=1):%B %Y}")
        for before, after in pairwise(spans)
    ]


def _reach(source: Mapping[str, Any], newest: date | None, *, partial: bool) -> str:
    """Return until when a source's figures go, in words."""
    if newest is None:
        return "no figure"
    period = period_in_words(str(source["newest"]))
    if not partial:
        return f"to {period}"
    return f"to mid-{newest.year}" if (newest.month, newest.day) == (6, 30) else f"to {period}, in part"


def _bar(x: Any, first: date, last: date, kind: str) -> str:
    start, end = x(first.toordinal()), x(last.toordinal() + 1)
    return el("rect", x=float(start), y=3.0, width=float(max(end - start, 2)), height=6.0, class_=f"fresh-{kind}")


def _upright(x: Any, at: date, kind: str) -> str:
    return el("rect", x=float(x(at.toordinal())), y=0.0, width=2.0, height=float(HEIGHT), class_=f"fresh-{kind}")


def _due(source: Mapping[str, Any]) -> date | None:
    """Return the day from which a connected source is silent: last good load, cadence and grace together."""
    loaded = end_of(str(source["last_good"] or ""))
    return loaded + timedelta(days=source["cadence_days"] + source["grace_days"]) if loaded else None
