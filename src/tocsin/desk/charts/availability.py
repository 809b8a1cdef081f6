"""What can still be had, by the day of starting: a falling line, and under it the days on which options expire (M72)."""

from __future__ import annotations

from html import escape

from tocsin.core.clock import in_words
from tocsin.desk.charts.svg import Chart, el, frame, linear, nice_ticks, path, short, text
from tocsin.options import Answer

WIDTH, HEIGHT = 320, 140
LEFT, RIGHT, TOP, BOTTOM = 30, 10, 10, 34


def availability(answer: Answer, *, key: str) -> Chart | None:
    """Draw the curve of an answer; None when nothing can arrive any more."""
    points, going = answer.curve, answer.expiries
    if not points or not points[0].possible:
        return None
    ticks = nice_ticks(max(1.0, points[0].expected))
    step = ticks[1] - ticks[0]
    last = max(1, points[-1].days_from_now)
    x = linear(0, last, LEFT, WIDTH - RIGHT)
    y = linear(0, ticks[-1], HEIGHT - BOTTOM, TOP)
    parts = []
    for tick in ticks:
        parts.append(el("path", d=f"M{LEFT},{y(tick):.1f}H{WIDTH - RIGHT}", class_="rule"))
        parts.append(text(LEFT - 4, y(tick) + 3, short(tick, step), class_="tick end"))
    parts.append(path([(x(p.days_from_now), y(p.expected)) for p in points], class_="line"))
    for expiry in going:
        said = f"{in_words(expiry.last_day)}: last day for {', '.join(expiry.options[:6])}"
        more = f" and {len(expiry.options) - 6} more" if len(expiry.options) > 6 else ""
        at = x(expiry.days_from_now)
        mark = el("path", el("title", escape(said + more)), d=f"M{at:.1f},{HEIGHT - BOTTOM + 2}v6", class_="axis")
        parts.append(mark)
    for day, words, place in ((0, in_words(points[0].day), ""), (last, in_words(points[-1].day), " end")):
        parts.append(text(x(day), HEIGHT - 12, words, class_=f"tick{place}"))
    sentence = _sentence(answer)
    svg = frame(parts, width=WIDTH, height=HEIGHT, key=key, title="Options that can still arrive", desc=sentence)
    rows = [(in_words(p.day), str(p.possible), f"{p.expected:.1f}") for p in points]
    return Chart(svg, sentence, ("started on", "can still arrive", "to be expected in time"), rows)


def _sentence(answer: Answer) -> str:
    """Say what the curve shows: today, half way, the last day; and what waiting has taken."""
    points = answer.curve
    now, half = points[0], points[len(points) // 2]
    said = (
        f"Of {now.possible} options, about {now.expected:.0f} are to be expected in time if started today, "
        f"about {half.expected:.0f} of {half.possible} from {in_words(half.day)}; after "
        f"{in_words(points[-1].day)} none."
    )
    return said + (f" {waiting(answer)}" if answer.waited else "")


def waiting(answer: Answer) -> str:
    """Say what waiting has taken since the item was opened; empty when nobody asks or no day has passed."""
    gone = answer.waited
    if gone is None:
        return ""
    lost = f": {', '.join(gone.lost[:8])}" + (" and more" if len(gone.lost) > 8 else "") if gone.lost else ""
    return (
        f"Since it was opened on {in_words(gone.since)}, {gone.days} days ago, waiting took "
        f"{gone.possible_then - gone.possible_now} of {gone.possible_then} options{lost}; to be expected in time "
        f"were {gone.expected_then:.0f} and are {gone.expected_now:.0f}."
    )
