"""Where a point lies: a territory is never part of the state beside it, and what is not sure names all it may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tocsin.catalog.geography import places
from tocsin.catalog.geography.disputed import disputed
from tocsin.evidence.events.where import locate
from tocsin.evidence.sources import read
from tocsin.evidence.sources.parts import Part

NOW = datetime(2026, 11, 27, tzinfo=UTC)
OPEN = {
    "Gaza City": (31.5, 34.46, "PSE"),
    "Ramallah": (31.9, 35.2, "PSE"),
    "Hebron": (31.53, 35.1, "PSE"),
    "Laayoune": (27.15, -13.2, "ESH"),
    "Dakhla": (23.7, -15.93, "ESH"),
    "Tifariti": (26.15, -10.6, "ESH"),
    "Hong Kong": (22.3, 114.17, "HKG"),
    "Cayenne": (4.92, -52.3, "GUF"),
    "Mamoudzou": (-12.78, 45.23, "MYT"),
    "Famagusta": (35.12, 33.94, "CYP"),
    "Sevastopol": (44.6, 33.5, "UKR"),
}


@pytest.mark.parametrize("town", OPEN)
def test_land_that_several_claim_is_nobodys_alone(town: str) -> None:
    latitude, longitude, among = OPEN[town]
    [found] = locate([(latitude, longitude, 2024)])
    assert found.sure is None
    assert among in found.may
    assert len(found.may) > 1
    assert found.why


def test_a_territory_that_is_drawn_is_a_place_of_its_own() -> None:
    juan, noumea, nuuk, fasher = locate(
        [(18.4, -66.1, 2024), (-22.27, 166.45, 2024), (64.2, -51.7, 2024), (13.63, 25.35, 2024)]
    )
    assert [juan.sure, noumea.sure, fasher.sure] == ["PRI", "NCL", "SDN"]
    assert nuuk.sure is None
    assert "Greenland" in nuuk.why


def test_every_box_names_places_there_are_and_holds_its_own_middle() -> None:
    for box in disputed():
        assert all(p in places() for p in box.place_ids), box.name
        [found] = locate([((box.south + box.north) / 2, (box.west + box.east) / 2, 2024)])
        assert found.sure is None
        assert set(found.may) == set(box.place_ids)


def test_a_list_may_leave_the_place_to_the_coordinates_and_names_a_territory_in_its_own_script() -> None:
    head = "id,reported_by,date_start,place,latitude,longitude,kind,deaths_best\n"
    rows = "1,Org,2026-10-01,,13.63,25.35,one_sided,4\n2,Org,2026-10-04,فلسطين,31.5,34.46,one_sided,7\n"
    reading = read("event_list", [Part("list.csv", (head + rows).encode())], NOW)
    assert not reading.bad
    assert reading.tables["events"]["place_id"].to_list() == [None, "PSE"]
