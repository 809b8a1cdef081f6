"""M6: options for potential and for unfolding atrocities, filtered. M47: what the toolbox covers, its empty cells."""

from __future__ import annotations

import csv
import io
import re
from typing import Any


def test_m6_upstream_and_not_coercive_gives_a_real_choice_with_actor_lead_time_risk_and_evidence(
    house: Any,
) -> None:
    told = house("options", "list", "--phase", "upstream", "--coercive", "no")
    assert len(told["options"]) >= 25
    for option in told["options"]:
        assert "upstream" in option["phase"]
        assert option["coercive"] == "no"
        assert option["actors_with_authority"]
        assert option["known_risks"]
        assert option["lead_days_min"] <= option["lead_days_max"]
        assert option["evidence"]["grade"]
        assert option["evidence"]["text"]
    page = house.page("/options?phase=upstream&coercive=no")
    shown = set(re.findall(r'href="/options/([A-Z]\d\d)"', page))
    assert shown == {o["id"] for o in told["options"]}, "the page and the command list the same"


def test_m6_a_catalogue_of_nine_instruments_filtered_by_actor_instrument_and_days(house: Any) -> None:
    every = house("options", "list")["options"]
    assert len(every) >= 115
    assert len({o["instrument"] for o in every}) == 9
    for option in every:
        assert len(option["mechanism"]) >= 20
        assert option["needs_people"]
        assert option["needs_money"]
        assert option["may_harm"]
        assert option["review_status"]
    told = house("options", "list", "--actor", "EU", "--instrument", "economic", "--lead-under", "30")["options"]
    assert told
    assert all(any("EU" in a for a in o["actors_with_authority"]) and o["lead_days_min"] <= 30 for o in told)


def test_m47_the_matrix_lists_its_empty_cells_and_the_number_of_options_in_each(house: Any) -> None:
    told = house("options", "coverage")
    assert told["count"] == 14 * 4 * 9 == len(told["cells"])
    empty = [c for c in told["cells"] if c["options"] == 0]
    assert len(empty) == told["empty"] > 0
    page = house.page("/options/coverage")
    assert f"{told['empty']} of {told['count']} cells are empty" in page
    filled = next(c for c in told["cells"] if c["options"] > 1)
    address = f"/options?factor={filled['factor']}&phase={filled['phase']}&instrument={filled['instrument']}"
    assert set(re.findall(r'href="/options/([A-Z]\d\d)"', house.page(address))) == set(filled["ids"])
    rows = list(csv.DictReader(io.StringIO(house.page("/options/coverage.csv"))))
    assert [int(r["options"]) for r in rows] == [c["options"] for c in told["cells"]]
