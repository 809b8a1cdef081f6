"""Which reports are compared at all: those that share a block of space, or a town or figure, and eight days of time.

A report with coordinates stands in a cell of half a degree and is compared with those of the cells around it. One
without can be met by the name of its town or by a figure of five dead and more, inside its place. So the number of
comparisons grows with how many reports one neighbourhood has in a week, not with how many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from math import ceil, cos, floor, radians

from tocsin.catalog.fusion import Rules
from tocsin.catalog.geography.scripts import MOST_KEPT
from tocsin.evidence.events.codes import place_code
from tocsin.evidence.events.report import SLACK, Report

CELL = 0.5
BUCKET = 8
LONGEST = 62
"""Days of a span that are all indexed; of a longer one the first days alone: it says little of a day."""
KM_A_DEGREE = 111.2
FEWEST_DEAD = 5
STEEP = 80.0
"""Degrees of latitude beyond which distances on a plane are not compared."""
Key = int


@lru_cache(maxsize=MOST_KEPT)
def _key(told: str) -> Key:
    """Return 56 bits that stand for a block in the store's index."""
    return int.from_bytes(blake2b(told.encode(), digest_size=7).digest(), "big")


def stands_in(report: Report) -> list[Key]:
    """Return the blocks that a report can be met in."""
    side = "c" if report.coarse else "l"
    keys = [_key(f"g{_cell(report.at[0])}:{_wrap(_cell(report.at[1]))}")] if report.at else []
    return keys + [_key(f"{side}{told}") for told in _tokens(report)]


def looks_in(report: Report, rules: Rules) -> list[Key]:
    """Return the blocks in which a report finds those to be compared with."""
    told = _tokens(report)
    if not report.at:
        return [_key(f"{side}{t}") for t in told for side in ("c", "l")]
    latitude, longitude = report.at
    cells_off = rules.km_apart / KM_A_DEGREE / CELL
    wide = min(ceil(cells_off / max(cos(radians(min(89.0, abs(latitude) + cells_off * CELL))), 0.01)), 360)
    high, y, x = ceil(cells_off), _cell(latitude), _cell(longitude)
    cells = {(j, _wrap(i)) for j in range(y - high, y + high + 1) for i in range(x - wide, x + wide + 1)}
    return [_key(f"g{j}:{i}") for j, i in sorted(cells)] + [_key(f"c{t}") for t in told]


def buckets(report: Report, more: int = 0) -> range:
    """Return the spans of eight days that a report may be of, ``more`` days wider; none when only its year is known."""
    if report.slack > SLACK["month"]:
        return range(0)
    wide = report.slack + more
    return range((report.start - wide) // BUCKET, (min(report.end, report.start + LONGEST) + wide) // BUCKET + 1)


def days(report: Report) -> tuple[int, int]:
    """Return the first and last day that a report may be of, as ``buckets`` covers them."""
    return report.start - report.slack, min(report.end, report.start + LONGEST) + report.slack


def where(report: Report) -> tuple[int | None, int | None, int | None]:
    """Return latitude and longitude in thousandths of a degree, and the place by its code.

    None where coordinates say nothing of a distance, and where the place may be one of several, or any.
    """
    place = place_code(min(report.places)) if len(report.places) == 1 else None
    return (None, None, place) if report.at is None else (round(1000 * report.at[0]), round(1000 * report.at[1]), place)


def reach(report: Report, rules: Rules) -> tuple[float, float]:
    """Return what tells in the store's index that two points are surely too far apart, and never errs the other way.

    The square of a distance in thousandths of a degree of latitude, and by how much a degree of longitude is shorter:
    nought near the poles, where the plane is no likeness of the earth.
    """
    far = 1001 * rules.km_apart / KM_A_DEGREE + 2
    if report.at is None or abs(report.at[0]) > STEEP:
        return far * far, 0.0
    return far * far, cos(radians(abs(report.at[0]) + CELL))


def candidates(reports: Iterable[Report], rules: Rules) -> Iterator[tuple[Report, Report]]:
    """Return every two reports that are compared, once, the one with the smaller ``ref`` first."""
    every = sorted(reports, key=lambda r: r.ref)
    index: dict[tuple[int, Key], list[Report]] = defaultdict(list)
    for one in every:
        for bucket in buckets(one):
            for key in stands_in(one):
                index[bucket, key].append(one)
    for one in every:
        met = {
            other.ref: other
            for bucket in buckets(one, rules.days_apart)
            for key in looks_in(one, rules)
            for other in index.get((bucket, key), ())
            if other.ref != one.ref
        }
        yield from ((one, other) for ref, other in sorted(met.items()) if ref > one.ref)


def _tokens(report: Report) -> list[str]:
    found = [f"w{place}:{report.town}" for place in sorted(report.places)] if report.town else []
    if report.best is not None and report.best >= FEWEST_DEAD:
        found += [f"f{place}:{report.best}" for place in sorted(report.places)]
    return found


def _cell(degrees: float) -> int:
    return floor(degrees / CELL)


def _wrap(cell: int) -> int:
    """Return a cell of longitude counted round the earth."""
    return cell % round(360 / CELL)
