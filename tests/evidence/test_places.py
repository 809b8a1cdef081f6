"""Codes through time: the ones that cost the most when joined carelessly."""

from __future__ import annotations

import pytest

from tocsin.catalog.geography import places


@pytest.mark.parametrize(
    ("system", "code", "year", "place_id"),
    [
        ("cow", 260, 1985, "DEU"), ("cow", 255, 2010, "DEU"), ("gw", 260, 2010, "DEU"), ("gw", 265, 1985, "DDR"),
        ("cow", 678, 1985, "YEM"), ("cow", 679, 2010, "YEM"), ("gw", 678, 2010, "YEM"), ("gw", 680, 1985, "YMD"),
        ("gw", 345, 1995, "SRB"), ("gw", 340, 2010, "SRB"), ("cow", 345, 2010, "SRB"), ("gw", 347, 2010, "XKX"),
        ("gw", 315, 1980, "CSK"), ("gw", 316, 1995, "CZE"), ("gw", 817, 1970, "VNS"), ("gw", 816, 1970, "VNM"),
        ("gw", 530, 1980, "ETH"), ("gw", 531, 2000, "ERI"), ("gw", 625, 2005, "SDN"), ("gw", 626, 2015, "SSD"),
        ("gw", 365, 1980, "RUS"), ("gw", 750, 2020, "IND"), ("gw", 9999, 2020, None),
    ],
)  # fmt: skip
def test_number_to_place(system: str, code: int, year: int, place_id: str | None) -> None:
    assert places().from_code(system, code, year) == place_id


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("DR Congo (Zaire)", "COD"), ("Congo", "COG"), ("Myanmar (Burma)", "MMR"), ("Russia (Soviet Union)", "RUS"),
        ("Serbia (Yugoslavia)", "SRB"), ("Yemen (North Yemen)", "YEM"), ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Bosnia-Herzegovina", "BIH"), ("ivory  coast", "CIV"), ("Korea", None), ("Cambodja", None),
    ],
)  # fmt: skip
def test_name_to_place_exactly_or_not_at_all(name: str, place_id: str | None) -> None:
    assert places().from_name(name) == place_id
