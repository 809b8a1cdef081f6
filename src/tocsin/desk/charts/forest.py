"""Differences with their intervals around zero: who is better, by how much, and when nothing can be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.desk.charts.svg import Chart, el, frame, linear, text


@dataclass(frozen=True)
class Difference:
    """An estimate with its interval; positive is better for us."""

    label: str
    est: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Say what the interval lets one say."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "a tie"


def differences(
    rows: Sequence[Difference], *, key: str, title: str, rival: str = "EWP", ours: str = "onset_v1"
) -> Chart:
    """Draw differences to a rival one under another; the line is zero, right of it is better for us."""
    width, left, step = 460, 190, 22
    height = 20 + step * len(rows) + 22
    reach = max(max(abs(r.low), abs(r.high)) for r in rows)
    x = linear(-reach, reach, left, width - 20)
    parts = [
        text(x(0) - 6, 11, f"← {rival} better", class_="tick end"),
        text(x(0) + 6, 11, "ours better →", class_="tick"),
        el("path", d=f"M{x(0):.1f},4V{height - 18}", class_="axis"),
    ]
    parts.append(text(x(-reach), height - 4, f"{-reach:+.3f}", class_="tick"))
    parts.append(text(x(reach), height - 4, f"{reach:+.3f}", class_="tick end"))
    for i, row in enumerate(rows):
        y = 28 + step * i
        kind = "ours" if row.verdict == "better" else "other"
        parts.append(text(left - 8, y + 4, row.label, class_="label end"))
        parts.append(el("path", d=f"M{x(row.low):.1f},{y}H{x(row.high):.1f}", class_=f"bar {kind}"))
        parts.append(el("circle", cx=x(row.est), cy=float(y), r=4.0, class_=f"dot {kind}"))
    told = [
        f"{sum(r.verdict == v for r in rows)} {w}"
        for v, w in (("worse", "worse"), ("a tie", "ties"), ("better", "better"))
    ]
    sentence = f"{ours} against {rival} on the same rows, {len(rows)} measures: {', '.join(told)}. An interval over the line is a tie."
    svg = frame(parts, width=width, height=height, key=key, title=title, desc=sentence)
    table = [(r.label, f"{r.est:+.4f}", f"{r.low:+.4f} to {r.high:+.4f}", r.verdict) for r in rows]
    return Chart(svg, sentence, ("measure", "difference", "95% interval", "verdict"), table)
