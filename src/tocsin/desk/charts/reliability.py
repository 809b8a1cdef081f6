"""Reliability: what was forecast against what happened, with the number of cases behind each dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.core.numbers import percent
from tocsin.core.probability import wilson
from tocsin.desk.charts.svg import Chart, el, frame, logarithmic, path, text

SIZE, LEFT, BOTTOM = 340, 44, 40
NINETY = 1.645
"""Standard deviations of a 90% interval."""


@dataclass(frozen=True)
class Bin:
    """Forecasts close to one another: their mean, the share that came true, how many, and how many onsets."""

    forecast: float
    observed: float
    n: int
    hits: int


def added_up(bins: Sequence[Bin]) -> str:
    """Return in a sentence how many onsets the forecasts added up to, how many happened, and how far off that is."""
    hits, expected = sum(b.hits for b in bins), sum(b.n * b.forecast for b in bins)
    said = f"{expected:.0f} onsets were expected and {hits} happened"
    if not hits:
        return f"{said}."
    off = round(100 * (expected / hits - 1))
    about = {True: "too high", False: "too low"}[off >= 0]
    return f"{said}: added up, the figures ran {abs(off)}% {about}." if off else f"{said}."


def reliability(bins: Sequence[Bin], *, key: str, title: str) -> Chart:
    """Draw observed share against mean forecast on logarithmic axes; the diagonal is perfect calibration."""
    low, high = 0.0005, 0.6
    x = logarithmic(low, high, LEFT, SIZE - 12)
    y = logarithmic(low, high, SIZE - BOTTOM, 12)
    parts: list[str] = []
    for tick in (0.001, 0.01, 0.1, 0.5):
        parts.append(el("path", d=f"M{x(tick):.1f},12V{SIZE - BOTTOM}M{LEFT},{y(tick):.1f}H{SIZE - 12}", class_="rule"))
        parts.append(text(x(tick), SIZE - BOTTOM + 14, percent(tick), class_="tick middle"))
        parts.append(text(LEFT - 5, y(tick) + 4, percent(tick), class_="tick end"))
    parts.append(path([(x(low), y(low)), (x(high), y(high))], class_="base"))
    for b in bins:
        bottom, top = wilson(b.hits, b.n, NINETY)
        parts.append(el("path", d=f"M{x(b.forecast):.1f},{y(bottom):.1f}V{y(top):.1f}", class_="bar ours"))
        dot = el("circle", cx=x(b.forecast), cy=y(b.observed), r=3.6, class_="dot ours" if b.hits else "hollow")
        parts.append(dot)
    parts.append(text((LEFT + SIZE - 12) / 2, SIZE - 6, "forecast", class_="label middle"))
    parts.append(
        text(
            0,
            0,
            "what happened",
            class_="label middle",
            transform=f"translate(10 {(SIZE - BOTTOM) / 2:.0f}) rotate(-90)",
        )
    )
    sentence = (
        f"{sum(b.n for b in bins):,} forecasts in {len(bins)} groups: {added_up(bins)} "
        "On the diagonal, what was forecast is what happened; the bars are 90% intervals; hollow dots had no onset and stand at the axis."
    )
    svg = frame(parts, width=SIZE, height=SIZE, key=key, title=title, desc=sentence, class_="medium")
    rows = [(percent(b.forecast), percent(b.observed), f"{b.hits}", f"{b.n:,}") for b in bins]
    return Chart(svg, sentence, ("mean forecast", "share that came true", "onsets", "forecasts"), rows)
