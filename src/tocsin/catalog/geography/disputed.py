"""Land that several claim, and territories that the shapes do not draw, as boxes of degrees.

No shape decides whose an event there is.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Disputed:
    """A box in degrees and the places it may belong to; rough on purpose: too large asks, too small decides."""

    name: str
    south: float
    north: float
    west: float
    east: float
    place_ids: tuple[str, ...]
    why: str


@cache
def disputed() -> tuple[Disputed, ...]:
    """Return the boxes of ``disputed.csv``."""
    text = (files(__package__) / "disputed.csv").read_text(encoding="utf-8")
    return tuple(
        Disputed(
            r["name"], *(float(r[c]) for c in ("south", "north", "west", "east")), tuple(r["place_ids"].split(";")),
            r["why"],
        )
        for r in csv.DictReader(text.splitlines())
    )  # fmt: skip


def claimed(latitude: float, longitude: float) -> Disputed | None:
    """Return the box that a point lies in; None outside all of them."""
    inside = (d for d in disputed() if d.south <= latitude <= d.north and d.west <= longitude <= d.east)
    return next(inside, None)
