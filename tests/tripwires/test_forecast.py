"""Forecast tripwires: level, rise, hysteresis, claims that run out."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.tripwires import Point, Unable, evaluate
from tocsin.tripwires.forecast import hold, walk

LEVEL, FURTHER, RISE = get("forecast_level"), get("forecast_level_further"), get("forecast_rise")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def point(p: float | None, year: int = 2024, state: str = "none known", **more: float) -> Point:
    return Point("TCD", year, p, state, **more)


def years_fired(tripwire, risks: list[float | None], threshold: float) -> list[int]:
    previous = [None, *risks]
    points = [point(p, 2000 + i, previous=previous[i]) for i, p in enumerate(risks)]
    return [p.base_year - 2000 for p in walk(tripwire, points, threshold)]


def test_a_level_fires_at_the_mark_and_says_by_when() -> None:
    [firing] = evaluate(LEVEL, [point(0.05, low=0.02, high=0.1, rank=4, of=168)], NOW, threshold=0.05)
    assert firing.warning_id == "forecast_level.v1.TCD.2024"
    assert firing.question == "What will we do about the risk that a mass killing begins in Chad by the end of 2026?"
    assert evaluate(LEVEL, [point(0.0499)], NOW, threshold=0.05) == []


def test_under_way_is_asked_about_as_a_further_separate_killing() -> None:
    burning = point(0.2, state="under way")
    assert evaluate(LEVEL, [burning], NOW, threshold=0.05) == []
    [firing] = evaluate(FURTHER, [burning], NOW, threshold=0.05)
    assert "further, separate" in firing.summary
    assert "further, separate" in firing.question


def test_a_place_nobody_has_assessed_is_not_exempt() -> None:
    assert evaluate(LEVEL, [point(0.2, state="not assessed")], NOW, threshold=0.05)


@pytest.mark.parametrize(
    ("risks", "fired"),
    [
        ([0.05, 0.049, 0.051], [0, 2]),  # wobbling does not refire; after two years the claim is made anew
        ([0.05, 0.03, 0.01, 0.05], [0, 3]),
        ([0.05, 0.039, 0.05], [0, 2]),
        ([0.05, 0.039, 0.01], [0]),
        ([0.05, None, 0.01], [0]),
        ([0.06, 0.039, 0.06, 0.06, 0.06], [0, 2, 4]),
        ([None, None], []),
    ],
)
def test_hysteresis(risks: list[float | None], fired: list[int]) -> None:
    assert years_fired(LEVEL, risks, 0.05) == fired


def test_a_rise_needs_the_floor_and_the_factor() -> None:
    assert years_fired(RISE, [0.01, 0.03, 0.031], 2.5) == [1]
    assert years_fired(RISE, [0.001, 0.019], 2.5) == []
    assert years_fired(RISE, [None, 0.5], 2.5) == []


def test_an_earlier_claim_stands_until_it_is_released() -> None:
    claim = {"TCD": hold(LEVEL.params, point(0.06), 0.05)}
    assert evaluate(LEVEL, [point(0.07)], NOW, threshold=0.05, held=claim) == []
    assert evaluate(LEVEL, [point(0.07, 2025)], NOW, threshold=0.05, held=claim) == []
    assert evaluate(LEVEL, [point(0.07, 2026)], NOW, threshold=0.05, held=claim)


def test_no_forecast_at_all_is_unable() -> None:
    with pytest.raises(Unable, match="no forecast"):
        evaluate(LEVEL, [point(None)], NOW, threshold=0.05)


risks = st.lists(st.one_of(st.none(), st.floats(0.0001, 0.9)), min_size=1, max_size=15)


@given(risks)
def test_within_a_claim_there_is_one_firing(values: list[float | None]) -> None:
    """A firing within two years of the last one is only possible after the risk fell below the rearming mark."""
    fired = years_fired(LEVEL, values, 0.05)
    for a, b in pairwise(fired):
        fell = any(v is not None and v < 0.04 for v in values[a + 1 : b + 1])
        assert b - a >= LEVEL.params.claim_years or fell


@given(risks, st.integers(0, 14), st.floats(1, 3))
def test_a_higher_risk_never_unfires_the_year_it_is_in(values: list[float | None], at: int, factor: float) -> None:
    fired = years_fired(LEVEL, values, 0.05)
    if at in fired:
        value = values[at]
        assert value is not None
        higher = [*values[:at], min(value * factor, 0.99), *values[at + 1 :]]
        assert at in years_fired(LEVEL, higher, 0.05)


@given(risks)
def test_the_unknown_never_fires(values: list[float | None]) -> None:
    assert all(values[year] is not None for year in years_fired(LEVEL, values, 0.05))


@given(st.floats(0.001, 0.9), st.floats(0.01, 0.5))
def test_evaluating_twice_is_evaluating_once(p: float, threshold: float) -> None:
    points = [point(p), replace(point(p / 2), place_id="NER")]
    assert evaluate(LEVEL, points, NOW, threshold=threshold) == evaluate(LEVEL, points[::-1], NOW, threshold=threshold)
