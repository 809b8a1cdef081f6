"""Event tripwires: floor and own maximum, honest gaps."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.tripwires import get
from tocsin.core.months import month_index
from tocsin.tripwires import Months, Unable, evaluate

TRIPWIRE = get("event_one_sided")
PARAMS = TRIPWIRE.params
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIRST, LAST = month_index("2020-01"), month_index("2026-02")
counts = st.integers(0, 3000)


def series(deaths: dict[int, int], known: set[int] | None = None) -> Months:
    return Months({"SDN": deaths}, frozenset(known if known is not None else deaths))


def fire(deaths: dict[int, int], floor: float = 100, known: set[int] | None = None) -> list:
    return evaluate(TRIPWIRE, series(deaths, known), NOW, threshold=floor)


def quiet(first: int = FIRST, last: int = LAST) -> dict[int, int]:
    return dict.fromkeys(range(first, last + 1), 0)


def test_over_the_floor_and_over_the_own_maximum_fires() -> None:
    [firing] = fire(quiet() | {LAST: 150})
    assert (firing.place_id, firing.period, firing.value) == ("SDN", "2026-02", 150)
    assert firing.warning_id == "event_one_sided.v1.SDN.2026-02"
    assert "150 civilians killed in one-sided violence in 2026-02" in firing.summary


@pytest.mark.parametrize(
    ("change", "fires"),
    [
        ({LAST: 99}, False),
        ({LAST: 100}, True),
        ({LAST: 150, LAST - 36: 150}, False),
        ({LAST: 151, LAST - 36: 150}, True),
        ({LAST: 150, LAST - 37: 9000}, True),
        ({LAST - 5: 150}, True),
        ({LAST - 6: 150}, False),
    ],
)
def test_floor_lookback_and_recency(change: dict[int, int], fires: bool) -> None:
    assert bool(fire(quiet() | change)) is fires


def test_lookback_counts_known_months_and_reaches_across_a_gap() -> None:
    gap = range(month_index("2021-07"), month_index("2025-01"))
    deaths = {m: 0 for m in quiet() if m not in gap} | {month_index("2020-06"): 500, LAST: 400}
    assert fire(deaths) == []
    [firing] = fire(deaths | {LAST: 501})
    assert "42 months were not counted" in firing.summary


def test_a_month_right_after_a_gap_says_so() -> None:
    deaths = quiet(last=LAST - 7) | {LAST: 300}
    [firing] = fire(deaths)
    assert "The 6 months just before were not counted." in firing.summary


def test_a_short_past_leaves_the_floor_to_decide_and_says_so() -> None:
    [firing] = fire({LAST - 1: 900, LAST: 300})
    assert "only 1 month before it are known, so the floor alone decided" in firing.summary


def test_nothing_known_is_unable_not_calm() -> None:
    with pytest.raises(Unable, match="No month"):
        evaluate(TRIPWIRE, Months({}, frozenset()), NOW, threshold=100)
    with pytest.raises(Unable, match="not armed"):
        evaluate(TRIPWIRE, series(quiet()), NOW)


histories = st.dictionaries(st.integers(FIRST, LAST), counts, min_size=1)


@given(histories, st.integers(25, 500), st.integers(1, 2000))
def test_more_deaths_in_the_month_that_fired_never_unfire_it(deaths: dict[int, int], floor: int, more: int) -> None:
    for firing in fire(deaths, floor):
        month = month_index(firing.period)
        again = fire(deaths | {month: deaths[month] + more}, floor)
        assert [f.period for f in again] == [firing.period]


@given(histories, st.integers(25, 500))
def test_a_month_that_is_not_known_never_fires(deaths: dict[int, int], floor: int) -> None:
    newest = max(deaths)
    unknown = {newest - i for i in range(PARAMS.recent_months)}
    thinned = {m: n for m, n in deaths.items() if m not in unknown}
    assert fire(thinned, floor, known=set(deaths)) == []


@given(histories, st.integers(25, 500), st.data())
def test_a_thinner_past_never_makes_it_quieter(deaths: dict[int, int], floor: int, data: st.DataObject) -> None:
    """Missing is not zero and not a maximum: forgetting months before the one that fired keeps it fired.

    With one exception that is the rule itself: the look-back then reaches further into the known past, so only
    histories no longer than the look-back are thinned here.
    """
    start = max(deaths) - PARAMS.lookback_months
    deaths = {m: n for m, n in deaths.items() if m >= start}
    for firing in fire(deaths, floor):
        month = month_index(firing.period)
        lost = data.draw(st.sets(st.sampled_from(sorted(deaths))))
        kept = {m: n for m, n in deaths.items() if m >= month or m not in lost}
        [still] = fire(kept, floor, known=set(deaths))
        # With too short a past the floor alone decides, and a newer month may be the one that fires.
        assert still.period >= firing.period


@given(histories, st.integers(25, 500))
def test_a_gap_is_not_a_run_of_zeros(deaths: dict[int, int], floor: int) -> None:
    """Filling gaps with zeros changes verdicts only where the look-back or the short-past rule sees a difference."""
    for firing in fire(deaths, floor):
        past = [m for m in deaths if m < month_index(firing.period)]
        known = [b for b in firing.because if "known months" in b.text or "are known" in b.text]
        assert len(known) == 1
        assert str(min(len(past), PARAMS.lookback_months)) in known[0].text


@given(histories, st.integers(25, 500))
def test_the_same_figures_give_the_same_firings(deaths: dict[int, int], floor: int) -> None:
    assert fire(deaths, floor) == fire(dict(reversed(deaths.items())), floor)


@given(histories, st.integers(25, 500), st.integers(1, 500))
def test_a_higher_floor_never_fires_on_a_place_a_lower_one_passes_over(
    deaths: dict[int, int], floor: int, step: int
) -> None:
    assert not fire(deaths, floor + step) or fire(deaths, floor)


def test_every_ground_names_the_row_it_can_be_found_at() -> None:
    gap = range(month_index("2021-07"), month_index("2025-01"))
    deaths = {m: 0 for m in quiet() if m not in gap} | {month_index("2020-06"): 480, LAST: 501}
    [firing] = fire(deaths)
    rows = {b.value: b.row for b in firing.because if b.source_id == "ucdp_ged"}
    assert rows[501] == "country_month: SDN 2026-02"
    assert rows[480] == "country_month: SDN 2020-06", "what had to be beaten is another month's figure"
    assert rows[42] == "country_month: SDN no row between 2021-07 and 2024-12", "a gap has no row to show"


@given(histories, st.integers(25, 500))
def test_the_figure_that_had_to_be_beaten_stands_in_the_row_it_names(deaths: dict[int, int], floor: int) -> None:
    for firing in fire(deaths, floor):
        past = firing.because[1]
        if past.value is not None:
            assert deaths[month_index(past.row.split()[-1])] == past.value
