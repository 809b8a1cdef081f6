"""Days left as a distribution (M72)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.errors import Misuse
from tocsin.options.window import Window, even, from_chances

days = st.integers(0, 800)


@given(days, st.integers(0, 900), st.integers(0, 400), st.integers(0, 30))
def test_the_chance_to_arrive_falls_with_lead_time_and_with_waiting(left, fast, more, start):
    window = even(left)
    chance = window.in_time(fast, fast + more, start)
    assert 0 <= chance <= 1
    assert window.in_time(fast, fast + more, start + 1) <= chance + 1e-12
    assert window.in_time(fast + 1, fast + more + 1, start) <= chance + 1e-12
    plain = sum(window.open_on(start + d) for d in range(fast, fast + more + 1)) / (more + 1)
    assert chance == pytest.approx(plain)


@given(days)
def test_an_even_window_is_open_today_and_closed_after_its_last_day(left):
    window = even(left)
    assert (window.open_on(0), window.last) == (1.0, left)
    assert window.open_on(left) > 0
    assert window.open_on(left + 1) == 0
    assert window.day_when(0.5) == pytest.approx(left / 2, abs=1)
    assert window.day_when(1.0) == left


def test_a_forecast_of_two_nested_ends_weighs_each_part_by_its_chance():
    """Three in ten by the end of this year (day 99), four in ten by the end of the next: three quarters come first."""
    window = from_chances([(99, 0.3), (464, 0.4)], "two years")
    assert window.open_on(100) == pytest.approx(0.25)
    assert window.open_on(50) == pytest.approx(0.625)
    assert window.last == 464
    assert window.day_when(0.75) == 99
    assert window.as_dict()["quantiles"][2] == {"closed_by": 0.5, "days": 66}


@pytest.mark.parametrize("ends", [[], [(10, 0.0)], [(10, 0.4), (5, 0.5)], [(10, 0.4), (20, 0.2)], [(10, 1.5)]])
def test_what_is_no_distribution_is_refused(ends):
    with pytest.raises(Misuse):
        from_chances(ends, "")


def test_knots_must_fall_from_one_to_nothing():
    with pytest.raises(Misuse, match="no distribution"):
        Window(((0, 0.9), (10, 0.0)), "given", "")
    with pytest.raises(Misuse, match="not possible"):
        even(-1)
