"""The world map: every state has a shape or a dot, nothing is counted as a state that is not one, and it is small."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise

import pytest

from tocsin.catalog.geography import places
from tocsin.evidence.store import snapshot
from tocsin.evidence.store.geography import decode, equal_earth


@pytest.fixture(scope="module")
def world() -> dict[str, object]:
    return json.loads((snapshot.bundled() / "geography" / "world.json").read_text(encoding="utf-8"))


def test_every_state_of_today_can_be_seen(world: dict[str, dict[str, dict[str, object]]]) -> None:
    drawn = set(world["places"])
    today = set(places().independent(2025))
    # Tuvalu is too small for the 1:50m file as well.
    assert today - drawn <= {"TUV"}
    assert drawn <= today
    assert all(s["path"] or s["dot"] for s in world["places"].values())
    assert world["places"]["XKX"]["path"]


def test_land_without_a_state_is_drawn_and_is_no_place(world: dict[str, list[dict[str, str]]]) -> None:
    names = {o["name"] for o in world["other"]}
    assert {"W. Sahara", "Palestine", "Greenland"} <= names


def test_is_small_and_inside_its_frame(world: dict[str, dict[str, dict[str, object]]]) -> None:
    assert (snapshot.bundled() / "geography" / "world.json").stat().st_size <= 150_000
    _, _, width, height = world["viewbox"]
    for shape in world["places"].values():
        x, y = shape["at"]
        assert 0 <= x <= width
        assert 0 <= y <= height
        assert re.fullmatch(r"(M-?[\d.]+ -?[\d.]+l[-\d. ]*z)*", str(shape["path"]))


def test_arcs_are_delta_coded_and_may_run_backwards() -> None:
    topology = {
        "transform": {"scale": [2, 2], "translate": [10, 20]},
        "arcs": [[[0, 0], [1, 0], [0, 1]], [[0, 0], [1, 1]]],
        "objects": {
            "countries": {
                "geometries": [{"type": "Polygon", "id": "004", "properties": {"name": "A"}, "arcs": [[0, -2]]}]
            }
        },
    }
    (number, name, rings), *_ = decode(topology)
    assert (number, name) == ("004", "A")
    assert rings == [[(10, 20), (12, 20), (12, 22), (10, 20)]]


def test_the_projection_keeps_areas_equal() -> None:
    """A cell of five degrees covers a page area in proportion to the cosine of its latitude."""

    def area(latitude: float) -> float:
        (x1, y1), (x2, y2) = equal_earth(10, latitude), equal_earth(10.1, latitude)
        (x3, y3), (x4, y4) = equal_earth(10.1, latitude + 0.1), equal_earth(10, latitude + 0.1)
        ring = [(x1, y1), (x2, y2), (x3, y3), (x4, y4), (x1, y1)]
        return abs(sum(a * d - b * c for (a, b), (c, d) in pairwise(ring))) / 2

    for latitude in (15, 30, 45, 60):
        expected = math.cos(math.radians(latitude + 0.05)) / math.cos(math.radians(0.05))
        assert area(latitude) / area(0) == pytest.approx(expected, rel=2e-3)
