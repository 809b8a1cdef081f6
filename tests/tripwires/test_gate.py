"""A report tripwire warns only while its back-test of this very rule passes the gate."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin.catalog.tripwires import all_tripwires, shipped_backtest
from tocsin.tripwires import gate

REPORT = [t for t in all_tripwires().values() if t.kind == "report"]
ALERT, WATCH = all_tripwires()["report_alert"], all_tripwires()["report_watch"]


@pytest.mark.parametrize("tripwire", REPORT, ids=lambda t: t.id)
def test_what_ships_passes(tripwire: Any) -> None:
    assert gate.held_back(tripwire, shipped_backtest(tripwire)) == ""
    assert tripwire in gate.armed_on_reports()


def test_a_changed_rule_has_no_back_test_and_is_held_back() -> None:
    changed = ALERT.model_copy(update={"version": ALERT.version + 1})
    assert "no back-test of this very rule" in gate.held_back(changed, shipped_backtest(changed))


@pytest.mark.parametrize(
    ("worse", "says"),
    [
        ({"hits": []}, "in time on none"),
        ({"false_alarms": ["R8"]}, "quiet chain R8"),
        ({"noise_firings_per_1000": {"R1": 0.1, "R8": 10.4}}, "10.4 of 1,000"),
    ],
)
def test_each_failing_holds_an_alert_back(worse: dict[str, Any], says: str) -> None:
    told = {**(shipped_backtest(ALERT) or {}), **worse}
    assert says in gate.held_back(ALERT, told)


def test_a_watch_may_be_loud_and_may_not_be_deaf() -> None:
    told = shipped_backtest(WATCH) or {}
    assert told["false_alarms"]
    assert gate.held_back(WATCH, told) == ""
    assert gate.held_back(WATCH, {**told, "hits": []})
