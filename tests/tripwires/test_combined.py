"""All tripwires together: items after joining by place, which is not the sum of their firings."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tocsin.tripwires.combined import Past, together

FIRST, LAST = date(2010, 1, 1), date(2019, 12, 31)
BUDGETS = {"event": 2.0, "level": 1.0}


def past(tripwire: str, place: str, on: str, over: float = 2.0) -> Past:
    return Past(tripwire, place, date.fromisoformat(on), over, 1.0)


def test_a_second_tripwire_on_the_same_place_joins() -> None:
    told = together(
        [
            past("event", "TCD", "2010-03-31"),
            past("level", "TCD", "2010-12-31"),
            past("level", "MLI", "2010-12-31"),
            past("level", "NER", "2010-12-31", over=1.5),
            # More than a year after the item was opened: a new question.
            past("event", "TCD", "2011-06-30"),
        ],
        BUDGETS, FIRST, LAST,
    )  # fmt: skip
    assert (told["firings"], told["items"]) == (5, 4)
    assert (told["sum_per_year"], told["items_per_year"]) == (0.5, 0.4)
    assert told["most_in_a_year"] == 3
    assert told["with_budget"] == {"opened": 3, "joined": 1, "cut": 1, "opened_per_year": 0.3}
    assert [t["cut_by_budget"] for t in told["by_tripwire"]] == [0, 1]


def test_what_stood_before_the_first_day_is_joined_and_not_counted() -> None:
    told = together([past("event", "TCD", "2009-11-30"), past("level", "TCD", "2010-01-31")], BUDGETS, FIRST, LAST)
    assert (told["firings"], told["items"]) == (1, 0)


some = st.lists(
    st.builds(
        Past,
        st.sampled_from(["event", "level"]),
        st.sampled_from("ABCDE"),
        st.dates(FIRST, LAST),
        st.floats(1, 9),
        st.just(1.0),
    ),
    unique_by=lambda f: (f.tripwire_id, f.place_id, f.on),
    max_size=40,
)


@given(some)
def test_items_are_at_most_firings_and_every_firing_has_one_fate(firings: list[Past]) -> None:
    told = together(firings, BUDGETS, FIRST, LAST)
    bound = told["with_budget"]
    assert told["items"] <= told["firings"] == len(firings)
    assert bound["opened"] + bound["joined"] + bound["cut"] == len(firings)
    assert told["items"] >= len({f.place_id for f in firings})
    assert sum(t["opened"] for t in told["by_tripwire"]) == told["items"]
    low, high = told["items_per_year_interval"]
    assert low <= told["items_per_year"] <= high
