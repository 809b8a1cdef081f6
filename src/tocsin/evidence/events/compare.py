"""How far two reports agree: points with a sentence each, by the rule of the catalogue. The same both ways round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import asin, cos, radians, sin, sqrt

from tocsin.catalog.fusion import Rules
from tocsin.evidence.events.report import SLACK, Report

EARTH_KM = 6371.0
WEEK, MONTH = SLACK["week"], SLACK["month"]
LONG = 14
"""Days of a span that overlaps with so much that it says nothing."""


@dataclass(frozen=True)
class Line:
    """One thing compared: ``what`` (place, day, kind, actors, figures, text), points, and what was found."""

    what: str
    points: int
    said: str


@dataclass(frozen=True)
class Compared:
    """Two reports beside one another. ``barred`` says why they cannot be one by the rule; ``lacks`` why not surely."""

    score: int
    lines: list[Line] = field(default_factory=list)
    barred: str = ""
    lacks: str = ""


def compare(a: Report, b: Report, rules: Rules) -> Compared:
    """Return how far two reports agree."""
    barred = bar(a, b, rules)
    place, day = _place(a, b, rules), _day(a, b, rules)
    lines = [place, day, _kind(a, b, rules), _actors(a, b, rules), _figures(a, b, rules), _text(a, b, rules)]
    lacks = ""
    if place.points < rules.place_points:
        lacks = "no agreement on the place inside the state"
    elif day.points < rules.day_points:
        lacks = "no agreement on the day"
    return Compared(sum(line.points for line in lines), lines, barred, lacks)


def bar(a: Report, b: Report, rules: Rules) -> str:
    """Return why two reports cannot be of one event whatever else agrees; empty when they can."""
    if a.voice == b.voice:
        return "one publisher lists them as two events"
    if a.places and b.places and not a.places & b.places:
        return "they lie in different places"
    if max(a.slack, b.slack) > MONTH:
        return "one is dated to the year only"
    if gap(a, b) - a.slack - b.slack > rules.days_apart:
        return f"more than {rules.days_apart} days lie between them"
    if a.at and b.at and kilometres(a.at, b.at) > rules.km_apart:
        return f"more than {rules.km_apart:g} km lie between them"
    return ""


def gap(a: Report, b: Report) -> int:
    """Return the days between two spans; 0 when they touch."""
    return max(0, a.start - b.end, b.start - a.end)


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance between two points in degrees."""
    north, other = radians(a[0]), radians(b[0])
    step = sin((other - north) / 2) ** 2 + cos(north) * cos(other) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(step)))


def _place(a: Report, b: Report, rules: Rules) -> Line:
    found: list[Line] = []
    if a.town and a.town == b.town:
        found.append(Line("place", rules.same_town, f"the same place by name: {a.town}"))
    if a.at and b.at:
        km = kilometres(a.at, b.at)
        reach = max(a.reach, b.reach)
        if reach >= rules.km_apart:
            found.append(Line("place", rules.district, f"{km:.0f} km apart, one known to its district only"))
        else:
            step = next((s.points for s in rules.distance if km <= s.within_km), 0)
            said = f"{km:.0f} km apart" if km >= 1 else "the same point"
            if step > 0 and km >= 1 and not reach and a.town and b.town and a.town != b.town:
                step, said = step + rules.other_town, f"{said}, two towns by name"
            found.append(Line("place", step, said))
    elif a.province and b.province:
        same = a.province == b.province
        said = f"the same province: {a.province}" if same else f"other provinces: {min(a.province, b.province)}"
        said = said if same else f"{said} and {max(a.province, b.province)}"
        found.append(Line("place", rules.same_province if same else rules.other_province, said))
    best = max(found, key=lambda line: line.points, default=None)
    return best or Line("place", 0, "one of them does not say where inside the state")


def _day(a: Report, b: Report, rules: Rules) -> Line:
    days = gap(a, b)
    if max(a.slack, b.slack) > WEEK or max(a.end - a.start, b.end - b.start) > LONG:
        return Line("day", 0, "one of them does not say the day, or spans many")
    exact = a.start == a.end == b.start == b.end and not a.slack and not b.slack
    if exact:
        return Line("day", rules.days.same, f"the same day: {date.fromordinal(a.start)}")
    if days == 0:
        return Line("day", rules.days.overlapping, "their days overlap")
    if days == 1:
        return Line("day", rules.days.next, "one day apart")
    return Line("day", rules.days.later, f"{days} days apart")


def _kind(a: Report, b: Report, rules: Rules) -> Line:
    if not a.kind or not b.kind or "other" in (a.kind, b.kind):
        return Line("kind", 0, "one of them does not say what kind of violence")
    if a.kind == b.kind:
        return Line("kind", rules.kind.same, f"the same kind of violence: {a.kind.replace('_', '-')}")
    first, second = sorted((a.kind.replace("_", "-"), b.kind.replace("_", "-")))
    return Line("kind", rules.kind.other, f"one says {first}, the other {second}")


def _actors(a: Report, b: Report, rules: Rules) -> Line:
    if not a.actors or not b.actors:
        return Line("actors", 0, "one of them names no actor")
    both = a.actors & b.actors
    if both == a.actors == b.actors or len(both) > 1:
        return Line("actors", rules.actors.both, f"the same actors: {', '.join(sorted(both))}")
    if both:
        return Line("actors", rules.actors.one, f"one actor in common: {', '.join(sorted(both))}")
    first, second = sorted((", ".join(sorted(a.actors)), ", ".join(sorted(b.actors))))
    return Line("actors", rules.actors.none, f"no actor in common: {first}; {second}")


def _figures(a: Report, b: Report, rules: Rules) -> Line:
    rule = rules.figures
    if a.best is None or b.best is None:
        return Line("figures", 0, "one of them counts no dead")
    few, many = sorted((a.best, b.best))
    if few == many:
        points = rule.same.from_ten if few >= 10 else rule.same.from_three if few >= 3 else rule.same.fewer
        return Line("figures", points, f"the same figure: {few:,} dead")
    said = f"{few:,} dead and {many:,} dead"
    if many <= few * rule.near_ratio or _inside(a, b) or _inside(b, a):
        return Line("figures", rule.near, f"{said}: near, or inside the other's range")
    if many >= few * rule.far_ratio and many - few >= rule.far_difference:
        return Line("figures", rule.far, f"{said}: far apart")
    return Line("figures", 0, said)


def _inside(a: Report, b: Report) -> bool:
    """Tell whether the best figure of one lies in the range of the other."""
    return a.best is not None and b.low is not None and b.high is not None and b.low <= a.best <= b.high


def _text(a: Report, b: Report, rules: Rules) -> Line:
    fewer = min(len(a.words), len(b.words))
    if fewer < 2:
        return Line("text", 0, "too few words to compare")
    share = len(a.words & b.words) / fewer
    points = rules.text.points if share >= rules.text.share else 0
    return Line("text", points, f"{share:.0%} of the shorter one's words stand in the other")
