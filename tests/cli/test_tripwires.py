"""``tocsin tripwires``: the record of each rule, another threshold, arming, and what is refused. M39."""

from __future__ import annotations

import json

import pytest

from teller import Teller
from tocsin.catalog.tripwires import all_tripwires, shipped_backtest

pytestmark = pytest.mark.slow


def test_a_fresh_home_is_armed_by_the_shipped_back_tests(empty: Teller) -> None:
    listed = {row["id"]: row for row in empty("tripwires", "list")["tripwires"]}
    assert set(listed) == set(all_tripwires())
    assert all(row["armed"] for row in listed.values())
    assert listed["event_one_sided"]["how"] == "armed by the shipped back-test of version 1"
    assert listed["event_one_sided"]["backtest"]["firings_per_year"] > 0
    assert listed["bell"]["how"] == "always armed"


@pytest.mark.parametrize("name", [t.id for t in all_tripwires().values() if t.kind != "bell"])
def test_the_shipped_back_test_is_what_the_command_computes(empty: Teller, name: str) -> None:
    assert empty("tripwires", "backtest", name) == shipped_backtest(all_tripwires()[name])


def test_another_threshold_shows_what_it_would_have_cost(empty: Teller) -> None:
    armed = empty("tripwires", "backtest", "event_one_sided")
    strict = empty("tripwires", "backtest", "event_one_sided", "--threshold", str(2 * armed["threshold"]))
    loose = empty("tripwires", "backtest", "event_one_sided", "--threshold", str(armed["threshold"] / 2))
    assert strict["threshold_from"] == "given"
    assert strict["firings_per_year"] < armed["firings_per_year"] < loose["firings_per_year"]
    assert strict["false_alarms"] < armed["false_alarms"] < loose["false_alarms"]
    assert strict["misses"] >= armed["misses"] >= loose["misses"]
    assert loose["firings_per_year"] > loose["items_per_year"]
    text = empty.text("tripwires", "backtest", "event_one_sided", "--cases")
    assert "fired 2011-03 CIV" in text
    assert "look ahead" in text


def test_arming_is_an_act_on_the_record(empty: Teller) -> None:
    armed = empty("tripwires", "arm", "silence_source", "--by", "operator")
    assert armed["how"] == "armed by a drill of version 1"
    row = next(r for r in empty("tripwires", "list")["tripwires"] if r["id"] == "silence_source")
    assert (row["by"], row["at"]) == ("operator", armed["at"])
    written = json.loads((empty.home / "armed" / "silence_source.json").read_text())
    assert all(d["fires_after_days"] == d["still_quiet_after_days"] + 1 for d in written["backtest"]["drill"])
    export = empty.home.parent / "ledger.txt"
    empty("ledger", "checkpoint")
    empty("ledger", "export", str(export))
    assert "tripwire.armed" in export.read_text()


@pytest.mark.parametrize(
    ("words", "exits", "says"),
    [
        (["backtest", "nonsense"], 2, "There is no tripwire 'nonsense'"),
        (["backtest", "bell"], 1, "always armed"),
        (["arm", "bell"], 1, "always armed"),
        (["backtest", "silence_source", "--threshold", "3"], 1, "no threshold"),
        (["arm", "event_one_sided", "--by", "king"], 2, "no post 'king'"),
    ],
)
def test_what_is_refused_says_why(empty: Teller, words: list[str], exits: int, says: str) -> None:
    assert says in empty.fails("tripwires", *words, exits=exits)
    assert not (empty.home / "armed").exists()


def test_a_damaged_armed_file_stops_the_list(empty: Teller) -> None:
    (empty.home / "armed").mkdir(parents=True)
    (empty.home / "armed" / "forecast_level.json").write_text("{")
    assert "cannot be read" in empty.fails("tripwires", "list", exits=1)
