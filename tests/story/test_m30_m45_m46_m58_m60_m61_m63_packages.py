"""An office puts options together by command line: what is missing, repeated, alone, muddled, clashing or unlawful.

M30, M45, M46, M58, M60, M61, M63: each need as its acceptance test has it, against the real commands.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from packaged import TODAY, line, package
from story.conftest import T0
from teller import Teller

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Teller:
    told = Teller(laid(tmp_path_factory.mktemp("packages") / "home"), now=T0, user="desk")
    told("bell", "ZMB", "--because", "The market women report lists of houses and a column on the road north")
    return told


def file(tell: Teller, said: dict[str, Any]) -> str:
    path = tell.home.parent / "package.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    return str(path)


def refused(tell: Teller, said: dict[str, Any], item: int = 1) -> str:
    return tell.fails("package", "submit", str(item), file(tell, said), "--by", "desk_officer", exits=1)


def checked(tell: Teller, said: dict[str, Any], item: int = 1, exits: int = 1) -> dict[str, Any]:
    return tell("package", "check", str(item), file(tell, said), exits=exits)


def submitted(tell: Teller, said: dict[str, Any], item: int = 1) -> dict[str, Any]:
    return tell("package", "submit", str(item), file(tell, said), "--by", "desk_officer")["package"]


def test_m30_a_package_without_authority_or_lead_time_cannot_be_submitted(tell: Teller) -> None:
    lacking = package(line(authority=""), line("P01", leads="UN RC", lead_days_max=""))
    assert {m["field"] for m in checked(tell, lacking)["missing"]} == {"lines-1-authority", "lines-2-lead_days_max"}
    said = refused(tell, lacking)
    assert "line 1: authority is missing" in said
    assert "line 2: days at most is missing" in said
    assert tell("package", "list", "1")["versions"] == []


def test_m12_a_joint_plan_without_a_led_line_of_development_and_of_information_is_incomplete(tell: Teller) -> None:
    found = checked(tell, package(line("D05")), exits=0)
    assert [i["community"] for i in found["incomplete"]] == ["development", "information"]
    assert all(i["options"] for i in found["incomplete"])
    assert found["ready"], "it is said, and stands in nobody's way"
    whole = package(line("D05"), line("P01", leads="UN RC"), line("I01", leads="UN RC"))
    assert checked(tell, whole, exits=0)["incomplete"] == []
    unled = checked(tell, package(line("D05"), line("P01", leads="UN RC"), line("I01", leads="")))
    assert [(i["community"], "no lead" in i["what"]) for i in unled["incomplete"]] == [("information", True)]
    own = package(line("", what="Our own watch of the road north"), line("P01", leads="UN RC"))
    assert [i["community"] for i in checked(tell, own, exits=0)["incomplete"]] == ["information"], "nobody can tell"


def test_m46_a_package_without_a_local_canvas_is_refused(tell: Teller) -> None:
    for part, empty in (("canvas", {}), ("actors", [])):
        assert "What moves people there" in refused(tell, package() | {"canvas": {}})
        lacks = checked(tell, package() | {part: empty})["missing"]
        assert {m["field"].split("-")[0] for m in lacks} == {part}


def test_m58_what_one_state_does_alone_shows_what_several_could_do_first(tell: Teller) -> None:
    alone = line("E03", leads="Interior ministry", support="", procedure="S11")
    (flag,) = checked(tell, package(alone))["flags"]
    assert flag["options"] == ["E01", "D11"]
    assert any("families travel elsewhere" in why for why in flag["why"])
    assert flag["basis"] == "memory", "our own reading says so"
    assert "alone-E03" in refused(tell, package(alone))
    assert checked(tell, package(line("E03", support="Norway; Canada")), exits=0)["flags"] == []


def test_m60_two_leads_or_none_for_a_line_are_flagged(tell: Teller) -> None:
    both = checked(tell, package(line(leads="desk_officer; UN DPPA"), line("P01", leads="")))["flags"]
    assert [f["what"] for f in both] == ["D05: 2 lead it: desk_officer, UN DPPA", "P01: nobody leads it"]
    assert "leads-D05" in refused(tell, package(line(leads="desk_officer; UN DPPA")))


def test_m61_a_sanctions_notice_in_the_week_of_a_signing_shows_before_it_happens(tell: Teller) -> None:
    talks = line("D05", days=(3, 40))
    notice = line("E01", leads="Treasury", procedure="U12", days=(43, 120))
    (flag,) = checked(tell, package(talks, notice))["flags"]
    assert flag["key"] == "clash-D05-E01"
    assert str(TODAY + timedelta(days=40)) in flag["what"], "the day of the signing"
    assert "signing" in flag["why"][0]
    assert "clash-D05-E01" in refused(tell, package(talks, notice))
    later = line("E01", leads="Treasury", procedure="U12", days=(60, 120))
    assert checked(tell, package(talks, later), exits=0)["flags"] == []


def test_m63_force_without_a_legal_basis_is_blocked_and_airlift_is_not(tell: Teller) -> None:
    assert "it uses force, and no legal basis is recorded" in refused(tell, package(line("S08", procedure="N01")))
    assert checked(tell, package(line("S14", procedure="N01")), exits=0)["missing"] == [], "airlift, evacuation"
    based = line("S08", procedure="U11", legal_basis="Resolution under chapter VII, operative paragraph 4")
    assert not checked(tell, package(based), exits=0)["missing"]


def test_m30_a_whole_package_is_a_version_that_the_ledger_holds(tell: Teller) -> None:
    whole = package(line("D05"), line("H06", leads="mission_head", days=(1, 30)))
    made = submitted(tell, whole)
    assert (made["version"], made["state"], len(made["lines"])) == (1, "submitted", 2)
    for name in ["leads", "authority", "starts", "cost_band", "lead_days_max", "risks", "measure", "baseline"]:
        assert all(one[name] for one in made["lines"]), name
    tell("package", "signoff", "1", "--by", "desk_officer")
    assert "signed off by tier 3" in tell.fails("package", "signoff", "1", "--by", "analyst", exits=1)
    outs = [tell.home.parent / f"{who}.json" for who in ("one", "other")]
    for out in outs:
        tell("package", "export", "1", str(out))
    assert outs[0].read_bytes() == outs[1].read_bytes()
    words = ["--act", "--package", "1", "--reasons", "W1: two of the committee say the same", "--review", "2026-12-20"]
    words += ["--answer", "The mission goes north and the ministers are called", "--by", "principal"]
    alone = tell.fails("docket", "decide", "1", *words, exits=1)
    assert "not chosen" in alone, "a choice is between things"
    tell("docket", "decide", "1", *words, "--reject", "NOTHING: the lists of houses exist and are read out")
    shown = tell("docket", "show", "1")
    assert {c["option_id"] for c in shown["commitments"]} == {"D05", "H06"}
    assert tell("package", "show", "1")["package"]["state"] == "chosen"
    tell("ledger", "checkpoint")
    export = tell.home.parent / "ledger.jsonl"
    tell("ledger", "export", str(export))
    assert made["sha256"] in export.read_text(encoding="utf-8")


def test_m45_a_copy_of_last_quarter_s_package_is_flagged_as_a_repeat(tell: Teller) -> None:
    later = tell.at(T0 + timedelta(days=90))
    later("docket", "close", "1", "--reasons", "W1 was answered and both lines were carried out", "--found", "partly",
          "--by", "principal")  # fmt: skip
    later("bell", "ZMB", "--because", "The column is on the road north again, as in the last quarter")
    copy = package(line("H06", leads="mission_head", days=(91, 120)), line("D05", days=(93, 130)))
    flags = checked(later, copy, item=2)["flags"]
    assert [f["kind"] for f in flags] == ["repeat"]
    assert "2 of 2 different lines are the same (100%)" in flags[0]["what"]
    assert "repeat-1-1" in refused(later, copy, item=2)
    other = package(line("P03", leads="Women's network", days=(91, 120)), line("D05", days=(93, 130)),
                    line("I04", leads="NGO network", days=(93, 130)))  # fmt: skip
    assert checked(later, other, item=2, exits=0)["flags"] == [], "alternatives are no repeat"
    why = {"repeat-1-1": "It held the column back last time; the imams ask for the same again."}
    made = submitted(later, copy | {"answers": why}, item=2)
    assert made["flags"][0]["answer"] == why["repeat-1-1"], "or the reason stays with it"
