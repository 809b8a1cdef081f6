"""Two risks kept apart: conflict across, mass killing upward, each in multiples of its own base rate.

Conflict is drawn in log-odds: many places stand close to certainty, where multiples of the base rate all look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log

from tocsin.core.numbers import percent, times_base
from tocsin.desk.charts.svg import Chart, el, frame, linear, logarithmic, text

SIZE, LEFT, RIGHT, TOP, BOTTOM = 470, 60, 14, 12, 48
TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
ACROSS = (0.01, 0.03, 0.1, 0.3, 1, 2, 3, 4, 5, 6, 8, 10)
NEARLY = 0.002
"""Probabilities closer than this to 0 or 1 are drawn here: log-odds have no end."""


@dataclass(frozen=True)
class Mark:
    """A place in the quadrant: probabilities, whether a mass killing is under way, whether an item is open on it."""

    place_id: str
    name: str
    p_onset: float
    p_conflict: float
    under_way: bool
    item: bool = False


def _label_slots(marks: Sequence[tuple[float, float, Mark]], most: int) -> list[tuple[float, float, str, str]]:
    """Choose which marks get a name: those with an open item, then the highest; only where it meets no other name."""
    # No name may cover another name, or any mark: not even one too low to be named itself.
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y, _ in marks]
    slots: list[tuple[float, float, str, str]] = []
    for x, y, mark in sorted(marks, key=lambda m: not m[2].item):
        if len(slots) >= most:
            break
        long = 5.6 * len(mark.name)
        for left, middle in ((x + 6, y), (x - 6 - long, y), (x - long / 2, y - 11), (x - long / 2, y + 12)):
            box = (left, middle - 6, left + long, middle + 5)
            clear = all(box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in taken)
            if clear and left > LEFT and box[2] < SIZE - 2 and box[1] > 0:
                taken.append(box)
                after = left < x - 6
                beside = middle == y and after
                slots.append((box[2] if beside else left, middle + 4, mark.name, "end" if beside else ""))
                break
    return slots


def _odds(p: float) -> float:
    """Return the log-odds of a probability, held away from 0 and 1."""
    inside = min(max(p, NEARLY), 1 - NEARLY)
    return log(inside / (1 - inside))


def _lowest(multiples: Iterable[float]) -> float:
    """Return where an axis begins: below every mark, and not further down than a hundredth of the base rate."""
    return max(0.9 * min(multiples, default=0.1), 0.009)


def plane(
    points: Sequence[tuple[float, float]], base: Mapping[str, float], when: Mapping[str, str]
) -> tuple[Callable[[float, float], tuple[float, float]], list[str]]:
    """Return where a point (conflict risk, mass-killing risk) is drawn, and the axes of the quadrant that holds them.

    ``base`` has the base rates ``onset`` and ``conflict``, ``when`` the years of each. The base rates are always in the
    picture: without their lines nobody sees which quarter a mark stands in.
    """
    multiples = [p / base["onset"] for _, p in points]
    highest_y, lowest_y = max([*multiples, 3.0]), _lowest([*multiples, 1.0])
    odds = [_odds(p) for p, _ in points] + [_odds(base["conflict"])]
    across = linear(min(odds) - 0.3, max(odds) + 0.4, LEFT, SIZE - RIGHT)
    y = logarithmic(lowest_y, highest_y * 1.25, SIZE - BOTTOM, TOP)
    parts: list[str] = []
    written = LEFT - 30.0
    for tick in ACROSS:
        at = across(_odds(tick * base["conflict"])) if NEARLY < tick * base["conflict"] < 1 - NEARLY else 0.0
        if LEFT <= at <= SIZE - RIGHT and (at > written + 26 or tick == 1):
            written = at
            parts.append(el("path", d=f"M{at:.1f},{TOP}V{SIZE - BOTTOM}", class_="base" if tick == 1 else "rule"))
            parts.append(text(at, SIZE - BOTTOM + 14, f"{tick:g}×", class_="tick middle"))
    for tick in TICKS:
        kind = "base" if tick == 1 else "rule"
        if lowest_y <= tick <= highest_y:
            parts.append(el("path", d=f"M{LEFT},{y(tick):.1f}H{SIZE - RIGHT}", class_=kind))
            parts.append(text(LEFT - 5, y(tick) + 4, f"{tick:g}×", class_="tick end"))
    middle = (LEFT + SIZE - RIGHT) / 2
    parts.append(
        text(
            middle, SIZE - 18, f"conflict risk {when['conflict']} (UCDP, ≥25 state-based deaths)", class_="label middle"
        )
    )
    parts.append(text(middle, SIZE - 4, f"1× = base rate {percent(base['conflict'])}", class_="tick middle"))
    upward = f"mass-killing risk {when['onset']} (EWP definition); 1× = base rate {percent(base['onset'])}"
    parts.append(
        text(
            0, 0, upward, class_="label middle", transform=f"translate(11 {(TOP + SIZE - BOTTOM) / 2:.0f}) rotate(-90)"
        )
    )
    return lambda p_conflict, p_onset: (across(_odds(p_conflict)), y(p_onset / base["onset"])), parts


def quadrant(
    marks: Sequence[Mark], base: Mapping[str, float], *, when: Mapping[str, str], key: str, labels: int = 20
) -> Chart:
    """Draw places by both risks. ``base`` has the base rates ``onset`` and ``conflict``, ``when`` the years of each."""
    at, parts = plane([(m.p_conflict, m.p_onset) for m in marks], base, when)
    ordered = sorted(marks, key=lambda m: (-m.p_onset, m.place_id))
    placed = [(*at(m.p_conflict, m.p_onset), m) for m in ordered]
    for px, py, mark in reversed(placed):
        # The name alone: the figures stand in the table, and twice would cost the page too much.
        tip = el("title", escape(mark.name))
        if mark.under_way:
            parts.append(el("rect", tip, x=px - 3.5, y=py - 3.5, width=7.0, height=7.0, class_="mark way"))
        else:
            parts.append(el("circle", tip, cx=px, cy=py, r=3.4, class_="mark"))
    for lx, ly, name, anchor in _label_slots(placed, labels):
        parts.append(text(lx, ly, name, class_=f"name {anchor}"))
    both = sum(m.p_onset >= base["onset"] and m.p_conflict >= base["conflict"] for m in marks)
    quiet = sum(m.p_onset >= base["onset"] and m.p_conflict < base["conflict"] for m in marks)
    sentence = (
        f"Of {len(marks)} places, {both} are above both base rates; {quiet} are above the base rate of mass killing "
        "while their conflict risk is below its own. Squares: a mass killing is under way, and the forecast is of a "
        "further, separate one. Named: places with an open item, then those ranked highest, as far as there is room; "
        "all are in the table."
    )
    svg = frame(parts, width=SIZE, height=SIZE, key=key, title="Mass-killing risk against conflict risk", desc=sentence)
    rows = [
        (
            m.name,
            f"{percent(m.p_onset)}, {times_base(m.p_onset, base['onset'])}",
            f"{percent(m.p_conflict)}, {times_base(m.p_conflict, base['conflict'])}",
        )
        for m in ordered
    ]
    head = ("place", "mass-killing risk, × base rate", "conflict risk, × base rate")
    return Chart(svg, sentence, head, rows)
