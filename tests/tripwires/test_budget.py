"""The alert budget: shares, rolling year, what is cut is listed."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.tripwires import Firing
from tocsin.tripwires.budget import Spent, share

TODAY = date(2026, 11, 23)
BUDGETS = {"event": 2.0, "level": 4.0, "silence": None}


def firing(tripwire: str, place: str, over: float = 1.0, state: str = "none known", kind: str = "forecast") -> Firing:
    return Firing(tripwire, 1, kind, "alert", place, None, "2024", over, 1.0, state, "s", "q", ())


def ids(firings: list[Firing]) -> list[tuple[str, str | None]]:
    return [(f.tripwire_id, f.place_id) for f in firings]


def test_each_tripwire_has_its_own_share_and_the_rest_is_listed() -> None:
    passed, cut, new = share([firing("level", f"P{i}", 1 + i) for i in range(6)], BUDGETS, [], TODAY)
    assert ids(passed) == [("level", "P5"), ("level", "P4"), ("level", "P3"), ("level", "P2")]
    assert ids(cut) == [("level", "P1"), ("level", "P0")]
    assert len(new) == 4


def test_under_way_comes_first_whatever_the_number() -> None:
    passed, _, _ = share([firing("event", "A", 9), firing("event", "B", 1, "under way")], {"event": 1}, [], TODAY)
    assert ids(passed) == [("event", "B")]


def test_a_place_on_the_docket_costs_nothing() -> None:
    passed, cut, new = share([firing("event", "A"), firing("level", "A")], {"event": 1, "level": 0.5}, [], TODAY)
    assert (len(passed), len(cut), len(new)) == (2, 0, 1)


def test_what_was_opened_more_than_a_year_ago_is_forgotten() -> None:
    spent = [Spent("event", f"P{i}", TODAY - timedelta(days=364)) for i in range(2)]
    assert share([firing("event", "A")], BUDGETS, spent, TODAY)[0] == []
    old = [Spent("event", f"P{i}", TODAY - timedelta(days=365)) for i in range(2)]
    assert ids(share([firing("event", "A")], BUDGETS, old, TODAY)[0]) == [("event", "A")]


def test_silence_is_outside_the_budget() -> None:
    silent = [firing("event", f"S{i}", kind="silence") for i in range(30)]
    assert len(share(silent, BUDGETS, [], TODAY)[0]) == 30


some = st.lists(
    st.builds(
        firing,
        st.sampled_from(["event", "level"]),
        st.sampled_from("ABCDEFGHIJ"),
        st.floats(1, 9),
        st.sampled_from(["under way", "none known"]),
    ),
    unique_by=lambda f: (f.tripwire_id, f.place_id),
)


@given(some)
def test_nothing_is_lost_and_nothing_is_overspent(firings: list[Firing]) -> None:
    passed, cut, new = share(firings, BUDGETS, [], TODAY)
    assert Counter(ids(passed)) + Counter(ids(cut)) == Counter(ids(firings))
    assert all(n <= BUDGETS[t] for t, n in Counter(s.tripwire_id for s in new).items())
    assert len({s.place_id for s in new}) == len(new)
    assert not {f.place_id for f in cut} & {s.place_id for s in new}


@given(some)
def test_the_order_of_the_input_changes_nothing(firings: list[Firing]) -> None:
    assert share(firings, BUDGETS, [], TODAY) == share(firings[::-1], BUDGETS, [], TODAY)
