"""When an outcome could be known: origins, windows, and what came in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.outcomes import outcome
from tocsin.evidence.hub import windows

ONSET, DEATHS = outcome("mass_killing_onset").target, outcome("state_based_deaths").target
CONFLICT = outcome("state_based_deaths_ge25").target


@pytest.mark.parametrize(
    ("text", "unit", "means"),
    [
        ("2024", "year", "2024"), ("2024-12-31", "year", "2024"), ("2024-12", "year", "2024"),
        ("2024-06", "year", None),
        ("2024-06", "month", "2024-06"), ("2024-06-30", "month", "2024-06"), ("2024-06-29", "month", None),
        ("2024-12", "month", "2024"), ("2024-02-30", "month", None), ("2024-13", "month", None), ("", "year", None),
        ("24", "year", None), ("2024-02-29", "month", "2024-02"),
    ],
)  # fmt: skip
def test_an_origin_has_one_spelling(text: str, unit: str, means: str | None) -> None:
    assert windows.origin_of(text, unit) == means


def test_a_probability_is_of_the_whole_window_a_count_of_its_step() -> None:
    assert windows.window("2024", ONSET, 2) == (date(2025, 1, 1), date(2026, 12, 31))
    assert windows.window("2024", CONFLICT, 12) == (date(2025, 1, 1), date(2025, 12, 31))
    assert windows.window("2017-10", DEATHS, 3) == (date(2018, 1, 1), date(2018, 1, 31))
    assert windows.window("2024", DEATHS, 1) == (date(2025, 1, 1), date(2025, 1, 31))


def test_live_until_half_of_the_window_then_late_then_after_the_fact() -> None:
    span = windows.window("2024", ONSET, 2)
    words = [
        windows.standing(span, datetime(*day, tzinfo=UTC))
        for day in ((2025, 9, 3), (2026, 1, 1), (2026, 1, 2), (2026, 12, 31), (2027, 1, 1))
    ]
    assert words == ["live", "live", "late", "late", "after the fact"]
    assert windows.standing(span, datetime(2025, 1, 1, tzinfo=UTC), retrospective=True) == "after the fact"


@given(
    st.integers(1960 * 12, 2090 * 12),
    st.sampled_from([(ONSET, 2), (CONFLICT, 12), (DEATHS, 1), (DEATHS, 36)]),
    st.integers(0, 2000),
)
def test_nothing_made_after_the_window_is_live_and_nothing_before_it_is_not(
    month: int, asked: tuple, days: int
) -> None:
    target, horizon = asked
    origin = windows.origin_of(
        f"{month // 12}-12" if target.unit == "year" else f"{month // 12}-{month % 12 + 1:02d}", target.unit
    )
    first, last = windows.window(origin, target, horizon)
    assert windows.ends(origin) < first <= last
    after = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1 + days)
    before = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=days)
    assert windows.standing((first, last), after) == "after the fact"
    assert windows.standing((first, last), before) == "live"
    assert 0 <= windows.share_gone((first, last), before) <= windows.share_gone((first, last), after) <= 1
