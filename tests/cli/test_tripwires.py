"""``tocsin tripwires``: the record of each rule, another threshold, arming, and what is refused. M39."""

from __future__ import annotations

import json
from datetime import UTC, datetime

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


@pytest.mark.parametrize("name", [t.id for t in all_tripwires().values() if t.looks_in_runs])
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
    assert armed["seal_sha256"] in export.read_text()


def test_three_ways_to_choose_give_three_thresholds_and_say_how(empty: Teller) -> None:
    """M39: costs of being wrong in one figure, a miss rate with its guarantee, a budget."""
    by_costs = empty("tripwires", "backtest", "forecast_level", "--cost-false-alarm", "1", "--cost-miss", "24")
    assert by_costs["threshold"] == 0.04
    assert by_costs["chosen_by"]["way"] == "costs"
    by_rate = empty("tripwires", "backtest", "forecast_level", "--miss-rate", "0.34")
    assert by_rate["chosen_by"]["bound"] <= 0.34
    assert "exchangeable" in by_rate["chosen_by"]["words"]
    by_budget = empty("tripwires", "backtest", "forecast_level", "--budget", "2")
    assert by_budget["chosen_on"]["firings_per_year"] <= 2
    assert by_budget["threshold"] > by_rate["threshold"]
    text = empty.text("tripwires", "backtest", "forecast_level", "--cases")
    first = empty("tripwires", "backtest", "forecast_level")["fired"][0]
    assert f"fired {first['fired']} {first['place_id']}" in text
    assert "no onset; action not known" in text
    assert "95% intervals: firings a year 2 to 3.69" in text
    assert "Ready after 11 days, help begins 30 later: 3 of 3 hits left that long" in text


def test_together_they_open_fewer_items_than_they_fire(empty: Teller) -> None:
    told = empty("tripwires", "combined")
    assert told["items"] < told["firings"] == sum(t["firings"] for t in told["by_tripwire"])
    low, high = told["items_per_year_interval"]
    assert low < told["items_per_year"] < high
    assert "Joined by place within a year" in empty.text("tripwires", "combined")


def test_a_threshold_edited_by_hand_opens_a_question_the_next_day(copied: Teller) -> None:
    """Sealed before judged: the first run sealed what is shipped; nobody can move it unseen."""
    judged = {j["tripwire_id"]: j for j in copied("tripwires", "judge")["judged"]}
    level = judged["forecast_level"]
    assert level["verdict"] == "too early to judge"
    assert level["promise"]["firings_per_year"] == "2.75"
    assert level["sealed_at"][:10] < level["judged_from"]
    row = next(r for r in copied("tripwires", "list")["tripwires"] if r["id"] == "forecast_level")
    copied("tripwires", "arm", "forecast_level", "--threshold", str(row["threshold"]))
    file = copied.home / "armed" / "forecast_level.json"
    said = json.loads(file.read_text())
    file.write_text(json.dumps(said | {"threshold": 0.2}))
    tomorrow = copied.at(datetime.fromisoformat(level["judged_from"]).replace(hour=9, tzinfo=UTC))
    tomorrow("refresh")
    told = tomorrow("tripwires", "judge")
    assert told["broken"] == 1
    assert "BROKEN: its rule, threshold or back-test is not the one that was sealed" in tomorrow.text(
        "tripwires", "judge"
    )
    questions = [item["question"] for item in tomorrow("docket", "list")["items"]]
    assert "What will we do about the tripwire “Mass-killing risk over the mark”, which broke its promise?" in questions


def test_what_the_register_knows_of_action_stands_beside_the_firing(refreshed: Teller) -> None:
    told = refreshed("tripwires", "backtest", "event_one_sided")
    assert {f["action"] for f in told["fired"]} == {"not known"}


@pytest.mark.parametrize(
    ("words", "exits", "says"),
    [
        (["backtest", "nonsense"], 2, "There is no tripwire 'nonsense'"),
        (["backtest", "bell"], 1, "always armed"),
        (["arm", "bell"], 1, "always armed"),
        (["arm", "report_alert"], 1, "armed by its shipped back-test on dated chains"),
        (["backtest", "report_alert", "--budget", "3"], 1, "no threshold"),
        (["backtest", "silence_source", "--threshold", "3"], 1, "no threshold"),
        (["arm", "event_one_sided", "--by", "king"], 2, "no post 'king'"),
        (
            ["backtest", "forecast_level", "--miss-rate", "0.1"],
            1,
            "cannot be promised for forecast_level with 6 onsets",
        ),
        (["backtest", "forecast_level", "--miss-rate", "0.1", "--budget", "3"], 2, "one way at a time"),
        (["backtest", "forecast_level", "--cost-miss", "3"], 2, "One cost alone"),
        (["backtest", "broken_promise", "--budget", "3"], 1, "no threshold"),
        (["judge"], 1, "No tripwire has been sealed"),
    ],
)
def test_what_is_refused_says_why(empty: Teller, words: list[str], exits: int, says: str) -> None:
    assert says in empty.fails("tripwires", *words, exits=exits)
    assert not (empty.home / "armed").exists()


def test_a_damaged_armed_file_stops_the_list(empty: Teller) -> None:
    (empty.home / "armed").mkdir(parents=True)
    (empty.home / "armed" / "forecast_level.json").write_text("{")
    assert "cannot be read" in empty.fails("tripwires", "list", exits=1)
