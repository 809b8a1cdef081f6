"""In which place a point lies, by the bundled world shapes; near a border they cannot say, and that is the answer.

The shapes are coarse (Natural Earth 1:110m, projected and rounded to a tenth of a page unit). Within ``BORDER_KM`` of a
border, and off every coast, a point is unsure: every place that it may lie in is named, and none is chosen. A territory
that is drawn (Palestine, Western Sahara) is a place like any other here, never part of the state beside it; what is not
drawn and what several claim stands in ``catalog/geography/disputed.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import Polygon, STRtree

from tocsin.catalog.geography import places
from tocsin.catalog.geography.disputed import claimed
from tocsin.evidence.store.files import read_json
from tocsin.evidence.store.geography import equal_earth
from tocsin.evidence.store.snapshot import bundled

UNIT_KM = 34.5
"""One page unit at the equator: 2 × 2.7066 earth radii (6,371 km) over 1,000 units. The projection keeps areas."""
BORDER_KM = 30.0
"""Of 3,391 events that UCDP places, 2,648 have one place alone within this reach; two of those lay in another state
than UCDP names, both in Bosnia in the year of its independence. Measured on a random sample of 1,000 events of 1989 to
2022 and on the candidate events 23.0.10 (docs/explain/events.md)."""
NUMBER = re.compile(r"-?\d*\.?\d+")


@dataclass(frozen=True)
class Found:
    """Where a point lies: ``sure`` place, or every place it ``may`` lie in; both empty: none is near."""

    sure: str | None
    may: tuple[str, ...] = ()
    why: str = ""


@cache
def _shapes() -> tuple[list[str], STRtree]:
    """Return the shapes in page units, each with its place's letters, or the name on the map of land that is no place.

    A state too small to be drawn is a point.
    """
    world = read_json(bundled() / "geography" / "world.json")
    drawn = [(p, shape) for p, shape in sorted(world["places"].items()) if p in places()]
    drawn += [(places().find(shape["name"]) or shape["name"], shape) for shape in world["other"]]
    shapes = [_area(shape["path"]) if shape["path"] else shapely.Point(shape["at"]) for _, shape in drawn]
    return [name for name, _ in drawn], STRtree(shapes)


def _area(path: str) -> shapely.Geometry:
    """Return SVG path data (relative moves) as an area; a ring inside another is a hole."""
    whole: shapely.Geometry = Polygon()
    for part in path.split("M")[1:]:
        first, _, steps = part.rstrip("z").partition("l")
        start = [float(n) for n in NUMBER.findall(first)]
        moves = np.array([float(n) for n in NUMBER.findall(steps)]).reshape(-1, 2)
        ring = np.vstack([start, np.array(start) + np.cumsum(moves, axis=0)])
        if len(ring) >= 3:
            whole = whole.symmetric_difference(shapely.make_valid(Polygon(ring)))
    return whole


def locate(points: list[tuple[float, float, int]]) -> list[Found]:
    """Return where points (latitude, longitude in degrees, year) lie, in their order."""
    if not points:
        return []
    names, tree = _shapes()
    at = shapely.points([equal_earth(longitude, latitude) for latitude, longitude, _ in points])
    near: list[set[str]] = [set() for _ in points]
    for i, j in zip(*tree.query(at, predicate="dwithin", distance=BORDER_KM / UNIT_KM), strict=True):
        near[int(i)].add(names[int(j)])
    return [_judge(*told, sorted(around)) for told, around in zip(points, near, strict=True)]


def _judge(latitude: float, longitude: float, year: int, around: list[str]) -> Found:
    """Judge a point by the places within reach of it."""
    claim = claimed(latitude, longitude)
    if claim:
        return Found(None, claim.place_ids, f"{claim.name}: {claim.why}")
    listed = [name for name in around if name in places()]
    if strange := [name for name in around if name not in places()]:
        return Found(None, tuple(listed), f"in or near {strange[0]}, which is no place of the list")
    if len(around) != 1:
        said = f"within {BORDER_KM:.0f} km of a border as the coarse shapes draw it" if around else ""
        return Found(None, tuple(around), said)
    place = places().by_id.get(around[0])
    if place is not None and not place.existed(year):
        return Found(None, tuple(around), f"{place.name} was no state of its own in {year}")
    return Found(around[0])
