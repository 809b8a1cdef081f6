"""Which places share a land border, read off the bundled outlines: no list of borders is bundled.

Two places are neighbours when their outlines have at least two points in common: the outlines were cut from one
topology, so a shared border is the same points on both sides. The borders are today's and de facto; a place too small
to be drawn (an island state, a microstate) has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

SHARED_POINTS = 2
RING = re.compile(r"M([^Mz]*)z")
NUMBER = re.compile(r"-?\d*\.?\d+")


@cache
def neighbours() -> Mapping[str, tuple[str, ...]]:
    """Return the neighbours of every drawn place, sorted."""
    drawn = json.loads((files("tocsin") / "data" / "snapshot" / "geography" / "world.json").read_text("utf-8"))
    outline = {place: points(shape["path"]) for place, shape in drawn["places"].items()}
    return {
        place: tuple(
            sorted(other for other in outline if other != place and len(mine & outline[other]) >= SHARED_POINTS)
        )
        for place, mine in outline.items()
    }


def points(path: str) -> set[tuple[int, int]]:
    """Return the points of an outline in tenths of a page unit; each ring starts anew, its moves are relative."""
    found = set()
    for ring in RING.findall(path):
        start, _, moves = ring.partition("l")
        x, y = (round(10 * float(n)) for n in NUMBER.findall(start))
        found.add((x, y))
        steps = [round(10 * float(n)) for n in NUMBER.findall(moves)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found.add((x, y))
    return found
