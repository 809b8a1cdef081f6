"""A place's course through the quadrant: both risks at the end of each year, one line, the years on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tocsin.core.numbers import percent, times_base
from tocsin.desk.charts.quadrant import SIZE, plane
from tocsin.desk.charts.svg import Chart, el, frame, path, text

EVERY = 5
"""Years between the dots that bear their year; the first, the last and those before an onset always do."""

WHEN = {"onset": "within two years", "conflict": "in the year after"}

FOLLOWED = {True: "an onset within two years", False: "none within two years", None: "not known yet"}


@dataclass(frozen=True)
class Stop:
    """The end of one year: both probabilities, whether an onset followed within two years (None: not known yet)."""

    year: int
    p_onset: float
    p_conflict: float
    onset_within: bool | None


def course(stops: Sequence[Stop], base: Mapping[str, float], *, key: str, name: str) -> Chart:
    """Draw the course of a place. ``base`` has today's base rates ``onset`` and ``conflict``, for every year alike."""
    where, parts = plane([(s.p_conflict, s.p_onset) for s in stops], base, WHEN)
    at = [where(s.p_conflict, s.p_onset) for s in stops]
    if len(at) > 1:
        parts.append(path(at, class_="line thin"))
    taken: list[tuple[float, float]] = []
    for n in range(len(stops) - 1, -1, -1):
        stop, (px, py) = stops[n], at[n]
        tip = el("title", escape(_said(stop, base)))
        if stop.onset_within:
            parts.append(el("rect", tip, x=px - 3.5, y=py - 3.5, width=7.0, height=7.0, class_="mark way"))
        else:
            parts.append(el("circle", tip, cx=px, cy=py, r=3.0, class_="mark"))
        wanted = n in (0, len(stops) - 1) or stop.onset_within or stop.year % EVERY == 0
        if wanted and all(abs(px - a) > 30 or abs(py - b) > 11 for a, b in taken):
            end = px > SIZE - 50
            parts.append(text(px - 6 if end else px + 6, py + 3, str(stop.year), class_=f"name {'end' if end else ''}"))
            taken.append((px, py))
    sentence = _sentence(stops, base, name)
    svg = frame(parts, width=SIZE, height=SIZE, key=key, title=f"{name}: both risks over time", desc=sentence)
    rows = [
        (
            str(s.year),
            f"{percent(s.p_onset)}, {times_base(s.p_onset, base['onset'])}",
            f"{percent(s.p_conflict)}, {times_base(s.p_conflict, base['conflict'])}",
            FOLLOWED[s.onset_within],
        )
        for s in reversed(stops)
    ]
    return Chart(svg, sentence, ("end of", "mass-killing risk", "conflict risk", "mass killing"), rows)


def _said(stop: Stop, base: Mapping[str, float]) -> str:
    """Return one stop in words."""
    onset, conflict = times_base(stop.p_onset, base["onset"]), times_base(stop.p_conflict, base["conflict"])
    return f"End of {stop.year}: mass killing {onset}, conflict {conflict}; {FOLLOWED[stop.onset_within]}"


def _sentence(stops: Sequence[Stop], base: Mapping[str, float], name: str) -> str:
    """Say in which part of the quadrant the place has been, and where it is."""
    over = [(s.p_onset >= base["onset"], s.p_conflict >= base["conflict"]) for s in stops]
    apart = sum(killing and not war for killing, war in over)
    both, war_only = sum(k and w for k, w in over), sum(w and not k for k, w in over)
    now = stops[-1]
    hits = [str(s.year) for s in stops if s.onset_within]
    said = (
        f"{name} at the end of {stops[0].year} to {now.year}: of {len(stops)} years, {both} over both base rates, "
        f"{apart} over that of mass killing alone, {war_only} over that of conflict alone. "
        f"Now {times_base(now.p_onset, base['onset'])} and {times_base(now.p_conflict, base['conflict'])}."
    )
    squares = f" Squares ({', '.join(hits)}): an onset followed within two years." if hits else ""
    return f"{said}{squares} Each year is forecast from the years before it alone; the base rates are today’s."
