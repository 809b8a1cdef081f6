"""Territories: found by those who look for them, and never taken for a state by a source or a forecast."""

from __future__ import annotations

import pytest

from tocsin.catalog.geography import places
from tocsin.core.places import fold
from tocsin.evidence.sources.fields import by_iso3, by_name


@pytest.mark.parametrize(
    ("text", "place_id"),
    [("pse", "PSE"), ("Gaza", "PSE"), (" west bank ", "PSE"), ("W. Sahara", "ESH"), ("Macau", "MAC"), ("SDN", "SDN")],
)
def test_people_find_them(text: str, place_id: str) -> None:
    assert places().find(text) == place_id


def test_what_is_no_place_is_not_found() -> None:
    assert places().find("Atlantis") is None
    assert places().find("") is None


def test_sources_and_forecasts_know_states_alone() -> None:
    known = places()
    assert known.territories
    for place_id, territory in known.territories.items():
        assert place_id in known
        assert place_id not in known.by_id
        assert by_iso3(place_id, 2024) is None, "a publisher's figure of it would enter the panel"
        for name in (territory.name, *territory.aliases):
            assert by_name(name, 2024) is None
        assert not any(known[place_id].existed(year) for year in (1946, 1990, 2024))


def test_no_name_means_a_state_and_a_territory() -> None:
    known = places()
    names = [fold(n) for t in known.territories.values() for n in (t.name, *t.aliases)]
    assert len(names) == len(set(names))
    assert not {t.iso_numeric for t in known.territories.values()} & {p.iso_numeric for p in known.by_id.values()}
    for territory in known.territories.values():
        assert set(territory.beside) <= set(known.by_id)
        assert territory in known.beside(territory.beside[0])
