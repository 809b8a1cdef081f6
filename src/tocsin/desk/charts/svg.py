"""The few SVG elements the charts need, escaped, and the frame that names and describes a drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Chart:
    """A drawing, the sentence that says what it shows, and the table behind it."""

    svg: SafeString
    sentence: str
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    legend: str = ""
    wide: bool = False

    @property
    def scrolls(self) -> bool:
        """Whether the drawing is too broad for a phone at a size that can be read: it then scrolls in its own box."""
        return self.svg.startswith('<svg class="chart "')


def number(value: float) -> str:
    """Write a coordinate with at most one decimal and no trailing zero."""
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def el(name: str, *inside: str, **attributes: object) -> str:
    """Return one element. Text must come through ``text``; a trailing underscore frees a Python word (``class_``)."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, float) else escape(str(value), quote=True)
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{shown}"')
    body = "".join(inside)
    return "".join(parts) + (f">{body}</{name}>" if body or name in {"g", "text"} else "/>")


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """Return a line of text, escaped."""
    return el("text", escape(words), x=float(x), y=float(y), **attributes)


def path(points: Iterable[tuple[float, float]], **attributes: object) -> str:
    """Return a polyline through points as a path without fill."""
    d = "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)
    return el("path", d=d, **attributes)


def frame(
    parts: Iterable[str], *, width: int, height: int, key: str, title: str, desc: str, class_: str = ""
) -> SafeString:
    """Wrap parts in an SVG that has a name and a description; ``key`` is unique on its page."""
    inner = "".join(parts)
    return mark_safe(  # noqa: S308 - every part was escaped by el and text
        f'<svg class="chart {class_}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{key}-t {key}-d" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(desc)}</desc>{inner}</svg>'
    )


def linear(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return a linear scale from data to drawing units; a flat range maps to the middle."""
    if high == low:
        return lambda _: (start + end) / 2
    return lambda value: start + (value - low) / (high - low) * (end - start)


def logarithmic(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return a logarithmic scale; values outside the range are drawn at its edge."""
    inner = linear(math.log(low), math.log(high), start, end)
    return lambda value: inner(math.log(min(max(value, low), high)))


def nice_ticks(high: float, count: int = 3) -> list[float]:
    """Return round tick values from 0 up to at least ``high``."""
    if high < 1e-300:  # none, or too little for its logarithm to be taken
        return [0.0, 1.0]
    rough = high / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough)
    return [step * i for i in range(math.ceil(high / step) + 1)]


def short(value: float, step: float) -> str:
    """Write an axis value briefly: ``1.2k``, ``3M``, ``0.025``; decimals as many as the step between ticks needs."""
    for size, mark in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return _trimmed(value / size, step / size) + mark
    return _trimmed(value, step)


def _trimmed(value: float, step: float) -> str:
    """Return a value with the decimals that tell it from its neighbours a step away, without trailing zeros."""
    # Steps are 1, 2, 2.5 or 5 times a power of ten: one decimal beyond their first digit shows them whole.
    decimals = max(1 - math.floor(math.log10(step)), 0) if step > 0 else 2
    said = f"{value:.{decimals}f}"
    said = said.rstrip("0").rstrip(".") if "." in said else said
    return "0" if said in ("", "-0") else said
