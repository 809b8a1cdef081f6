"""Feeds that fall silent: to the second, one firing a cause, and never because nothing was ever asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.tripwires import Unable, evaluate
from tocsin.tripwires.feed import Sign, span

LATE, EMPTIED, OLD = get("silence_feed"), get("silence_emptied"), get("silence_old")
BEGUN = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def sign(source_id: str = "gdelt", **change: object) -> Sign:
    heard = Sign(source_id, source_id.upper(), QUARTER, QUARTER, BEGUN, BEGUN, BEGUN, BEGUN)
    return replace(heard, **change)  # type: ignore[arg-type]


def test_a_quarter_of_an_hour_late_is_late_and_a_second_less_is_not() -> None:
    assert evaluate(LATE, [sign()], BEGUN + timedelta(minutes=29, seconds=59)) == []
    [firing] = evaluate(LATE, [sign()], BEGUN + timedelta(minutes=30))
    assert firing.warning_id == "silence_feed.v1.gdelt.2026-11-23T12:00:00Z"
    assert "expected every 15 minutes, with 15 minutes of grace" in firing.summary


def test_an_answer_without_news_is_silence_and_says_whose() -> None:
    late = sign(last_answer=BEGUN + timedelta(hours=1))
    [firing] = evaluate(LATE, [late], BEGUN + timedelta(hours=1))
    assert "it answers, with what was known" in firing.summary


def test_a_feed_that_never_brought_anything_is_late_from_its_first_try() -> None:
    never = sign(last_new=None, last_answer=None, failure="the key is not valid")
    assert evaluate(LATE, [never], BEGUN) == []
    [firing] = evaluate(LATE, [never], BEGUN + 2 * QUARTER)
    assert "has brought nothing since it was first tried" in firing.summary
    assert "the key is not valid" in firing.summary
    assert evaluate(LATE, [replace(never, since=None)], BEGUN + timedelta(days=99)) == [], "nobody fetched: no feed"


def test_one_cause_is_one_firing_and_one_more_feed_rings_anew() -> None:
    down = {"cause": "unreachable", "failure": "it could not be reached"}
    two = [sign("gdelt", **down), sign("iati", **down)]
    later = sign("acled", cadence=timedelta(days=1), **down)
    [firing] = evaluate(LATE, [*two, later], BEGUN + timedelta(hours=1))
    assert (firing.source_id, len(firing.because)) == ("feeds", 2)
    [again] = evaluate(LATE, [*two, later], BEGUN + timedelta(days=2))
    assert len(again.because) == 3
    assert again.warning_id != firing.warning_id
    apart = evaluate(LATE, [sign("gdelt"), sign("iati")], BEGUN + timedelta(hours=1))
    assert [f.source_id for f in apart] == ["gdelt", "iati"], "two publishers who fell silent are two causes"


def test_an_empty_answer_rings_at_once_and_once() -> None:
    empty = sign(emptied=True)
    [firing] = evaluate(EMPTIED, [empty, sign("iati")], BEGUN)
    assert firing.source_id == "gdelt"
    assert "nothing where it had something on 2026-11-23 12:00 UTC" in firing.summary
    [again] = evaluate(EMPTIED, [replace(empty, last_try=BEGUN + QUARTER)], BEGUN + QUARTER)
    assert again.warning_id == firing.warning_id


def test_a_feed_without_a_cadence_cannot_be_judged() -> None:
    with pytest.raises(Unable, match="how often"):
        evaluate(LATE, [sign(cadence=None)], BEGUN)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**7), st.integers(0, 10**6))
def test_silence_only_grows_until_something_new_comes(cadence: int, grace: int, waited: int, more: int) -> None:
    heard = sign(cadence=timedelta(minutes=cadence), grace=timedelta(minutes=grace))
    early = evaluate(LATE, [heard], BEGUN + timedelta(minutes=waited))
    late = evaluate(LATE, [heard], BEGUN + timedelta(minutes=waited + more))
    assert bool(early) == (waited >= cadence + grace)
    assert not early or late


def test_spans_as_people_say_them() -> None:
    said = {15: "15 minutes", 60: "1 hour", 360: "6 hours", 1440: "1 day", 44640: "31 days", 90: "90 minutes"}
    assert {m: span(timedelta(minutes=m)) for m in said} == said


def test_a_new_file_with_old_figures_is_old_from_the_period_after_them_on() -> None:
    monthly = sign("ucdp_ged", cadence=timedelta(days=31), grace=timedelta(days=45), newest="2026-07")
    over = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=76)
    assert evaluate(OLD, [monthly], over - timedelta(seconds=1)) == []
    [firing] = evaluate(OLD, [monthly], BEGUN)
    assert firing.warning_id == "silence_old.v1.ucdp_ged.2026-07"
    assert "newest figures of UCDP_GED are of 2026-07; the period after it was over 83.5 days ago" in firing.summary
    assert evaluate(LATE, [replace(monthly, last_new=BEGUN)], BEGUN) == [], "it brought a file a moment ago"


@given(st.sampled_from(["2024", "2026-07", "2026-11-20", "", "spring", "2026-13", "2030"]), st.integers(0, 4000))
def test_newer_figures_never_ring_where_older_ones_do_not(period: str, days: int) -> None:
    now = BEGUN + timedelta(days=days)
    rings = [bool(evaluate(OLD, [sign(newest=n)], now)) for n in (period, "2026-11-22")]
    if period and period[0] == "2" and period != "2026-13" and period < "2026-11-22":
        assert rings[0] >= rings[1]
    if period in ("", "spring", "2026-13"):
        assert not rings[0], "what has no date is judged by when it came alone"
    assert evaluate(OLD, [sign(newest="2020", last_new=None)], now) == [], "bundled figures make nobody a feed"
