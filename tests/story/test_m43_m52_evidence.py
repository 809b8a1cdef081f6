"""M43: features of context for and against an option, with counts. M52: each claimed effect with its studies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from story.catalogue_house import findings

DOI = "10.1111/ajps.12036"


def loaded(house: Any, tmp_path: Path) -> None:
    """Load studies on two tools, as the publisher would serve them."""
    average = [
        ("Peace operations_tool", "", "ma_focus_decrease_average", "P.1", f"A study, DOI: {DOI}"),
        ("Peace operations_tool", "", "ma_focus_no_mixed_average", "P.2", "Another"),
        *[("Peace operations_tool", "", "cro_focus_decrease_average", f"P.{n}", "More") for n in range(3, 10)],
        ("Peace operations_tool", "", "cro_focus_increase_average", "P.10", "One that found harm"),
        *[("Mediation_tool", "", "cro_focus_no_mixed_average", f"M.{n}", "Mixed") for n in range(90)],
    ]
    features = [
        ("Peace operations_tool", "Large_force", "cro_focus_greater_factor", "P.3", "More"),
        ("Peace operations_tool", "Large_force", "ma_focus_greater_factor", "P.1", f"A study, DOI: {DOI}"),
        ("Peace operations_tool", "Ongoing conflict", "cro_focus_lesser_factor", "P.4", "More"),
        ("Peace operations_tool", "Donors", "cro_focus_no_mixed_factor", "P.5", "More"),
    ]
    file = findings(tmp_path / "all_sources.csv", [*average, *features])
    assert house("load", "ushmm_tools", str(file))["outcome"] == "accepted"


def test_m52_each_claimed_effect_shows_the_studies_for_against_and_mixed(house: Any, tmp_path: Path) -> None:
    bare = house("options", "show", "S01")["evidence"]
    assert bare["counted"] is False
    assert "load ushmm_tools" in bare["basis"], "without the data it says so, and shows no figure"
    assert "load ushmm_tools" in house.page("/options/S01")
    loaded(house, tmp_path)
    told = house("options", "show", "S01")["evidence"]
    assert [(e["for"], e["against"], e["mixed"]) for e in told["effects"]] == [(1, 0, 1), (7, 1, 0)]
    table = house.page("/options/S01").split('aria-label="Studies by effect"')[1].split("</table>")[0]
    assert re.findall(r'<td class="n"[^>]*>(\d+)</td>', table) == ["1", "0", "1", "7", "1", "0"]
    against = house.page("/options/E04")
    assert "Speaks against it" in against, "counter-evidence stands beside what speaks for it"


def test_m43_an_option_shows_features_for_and_against_with_counts(house: Any, tmp_path: Path) -> None:
    loaded(house, tmp_path)
    page = house.page("/options/S01")
    helped, hindered = page.split("It did more where there was")[1].split("It did less where there was")
    assert "Large force: 2 for, 0 against, 0 mixed" in helped
    assert "Ongoing conflict: 0 for, 1 against, 0 mixed" in hindered
    assert "Donors: 0 for, 0 against, 1 mixed" in hindered, "what was found both ways is shown too"


def test_m52_a_retracted_study_is_left_out_and_lowers_the_grade_where_it_is_cited(house: Any, tmp_path: Path) -> None:
    loaded(house, tmp_path)
    ask = ("options", "match", "--place", "SDN", "--factors", "RF11,RF13", "--phase", "ongoing", "--days", "400")
    before = next(o for o in house(*ask)["options"] if o["id"] == "S01")
    words = ("--kind", "retracted", "--why", "The journal retracted it", "--by", "desk_officer")
    told = house("sources", "withdraw", f"https://doi.org/{DOI}", *words)
    assert told["options"] == ["S01"]
    shown = house("options", "show", "S01")["evidence"]
    assert (shown["grade"], shown["stated_grade"]) == ("T0", "T+")
    assert (shown["effects"][0]["for"], shown["counted"]) == (0, True)
    assert "1 withdrawn since and left out" in shown["basis"]
    after = next(o for o in house(*ask)["options"] if o["id"] == "S01")
    assert after["points"]["evidence"] < before["points"]["evidence"], "matching counts it less"
    for address in ("/options/S01", "/options?q=peacekeeping", "/options/sources"):
        page = house.page(address)
        assert "The journal retracted it" in page or "lowered from T+" in page, address
    house("sources", "restore", f"doi:{DOI}", "--why", "The retraction was in error", "--by", "desk_officer")
    assert house("options", "show", "S01")["evidence"]["grade"] == "T+"
