"""Intervals, drawn: one small whisker for a table row, one list of them for comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from tocsin.core.numbers import one_in, percent
from tocsin.desk.charts.svg import Chart, el, frame, logarithmic, text

LOWEST, HIGHEST = 0.0005, 0.6
SMALL = (0.001, 0.3)
"""The ends of a table row's axis: narrower, so that intervals can be told apart in a few rem; the head names them."""


@dataclass(frozen=True)
class Estimate:
    """A probability with its interval and the class that colours it (``ours``, ``other``, ``truth``)."""

    label: str
    p: float | None
    low: float | None = None
    high: float | None = None
    kind: str = "ours"


def small(p: float | None, low: float | None, high: float | None, base: float | None) -> SafeString:
    """Return a whisker for a table row on a logarithmic axis, with the base rate as a tick; hidden from readers of text."""
    if p is None:
        return mark_safe("")
    x = logarithmic(*SMALL, 3, 97)
    parts = ['<svg class="whisker" viewBox="0 0 100 12" aria-hidden="true">']
    if base:
        parts.append(f'<path d="M{x(base):.0f},1V11" class="base"/>')
    if low is not None and high is not None:
        parts.append(f'<path d="M{x(low):.0f},6H{x(high):.0f}" class="bar"/>')
    parts.append(f'<circle cx="{x(p):.0f}" cy="6" r="2.6"/></svg>')
    return mark_safe("".join(parts))  # noqa: S308 - numbers only


def compare(estimates: Sequence[Estimate], *, base: float | None, key: str, title: str, sentence: str) -> Chart:
    """Draw estimates one under another on one logarithmic axis of probability, base rate as a vertical line."""
    # Labels stand above their bars, so that the drawing can be read whole on a phone.
    width, left, row = 340, 10, 34
    height = 20 + row * len(estimates) + 18
    reach = max([e.high or e.p or 0.0 for e in estimates], default=0.0)
    x = logarithmic(LOWEST, 1.0 if reach > HIGHEST else HIGHEST, left, width - 14)
    parts: list[str] = []
    for tick in (0.001, 0.01, 0.1, 0.5, *((1.0,) if reach > HIGHEST else ())):
        parts.append(el("path", d=f"M{x(tick):.1f},14V{height - 18}", class_="rule"))
        parts.append(text(x(tick), height - 5, percent(tick), class_="tick middle"))
    if base:
        parts.append(el("path", d=f"M{x(base):.1f},12V{height - 18}", class_="base"))
        parts.append(text(x(base), 9, f"base rate {percent(base)}", class_="tick middle"))
    for i, estimate in enumerate(estimates):
        y = 42 + row * i
        parts.append(text(left, y - 10, estimate.label, class_="label name"))
        if estimate.p is None:
            parts.append(text(left, y + 4, "not known", class_="tick"))
            continue
        if estimate.low is not None and estimate.high is not None:
            parts.append(
                el("path", d=f"M{x(estimate.low):.1f},{y}H{x(estimate.high):.1f}", class_=f"bar {estimate.kind}")
            )
        parts.append(el("circle", cx=x(estimate.p), cy=float(y), r=4.0, class_=f"dot {estimate.kind}"))
    svg = frame(parts, width=width, height=height, key=key, title=title, desc=sentence, class_="medium")
    rows = [
        (
            e.label,
            percent(e.p),
            one_in(e.p),
            f"{percent(e.low)} to {percent(e.high)}" if e.low is not None else "no interval",
        )
        for e in estimates
    ]
    return Chart(svg, sentence, ("forecast", "probability", "as a frequency", "interval"), rows)
