"""Two risks kept apart: conflict across, mass killing upward, each in multiples of its own base rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tocsin.core.numbers import percent, times_base
from tocsin.desk.charts.svg import Chart, el, frame, logarithmic, text

SIZE, LEFT, RIGHT, TOP, BOTTOM = 470, 60, 14, 12, 48
TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


@dataclass(frozen=True)
class Mark:
    """A place in the quadrant: probabilities, and whether a mass killing is under way there."""

    place_id: str
    name: str
    p_onset: float
    p_conflict: float
    under_way: bool


def _label_slots(marks: Sequence[tuple[float, float, Mark]], most: int) -> list[tuple[float, float, str, str]]:
    """Choose which marks get a name: highest first, and only where the name meets no other name."""
    # No name may cover another name, or any mark: not even one too low to be named itself.
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y, _ in marks]
    slots: list[tuple[float, float, str, str]] = []
    for x, y, mark in marks:
        if len(slots) >= most:
            break
        long = 5.9 * len(mark.name)
        for left, right, anchor in ((x + 6, x + 6 + long, ""), (x - 6 - long, x - 6, "end")):
            box = (left, y - 7, right, y + 6)
            clear = all(box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in taken)
            if clear and left > LEFT and right < SIZE - 2:
                taken.append(box)
                slots.append((right if anchor else left, y + 4, mark.name, anchor))
                break
    return slots


def _lowest(multiples: Iterable[float]) -> float:
    """Return where an axis begins: below every mark, and not further down than a hundredth of the base rate."""
    return max(0.9 * min(multiples, default=0.1), 0.009)


def quadrant(marks: Sequence[Mark], base: Mapping[str, float], *, key: str, labels: int = 12) -> Chart:
    """Draw places by both risks. ``base`` has the base rates ``onset`` and ``conflict``."""
    highest_x = max([m.p_conflict / base["conflict"] for m in marks] + [3.0])
    highest_y = max([m.p_onset / base["onset"] for m in marks] + [3.0])
    lowest_x = _lowest(m.p_conflict / base["conflict"] for m in marks)
    lowest_y = _lowest(m.p_onset / base["onset"] for m in marks)
    x = logarithmic(lowest_x, highest_x * 1.15, LEFT, SIZE - RIGHT)
    y = logarithmic(lowest_y, highest_y * 1.25, SIZE - BOTTOM, TOP)
    parts: list[str] = []
    for tick in TICKS:
        kind = "base" if tick == 1 else "rule"
        if lowest_x <= tick <= highest_x:
            parts.append(el("path", d=f"M{x(tick):.1f},{TOP}V{SIZE - BOTTOM}", class_=kind))
            parts.append(text(x(tick), SIZE - BOTTOM + 14, f"{tick:g}×", class_="tick middle"))
        if lowest_y <= tick <= highest_y:
            parts.append(el("path", d=f"M{LEFT},{y(tick):.1f}H{SIZE - RIGHT}", class_=kind))
            parts.append(text(LEFT - 5, y(tick) + 4, f"{tick:g}×", class_="tick end"))
    middle = (LEFT + SIZE - RIGHT) / 2
    parts.append(
        text(middle, SIZE - 18, "conflict risk, next 12 months (UCDP, ≥25 state-based deaths)", class_="label middle")
    )
    parts.append(text(middle, SIZE - 4, f"1× = base rate {percent(base['conflict'])}", class_="tick middle"))
    across = f"mass-killing risk within two years (EWP definition); 1× = base rate {percent(base['onset'])}"
    parts.append(
        text(
            0, 0, across, class_="label middle", transform=f"translate(11 {(TOP + SIZE - BOTTOM) / 2:.0f}) rotate(-90)"
        )
    )
    ordered = sorted(marks, key=lambda m: (-m.p_onset, m.place_id))
    placed = [(x(m.p_conflict / base["conflict"]), y(m.p_onset / base["onset"]), m) for m in ordered]
    for px, py, mark in reversed(placed):
        tip = el(
            "title",
            escape(
                f"{mark.name}: {times_base(mark.p_onset, base['onset'])} and {times_base(mark.p_conflict, base['conflict'])}"
            ),
        )
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
        "while their conflict risk is below its own. Squares: a mass killing is under way, and the forecast is of a further, separate one."
    )
    svg = frame(parts, width=SIZE, height=SIZE, key=key, title="Mass-killing risk against conflict risk", desc=sentence)
    rows = [
        (
            m.name,
            percent(m.p_onset),
            times_base(m.p_onset, base["onset"]),
            percent(m.p_conflict),
            times_base(m.p_conflict, base["conflict"]),
        )
        for m in ordered[:40]
    ]
    head = ("place (first 40)", "mass-killing risk", "× base rate", "conflict risk", "× base rate")
    return Chart(svg, sentence, head, rows)
