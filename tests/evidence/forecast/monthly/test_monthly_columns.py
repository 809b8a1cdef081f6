"""What months say, one month late: a gap is never a zero, and nothing later than the delay allows is read (M8, M11)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.forecast.monthly.monthly_world import FIRST, PLACES, country_months, figures, quiet, some_rows

from tocsin.core.months import month_index
from tocsin.evidence.forecast.monthly import columns
from tocsin.evidence.forecast.monthly.counts import Counts

WINDOWS = columns.Windows(6, 120, 12)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=20),
    st.integers(-3, 25),
    st.integers(1, 8),
)
def test_a_window_is_known_whole_or_not_at_all(months, last, width):
    value = np.array([[np.nan if m is None else float(m) for m in months]])
    counts = Counts(("COD",), 100, value)
    inside = range(last - width + 1, last + 1)
    wanted = [months[m] if 0 <= m < len(months) else None for m in inside]
    found = counts.whole(np.array(["COD"], dtype=object), np.array([100 + last]), width)[0]
    assert np.isnan(found) if None in wanted else found == sum(wanted)


def test_a_place_that_nobody_lists_is_not_known():
    counts = Counts(("COD",), 100, np.zeros((1, 5)))
    assert np.isnan(counts.whole(np.array(["XXX"], dtype=object), np.array([104]), 2)[0])


@settings(max_examples=25)
@given(st.integers(0, 13), st.integers(0, 2), st.integers(1, 500))
def test_deaths_of_months_that_are_not_known_yet_change_nothing(seen, place, more):
    rows = some_rows(range(2000, 2001))
    before = columns.build(rows, figures(quiet()), seen, WINDOWS)
    late = quiet()
    late[place, month_index("2000-01") - FIRST + seen - 1 :] += more
    assert np.array_equal(before, columns.build(rows, figures(late, late), seen, WINDOWS))
    in_time = quiet()
    in_time[0, month_index("2000-01") - FIRST + seen - 2] += more
    assert columns.build(rows, figures(in_time), seen, WINDOWS)[0, 0] > before[0, 0]


def test_a_missing_month_refreshes_nobody():
    rows = some_rows(range(2000, 2001))
    whole = columns.build(rows, figures(quiet()), 6, WINDOWS)
    assert not np.isnan(whole).any()
    missing = month_index("2000-02")
    assert (
        np.isnan(columns.build(rows, figures(quiet(), gap=range(missing, missing + 1)), 6, WINDOWS)).any(axis=1).all()
    )


def test_a_past_of_less_than_a_year_tells_no_rise():
    rows = some_rows(range(1990, 1991))
    assert np.isnan(columns.build(rows, figures(quiet()), 1, WINDOWS)[:, 0]).all()
    assert not np.isnan(columns.build(rows, figures(quiet()), 8, WINDOWS)).any()


def test_a_rise_is_measured_against_the_places_own_past_and_told_apart_by_state():
    deaths = quiet()
    deaths[0, :] = 10
    deaths[1, month_index("2000-01") - FIRST :] = 10
    rows = some_rows(range(2000, 2001))
    x = columns.build(rows, figures(deaths), 6, WINDOWS)
    assert x[PLACES.index("COD"), 0] == 0, "as many as ever is no rise"
    assert x[PLACES.index("RWA"), 0] == pytest.approx(np.log1p(50)), "five months of ten where none was known before"
    burning = columns.build(rows.keep(np.arange(3)), figures(deaths), 6, WINDOWS)
    assert np.array_equal(burning[:, 1], np.zeros(3))
    rows.under_way[:] = 1
    x = columns.build(rows, figures(deaths), 6, WINDOWS)
    assert x[PLACES.index("RWA"), 0] == 0
    assert x[PLACES.index("RWA"), 1] == pytest.approx(np.log1p(50))


def test_war_next_door_counts_for_neighbours_alone():
    war = quiet()
    war[PLACES.index("COD"), :] = 5
    x = columns.build(some_rows(range(2000, 2001)), figures(quiet(), war), 6, WINDOWS)
    column = columns.COLUMNS.index("neighbours_war")
    assert x[PLACES.index("RWA"), column] == pytest.approx(np.log1p(30))
    assert x[PLACES.index("COD"), column] == x[PLACES.index("NZL"), column] == 0


def test_what_is_left_open_next_door_is_not_peace():
    here = (pl.col("place_id") == "COD") & (pl.col("month") == "2000-12")
    open_ = country_months(quiet()).with_columns(state_based_deaths=pl.when(~here).then("state_based_deaths"))
    asked = some_rows(range(2001, 2002))
    x = columns.build(asked, columns.deaths(open_), 1, WINDOWS)[:, columns.COLUMNS.index("neighbours_war")]
    assert np.isnan(x[PLACES.index("RWA")]), "not known, and never a zero"
    assert x[PLACES.index("NZL")] == 0, "nobody's neighbour"
    assert columns.build(asked, figures(quiet()), 1, WINDOWS)[PLACES.index("RWA"), 0] == 0


def test_recent_months_grow_with_the_year():
    assert [WINDOWS.width(seen) for seen in (0, 1, 6, 7, 8, 13)] == [6, 6, 6, 6, 7, 12]
