"""Clocks as pure functions: where silence and delay carry an item, computed and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog import directive
from tocsin.response.docket import clocks
from tocsin.response.docket.clocks import Standing, next_run_out

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = directive.current()


def opened(level: str) -> Standing:
    rule = RULES.level(level)
    return Standing(
        state="open",
        level=level,
        tier=rule.entry,
        ceiling=rule.ceiling,
        step_due=clocks.delivery_due(RULES, level, rule.entry, START),
        acknowledged=False,
        step_lapsed=False,
        decision_due=clocks.decision_due(RULES, level, START),
        decision_lapsed=False,
    )


def walk(item: Standing, acknowledged_at: set[int]) -> list[tuple[float, tuple[str, ...], int, bool]]:
    """Follow an item that is acknowledged on entering some tiers and never decided: hours, clocks, tier, at ceiling."""
    found = []
    item = item._replace(acknowledged=item.tier in acknowledged_at)
    while (event := next_run_out(item)) is not None:
        found.append(((event.at - START).total_seconds() / 3600, event.clocks, event.tier, event.at_ceiling))
        decided_out = item.decision_lapsed or "decision" in event.clocks
        if event.exhausted:
            item = item._replace(state="lapsed", decision_lapsed=True, step_lapsed=True)
        elif event.climb_to is None:
            item = item._replace(step_lapsed=True, decision_lapsed=decided_out)
        else:
            due = clocks.delivery_due(RULES, item.level, event.climb_to, event.at)
            answered = event.climb_to in acknowledged_at
            item = item._replace(tier=event.climb_to, step_due=due, acknowledged=answered, decision_lapsed=decided_out)
    return found


@pytest.mark.parametrize(
    ("level", "acknowledged", "expected"),
    [
        ("watch", set(), [(48, ("delivery",), 1, False), (120, ("delivery", "decision"), 2, True)]),
        (
            "alert",
            set(),
            [(72, ("delivery",), 3, False), (192, ("delivery",), 4, False), (264, ("delivery", "decision"), 5, True)],
        ),
        (
            "alert",
            {3},
            [(264, ("decision",), 3, False), (384, ("delivery",), 4, False), (456, ("delivery",), 5, True)],
        ),
        (
            "alert",
            {3, 4, 5},
            [(264, ("decision",), 3, False), (384, ("decision",), 4, False), (456, ("decision",), 5, True)],
        ),
        ("alert", {4}, [(72, ("delivery",), 3, False), (264, ("decision",), 4, False), (336, ("delivery",), 5, True)]),
        ("emergency", set(), [(24, ("delivery", "decision"), 5, True)]),
        ("emergency", {5}, [(24, ("decision",), 5, True)]),
    ],
)
def test_where_silence_carries_an_item(level: str, acknowledged: set[int], expected: list) -> None:
    assert walk(opened(level), acknowledged) == expected


@given(level=st.sampled_from(["watch", "alert", "emergency"]), acknowledged=st.sets(st.integers(1, 5)))
def test_every_undecided_item_ends_in_a_lapse_at_its_ceiling(level: str, acknowledged: set[int]) -> None:
    """M26: no pattern of acknowledgements lets an undecided question fall silent."""
    path = walk(opened(level), acknowledged)
    assert path[-1][3]
    assert sum("decision" in clocks for _, clocks, _, _ in path) >= 1
    assert [hours for hours, *_ in path] == sorted(hours for hours, *_ in path)
    assert [tier for *_, tier, _ in path] == sorted(tier for *_, tier, _ in path)


@pytest.mark.parametrize("state", ["acting", "declined", "closed", "lapsed"])
def test_no_clock_of_the_ladder_runs_once_it_is_decided_or_exhausted(state: str) -> None:
    assert next_run_out(opened("alert")._replace(state=state)) is None


def test_a_deferral_runs_until_its_day_is_over_and_delivery_is_at_rest() -> None:
    due = clocks.end_of_day(date(2026, 12, 1))
    assert due == datetime(2026, 12, 2, tzinfo=UTC)
    event = next_run_out(opened("alert")._replace(state="deferred", decision_due=due))
    assert event is not None
    assert (event.at, event.clocks) == (due, ("decision",))


@given(hours=st.integers(0, 500))
def test_a_clock_that_runs_out_twice_is_seen_once(hours: int) -> None:
    item = opened("alert")._replace(step_lapsed=True, decision_lapsed=True, decision_due=START + timedelta(hours=hours))
    assert next_run_out(item) is None
