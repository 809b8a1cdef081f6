"""Reports that stop: against the place's own pace; everywhere at once is the way in."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.tripwires import evaluate
from tocsin.tripwires.reports_stop import Arrivals, due, params_of, quiet, without_new_voices

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
    assert firing.warning_id == "silence_reports.v2.KEN.2026-11-23"
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


def heard(*voices: tuple[int, int, int]) -> Arrivals:
    """A place by its voices, each from a day to a day before today, every so many days."""
    each = tuple(
        frozenset(DAY - timedelta(days=d) for d in range(last, first + 1, step)) for first, last, step in voices
    )
    days = frozenset().union(*each)
    return Arrivals("KEN", min(days), max(days), len(days), len(each), each)


FOUR_GONE = [(170, 60, 20), (171, 61, 20), (172, 62, 21), (173, 63, 21)]


def test_one_new_voice_and_one_old_do_not_hide_that_four_of_five_are_gone() -> None:
    five = heard(*FOUR_GONE, (175, 3, 20), (50, 0, 3))
    assert due(PARAMS, five) is not None
    assert at(due(PARAMS, five)) > at(DAY), "all days together never stopped"
    [firing] = evaluate(RULE, [five], at(DAY))
    assert firing.warning_id == f"silence_reports.v2.KEN.{DAY - timedelta(days=60)}"
    assert "most of those who reported" in firing.summary and "source" not in firing.summary
    assert "without writing to anybody" in firing.question


def test_nobody_is_missed_where_most_still_write_or_as_many_began() -> None:
    assert evaluate(RULE, [heard(*FOUR_GONE[:2], (175, 3, 20), (174, 2, 20), (50, 0, 3))], at(DAY)) == []
    taken_over = [(50, i, 10) for i in range(4)]
    assert evaluate(RULE, [heard(*FOUR_GONE, *taken_over)], at(DAY)) == []
    lately = heard(*[(first, 12, step) for first, _, step in FOUR_GONE], (10, 0, 3))
    assert evaluate(RULE, [lately], at(DAY)) == [], "twelve days of four are no longer than chance makes"


def test_five_who_go_on_by_chance_ring_no_more_often_than_is_said() -> None:
    """Gaps of the slower four in five, chosen after the fact: the chance is shared among the choices."""
    rng, pace, span = random.Random(20101020), 1 / 14, 180
    days: list[list[int]] = [[], [], [], [], []]
    rung, gaps, inside = 0, 0, False
    for today in range(2_500):
        for voice in days:
            if rng.random() < pace:
                voice.append(today)
        if today < span:
            continue
        each = tuple(frozenset(DAY + timedelta(days=d) for d in v if d > today - span) for v in days)
        lost = without_new_voices(PARAMS, Arrivals("KEN", DAY, DAY, 99, 5, tuple(v for v in each if v)))
        fires = lost is not None and DAY + timedelta(days=today) >= lost[0]
        rung, inside = rung + (fires and not inside), fires
        gaps += sum(v[-1] == today for v in days if v)
    assert gaps > 700
    assert rung <= PARAMS.chance * gaps
