"""The outlines of states for the map, read once from the bundled public-domain geography."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from tocsin.catalog.geography import places

# Outlines are kept to a tenth of a page unit; the page needs half a unit, drawn at twice the size in whole numbers.
SCALE = 2
# Half the width of the drawing, about: an outline that steps further went around the world.
JUMP = 900
_PART = re.compile(r"M(\S+) (\S+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d*\.?\d+")


class Land(NamedTuple):
    """Land that is no listed state: its name, its territory's letters (empty when none is listed) and its outline."""

    name: str
    place_id: str
    path: str


@dataclass(frozen=True)
class Shapes:
    """Page size, the path of each place, the position of places too small to draw, land that is no listed state."""

    width: int
    height: int
    paths: dict[str, str]
    dots: dict[str, tuple[int, int]]
    other: list[Land]


def coarser(path: str) -> str:
    """Return a path in whole units of the larger drawing, without points that no longer move the line."""
    parts = []
    for x_text, y_text, steps in _PART.findall(path):
        x, y = float(x_text), float(y_text)
        points = [(round(SCALE * x), round(SCALE * y))]
        numbers = [float(n) for n in _NUMBER.findall(steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            point = (round(SCALE * x), round(SCALE * y))
            if point != points[-1]:
                points.append(point)
        parts += [_closed(piece) for piece in at_the_date_line(points) if len(piece) > 2]
    return "".join(parts)


def at_the_date_line(points: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Cut a ring where it jumps from one edge of the map to the other: its two halves are drawn apart."""
    pieces = [[points[0]]]
    for before, after in pairwise([*points, points[0]]):
        if abs(after[0] - before[0]) > JUMP:
            pieces.append([])
        pieces[-1].append(after)
    if len(pieces) > 1:
        # The ring starts in the middle of a half: its end belongs to its beginning.
        pieces[0] = pieces.pop()[:-1] + pieces[0]
    else:
        pieces[0].pop()
    return pieces


def _closed(points: list[tuple[int, int]]) -> str:
    moves = " ".join(f"{bx - ax} {by - ay}" for (ax, ay), (bx, by) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{moves.replace(' -', '-')}z"


@cache
def shapes() -> Shapes:
    """Return the shapes of the map."""
    world = json.loads((files("tocsin") / "data" / "snapshot" / "geography" / "world.json").read_text(encoding="utf-8"))
    _, _, width, height = world["viewbox"]
    paths = {p: coarser(s["path"]) for p, s in world["places"].items() if s["path"]}
    dots = {p: (round(SCALE * s["at"][0]), round(SCALE * s["at"][1])) for p, s in world["places"].items() if s["dot"]}
    other = [_land(s["name"], coarser(s["path"])) for s in world["other"]]
    return Shapes(SCALE * width, SCALE * height, paths, dots, other)


def _land(name: str, path: str) -> Land:
    """Return land with the territory its name on the map means; a name that means a state is left without one."""
    meant = places().find(name)
    known = places().territories.get(meant or "")
    return Land(known.name, known.place_id, path) if known else Land(name, "", path)
