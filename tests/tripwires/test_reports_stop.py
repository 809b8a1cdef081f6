"""Reports that stop: against the place's own pace; everywhere at once is the way in."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.tripwires import evaluate
from tocsin.tripwires.reports_stop import Arrivals, due, params_of, quiet

RULE = get("silence_reports")
PARAMS = params_of(RULE)
DAY = date(2026, 11, 23)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def weekly(place: str = "KEN", newest: date = DAY, days: int = 26, sources: int = 3) -> Arrivals:
    return Arrivals(place, newest - timedelta(days=179), newest, days, sources)


def test_a_quiet_longer_than_chance_makes_fires_once() -> None:
    limit = due(PARAMS, weekly())
    assert limit is not None
    assert (limit - DAY).days == quiet(PARAMS, weekly()) == 34
    steady = weekly("TCD", newest=limit)
    assert evaluate(RULE, [weekly(), steady], at(limit - timedelta(days=1))) == []
    [firing] = evaluate(RULE, [weekly(), steady], at(limit))
    assert firing.warning_id == "silence_reports.v1.KEN.2026-11-23"
    [again] = evaluate(RULE, [weekly(), steady], at(limit + timedelta(days=9)))
    assert again.warning_id == firing.warning_id
    assert "without writing to anybody who reported" in firing.question
    assert "source" not in firing.summary, "how many sources there are is nobody's business"


def test_one_person_s_silence_is_not_a_place_s_and_few_reports_have_no_pace() -> None:
    for one in (weekly(sources=1), weekly(days=PARAMS.least_days - 1)):
        assert due(PARAMS, one) is None


def test_who_began_to_report_lately_has_a_pace_of_a_month(at_least: int = PARAMS.least_span_days) -> None:
    burst = Arrivals("KEN", DAY - timedelta(days=7), DAY, 8, 2)
    assert quiet(PARAMS, burst) == quiet(PARAMS, Arrivals("KEN", DAY - timedelta(days=at_least - 1), DAY, 8, 2)) == 18


def test_reports_that_stop_everywhere_at_once_are_one_cause() -> None:
    far = at(DAY + timedelta(days=200))
    [firing] = evaluate(RULE, [weekly(), weekly("TCD"), weekly("SDN", days=2)], far)
    assert (firing.place_id, firing.source_id) == (None, "reports")
    assert "the way in" in firing.summary
    assert len(evaluate(RULE, [weekly(), weekly("TCD"), weekly("SDN", newest=far.date())], far)) == 2


@given(st.integers(6, 180), st.integers(6, 180))
def test_a_busier_place_is_asked_about_sooner(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert quiet(PARAMS, weekly(days=high)) <= quiet(PARAMS, weekly(days=low))


def test_the_promised_share_of_false_alarms_is_kept_when_days_come_by_chance() -> None:
    """Gaps of a place whose reporting goes on, days drawn by chance: 1 in 200 fires, and not more."""
    rng, pace = random.Random(20101020), 26 / 180
    limit, gaps, alarms, gap = quiet(PARAMS, weekly()), 0, 0, 0
    while gaps < 40_000:
        gap += 1
        if rng.random() < pace:
            gaps, alarms, gap = gaps + 1, alarms + (gap > limit), 0
    assert 0.6 * PARAMS.chance < alarms / gaps <= 1.15 * PARAMS.chance
