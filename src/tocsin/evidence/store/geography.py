"""World shapes for the map: TopoJSON decoded, projected and rounded to SVG paths, one a place."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

from tocsin.catalog.geography import places

WIDTH, HEIGHT = 1000, 490
NAMED = {"Kosovo": "XKX", "Somaliland": "SOM"}
"""Features without an ISO number that are a place, or are drawn with the place that the list of states puts them in."""
SKIPPED = {"Antarctica", "Fr. S. Antarctic Lands"}
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
X_MAX, Y_NORTH, Y_SOUTH = 2.7066, 1.3173, -1.12
"""Equal Earth extent, cut below 58° south: no state lies there."""

Point = tuple[float, float]


def equal_earth(longitude: float, latitude: float) -> Point:
    """Return page coordinates of a point by the Equal Earth projection (Šavrič, Patterson and Jenny 2018)."""
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2, t6 = theta**2, theta**6
    x = (
        2
        * math.sqrt(3)
        * math.radians(longitude)
        * math.cos(theta)
        / (3 * (9 * A4 * t6 * t2 + 7 * A3 * t6 + 3 * A2 * t2 + A1))
    )
    y = theta * (A4 * t6 * t2 + A3 * t6 + A2 * t2 + A1)
    return (x + X_MAX) / (2 * X_MAX) * WIDTH, (Y_NORTH - y) / (Y_NORTH - Y_SOUTH) * HEIGHT


def decode(topology: dict[str, Any]) -> list[tuple[str, str, list[list[Point]]]]:
    """Return (ISO number, name, rings in degrees) of every country; arcs are delta-coded and may run backwards."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(indices: list[int]) -> list[Point]:
        line: list[Point] = []
        for i in indices:
            part = arcs[i] if i >= 0 else arcs[~i][::-1]
            line += part[1:] if line else part
        return line

    found = []
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape.get("arcs", [])
        rings = [ring(r) for polygon in polygons for r in polygon]
        found.append((str(shape.get("id", "")), str(shape["properties"]["name"]), rings))
    return found


def world(coarse: bytes, fine: bytes) -> bytes:
    """Return the map as JSON: ``viewbox``, ``places`` (path, centroid, dot for what is too small), ``other`` land.

    ``coarse`` gives the outlines (1:110m), ``fine`` (1:50m) the position of states that the coarse file leaves out.
    """
    number = {p.iso_numeric: p.place_id for p in places().by_id.values() if p.iso_numeric}
    shapes: dict[str, dict[str, Any]] = {}
    other: list[dict[str, str]] = []
    for iso, name, rings in decode(json.loads(coarse)):
        if name in SKIPPED:
            continue
        place_id = NAMED.get(name) or number.get(iso)
        drawn = _projected(rings)
        if place_id is None:
            other.append({"name": name, "path": _path(drawn)})
        elif place_id in shapes:
            shapes[place_id]["path"] += _path(drawn)
        else:
            shapes[place_id] = {"path": _path(drawn), "at": _centre(drawn), "dot": False}
    for iso, name, rings in decode(json.loads(fine)):
        place_id = NAMED.get(name) or number.get(iso)
        if place_id and place_id not in shapes and rings:
            shapes[place_id] = {"path": "", "at": _centre(_projected(rings)), "dot": True}
    page = {"viewbox": [0, 0, WIDTH, HEIGHT], "places": dict(sorted(shapes.items())), "other": other}
    return (json.dumps(page, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _projected(rings: list[list[Point]]) -> list[list[Point]]:
    """Project rings, round to a tenth of a page unit and drop points that no longer move the line."""
    out = []
    for ring in rings:
        line: list[Point] = []
        for longitude, latitude in ring:
            x, y = equal_earth(longitude, latitude)
            point = (round(x, 1), round(y, 1))
            if not line or point != line[-1]:
                line.append(point)
        if len(set(line)) >= 3:
            out.append(line)
    return out


def _path(rings: list[list[Point]]) -> str:
    """Return rings as SVG path data with relative moves, which are shorter than absolute ones."""
    text = ""
    for ring in rings:
        tenths = [(round(10 * x), round(10 * y)) for x, y in ring]
        text += f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}l"
        steps = [f"{_tenth(x - px)} {_tenth(y - py)}" for (px, py), (x, y) in pairwise(tenths[:-1])]
        text += " ".join(steps).replace(" -", "-") + "z"
    return text


def _tenth(value: int) -> str:
    """Return tenths as the shortest decimal: ``.5``, ``-3``, ``12.1``."""
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _centre(rings: list[list[Point]]) -> list[float]:
    """Return the centroid of the largest ring: where a dot or a label stands."""
    area, ring = max((abs(_area(r)), r) for r in rings)
    if area == 0:
        return [ring[0][0], ring[0][1]]
    cx = cy = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        cx, cy = cx + (x1 + x2) * cross, cy + (y1 + y2) * cross
    factor = 6 * _area(ring)
    return [round(cx / factor, 1), round(cy / factor, 1)]


def _area(ring: list[Point]) -> float:
    """Return the signed area of a closed ring."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2
