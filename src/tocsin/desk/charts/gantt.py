"""A time line of what is planned and what is under way: a bar each, and a mark on the days that clash.

A list of words with a bar each, as for the freshness of sources: the words keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import escape

from django.utils.safestring import mark_safe

from tocsin.core.clock import in_words
from tocsin.desk.charts.svg import Chart, el, linear
from tocsin.options.clashes import Clash, Move

WIDTH, HEIGHT, PARTS = 1000, 14, 5
Scale = Callable[[float], float]


def gantt(moves: Sequence[Move], clashes: Sequence[Clash], today: date, *, mine: set[str], key: str) -> Chart:
    """Draw moves in their order; ``mine`` are the refs of lines, the others are commitments under way."""
    first = min([today, *(m.starts for m in moves)])
    last = max([today, *(m.ends for m in moves)]) + timedelta(days=1)
    last = max(last, first + timedelta(days=PARTS))
    x = linear(first.toordinal(), last.toordinal(), 0, WIDTH)
    items, rows = [], []
    for move in moves:
        hits = [c for c in clashes if move.ref in (c.a.ref, c.b.ref)]
        drawn = [_bar(x, move.starts, move.ends, "ours" if move.ref in mine else "part", inset=4.0)]
        drawn += [_bar(x, c.first, c.last, "clash", inset=1.0) for c in hits]
        now = float(x(today.toordinal()))
        drawn.append(el("rect", x=now, y=0.0, width=2.0, height=float(HEIGHT), class_="fresh-axis"))
        others = ", ".join(c.b.ref if c.a.ref == move.ref else c.a.ref for c in hits)
        said = f"{_day(move.starts)} to {_day(move.ends)}" + (f"; clashes with {others}" if others else "")
        name = f"{move.ref} {move.what}" if len(move.what) <= 90 else f"{move.ref} {move.what[:88]}…"
        items.append(
            f'<li><span>{escape(name)}</span><svg class="fresh-bar" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'preserveAspectRatio="none" aria-hidden="true">{"".join(drawn)}</svg>'
            f'<span class="note">{escape(said)}</span></li>'
        )
        rows.append((f"{move.ref} {move.what}", in_words(move.starts), in_words(move.ends), others or "none"))
    step = (last - first).days / PARTS
    marks = "".join(f"<span>{_day(first + timedelta(days=round(step * n)))}</span>" for n in range(PARTS))
    axis = (
        f'<li class="years" aria-hidden="true"><span></span><span class="axis-years">{marks}</span><span></span></li>'
    )
    svg = mark_safe(f'<ul class="fresh" id="{key}">{axis}{"".join(items)}</ul>')  # noqa: S308 - words escaped above
    return Chart(svg, _sentence(clashes, today), ("what", "from", "to", "clashes with"), rows)


def _sentence(clashes: Sequence[Clash], today: date) -> str:
    found = f"{len(clashes)} clash{'' if len(clashes) == 1 else 'es'}" if clashes else "No clash"
    return (
        f"Each bar is a line from its first to its last day; the paler ones are commitments under way here. The upright "
        f"line is today, {in_words(today)}. {found} by the pairs of the catalogue"
        + ("; a block marks the days." if clashes else ".")
    )


def _bar(x: Scale, first: date, last: date, kind: str, *, inset: float) -> str:
    start, end = x(first.toordinal()), x(last.toordinal() + 1)
    width, height = float(max(end - start, 3)), HEIGHT - 2 * inset
    return el("rect", x=float(start), y=inset, width=width, height=height, class_=f"fresh-{kind}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
