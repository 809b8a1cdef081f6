"""Borders read off the outlines: symmetric, sensible, and none for islands."""

from __future__ import annotations

from tocsin.catalog.geography import places
from tocsin.evidence.store.neighbours import neighbours, points


def test_borders_are_shared_by_both_sides_and_known_ones_are_found():
    found = neighbours()
    assert set(found) <= set(places().by_id)
    assert all(place in found[other] for place, beside in found.items() for other in beside)
    assert found["RWA"] == ("BDI", "COD", "TZA", "UGA")
    assert found["LBY"] == ("DZA", "EGY", "NER", "SDN", "TCD", "TUN")
    assert found["NZL"] == found["LKA"] == ()
    assert "SSD" in found["SDN"] and "XKX" in found["SRB"]


def test_a_ring_starts_where_it_says_and_moves_by_steps():
    assert points("M1 2l.5 0-.5.5z") == {(10, 20), (15, 20), (10, 25)}
    assert points("M1 2l1 0zM5 5l0 1z") == {(10, 20), (20, 20), (50, 50), (50, 60)}
    assert points("") == set()
