"""Diverging bars: what raises and what lowers a forecast, summing to its distance from the middle place."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.desk.charts.svg import Chart, el, frame, linear, text

WIDTH, ROW, BAR = 340, 24, 13.0


def diverging(
    drivers: Sequence[tuple[str, float, str]], *, key: str, title: str, sentence: str, unit: str = "log-odds"
) -> Chart:
    """Draw (label, signed value, note) as bars left and right of a middle line, largest first, with their sum."""
    ordered = sorted(drivers, key=lambda d: -abs(d[1]))
    total = sum(value for _, value, _ in drivers)
    height = 16 + ROW * (len(ordered) + 1) + 22
    reach = max([abs(v) for _, v, _ in ordered] + [abs(total), 0.1])
    x = linear(-reach, reach, 40, WIDTH - 40)
    middle = x(0)
    parts = [
        text(middle - 6, 11, "← lowers", class_="tick end"),
        text(middle + 6, 11, "raises →", class_="tick"),
        el("path", d=f"M{middle:.1f},4V{height - 18}", class_="axis"),
        text(middle, height - 4, f"{unit} from the middle place", class_="label middle"),
    ]
    shown = [*ordered, ("sum of the groups", total, "")]
    for i, (label, value, _) in enumerate(shown):
        y = 16 + ROW * i
        last = i == len(shown) - 1
        if last:
            parts.append(el("path", d=f"M0,{y + 1}H{WIDTH}", class_="rule"))
        # The label stands on the side its bar leaves free.
        beside = middle - 6 if value >= 0 else middle + 6
        end = " end" if value >= 0 else ""
        parts.append(text(beside, y + 16, label, class_=f"label name{end}{' strong' if last else ''}"))
        a, b = sorted((middle, x(value)))
        kind = "total" if last else "up" if value >= 0 else "down"
        parts.append(el("rect", x=a, y=y + 6.0, width=max(b - a, 0.8), height=BAR, class_=f"driver {kind}"))
        side = "tick" if value >= 0 else "tick end"
        parts.append(text(b + 4 if value >= 0 else a - 4, y + 16, f"{value:+.2f}", class_=side))
    svg = frame(parts, width=WIDTH, height=height, key=key, title=title, desc=sentence, class_="medium")
    rows = [(label, f"{value:+.2f}", note) for label, value, note in shown]
    return Chart(svg, sentence, ("group", unit, "what in it matters most"), rows)
