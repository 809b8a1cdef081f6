"""Hysteresis, quiet time and budget hold back repetitions. None of them hides a higher level."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.directive import RANK
from tocsin.catalog.tripwires import get
from tocsin.core.months import month_index
from tocsin.tripwires import Firing, Months, Point, evaluate
from tocsin.tripwires.budget import Spent, share
from tocsin.tripwires.event import walk as event_walk
from tocsin.tripwires.forecast import hold, walk

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = NOW.date()
WATCH, ALERT = get("forecast_rise"), get("forecast_level")
EMERGENCY = ALERT.model_copy(update={"id": "emergency_level", "level": "emergency"})
risks = st.lists(st.one_of(st.none(), st.floats(0.001, 0.9)), min_size=1, max_size=12)


def points(values: list[float | None]) -> list[Point]:
    before = [None, *values]
    return [Point("TCD", 2000 + i, p, "none known", previous=before[i]) for i, p in enumerate(values)]


@given(risks)
def test_a_claim_of_a_lower_level_holds_back_no_higher_one(values: list[float | None]) -> None:
    """Each tripwire keeps claims of its own: the first year over the higher mark fires at the higher level."""
    fired = {
        t.id: [p.base_year for p in walk(t, points(values), mark)] for t, mark in ((ALERT, 0.05), (EMERGENCY, 0.3))
    }
    over = [2000 + i for i, p in enumerate(values) if p is not None and p >= 0.3]
    assert fired["emergency_level"][:1] == over[:1]
    held = {"TCD": hold(ALERT.params, Point("TCD", 2010, 0.06, "none known"), 0.05)}
    high = [Point("TCD", 2011, 0.4, "none known")]
    assert evaluate(ALERT, high, NOW, threshold=0.05, held=held) == []
    assert [f.level for f in evaluate(EMERGENCY, high, NOW, threshold=0.3)] == ["emergency"]


@given(risks)
def test_every_year_over_the_mark_is_claimed(values: list[float | None]) -> None:
    """Hysteresis saves a second warning, never a warning: over the mark means fired, or under a claim that stands."""
    fired = [p.base_year for p in walk(ALERT, points(values), 0.05)]
    for i, p in enumerate(values):
        if p is not None and p >= 0.05:
            year = 2000 + i
            assert any(year - ALERT.params.claim_years < f <= year for f in fired)


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 2000), max_size=20))
def test_every_month_over_floor_and_maximum_is_within_the_quiet_time_of_a_firing(deaths: dict[int, int]) -> None:
    event = get("event_one_sided")
    first = month_index("2000-01")
    months = dict.fromkeys(range(first, first + 61), 0) | {first + m: n for m, n in deaths.items()}
    series = Months({"TCD": months}, frozenset(months))
    low = [v.month for v in event_walk(event, series, 50, first=first, last=first + 60)]
    high = [v.month for v in event_walk(event, series, 500, first=first, last=first + 60)]
    # What a tripwire with a higher floor (a higher level) sees, the lower one sees as early or earlier.
    for month in high:
        assert any(f <= month for f in low)
    assert bool(high) <= bool(low)


LEVELS = {"a_watch": "watch", "an_alert": "alert", "an_emergency": "emergency"}
firings = st.lists(
    st.builds(
        lambda t, place, over: Firing(
            t, 1, "forecast", LEVELS[t], place, None, "2024", over, 1.0, "none known", "s", "q", ()
        ),
        st.sampled_from(sorted(LEVELS)),
        st.sampled_from("ABCDEF"),
        st.floats(1, 9),
    ),
    unique_by=lambda f: (f.tripwire_id, f.place_id),
    max_size=18,
)
limits = st.fixed_dictionaries(dict.fromkeys(LEVELS, st.floats(0.5, 4)))
spent = st.lists(
    st.builds(Spent, st.sampled_from(sorted(LEVELS)), st.sampled_from("ABCDEF"), st.just(date(2026, 9, 1)))
)


@given(firings, limits, spent)
def test_a_place_that_gets_through_gets_through_at_its_highest_level(
    given_firings: list[Firing], budgets: dict[str, float], before: list[Spent]
) -> None:
    passed, cut, _ = share(given_firings, budgets, before, TODAY)
    for place in {f.place_id for f in passed}:
        highest = max(RANK[f.level] for f in given_firings if f.place_id == place)
        assert max(RANK[f.level] for f in passed if f.place_id == place) == highest
        assert not [f for f in cut if f.place_id == place]
