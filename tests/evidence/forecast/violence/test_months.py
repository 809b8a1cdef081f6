"""Monthly violence: what is known at an origin, what may be learnt, and that a hole is never calm (M11, M67)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.evidence.forecast.violence import months

from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.evidence.forecast.models.violence_v1 import distributions, probabilities
from tocsin.evidence.forecast.violence import counts, thresholds
from tocsin.evidence.forecast.violence.cube import cube, nearest
from tocsin.evidence.forecast.violence.stack import stack

ORIGIN = month_index("1995-06")


def after(table: pl.DataFrame, month: str, deaths: int) -> pl.DataFrame:
    """The table with other deaths in every month after one."""
    late = pl.col("month") > month
    return table.with_columns(
        pl.when(late).then(deaths).otherwise(pl.col(c)).alias(c) for c in ("one_sided_deaths", "state_based_deaths")
    )


def without(table: pl.DataFrame, *gone: str) -> pl.DataFrame:
    return table.filter(~pl.col("month").is_in(gone))


def test_no_predictor_of_an_origin_reads_a_later_month():
    told, changed = months.made(), months.made(after(months.deaths(), "1995-06", 9999))
    np.testing.assert_array_equal(told.features.at(ORIGIN).x, changed.features.at(ORIGIN).x)
    assert (told.features.at(ORIGIN + 1).x != changed.features.at(ORIGIN + 1).x).any()


def test_a_yearly_figure_is_read_from_july_of_the_next_year_on():
    later = months.panel().with_columns(
        population_log2=pl.when(pl.col("year") == 1994).then(99.0).otherwise(pl.col("population_log2"))
    )
    from tocsin.evidence.forecast.violence.world import world

    here = world(months.deaths(), later, months.RECIPE)
    column = here.train.columns.index("population_log2")
    assert not (here.features.at(month_index("1995-06")).x[:, column] == 99).any()
    assert (here.features.at(month_index("1995-07")).x[:, column] == 99).all()


def test_forecasts_learn_nothing_after_their_month():
    """Deaths after the closing month are changed beyond recognition: no forecast made at it may move."""
    said = []
    for table in (months.deaths(), after(months.deaths(), "1995-06", 5000)):
        here = months.made(table)
        rows = here.train.keep(here.train.origin == ORIGIN)
        grid = probabilities(here.train, rows, here.final, ORIGIN, months.RECIPE, 1)
        ahead = dict(distributions(here.train, rows, here.final, "os", ORIGIN, months.RECIPE, 1, (1, 5, 20)))
        said.append((grid.p, *(ahead[lead]["violence_v1"] for lead in (1, 5, 20))))
    for one, other in zip(*said, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_rows_a_forest_learns_from_have_ended():
    here = months.made()
    for span in counts.SPANS:
        learnt = counts.training(here.train, here.final, "os", span, ORIGIN, 5, 3)
        assert (here.train.origin[learnt.rows] + learnt.lead <= ORIGIN).all()
        assert learnt.lead.min() >= span[0] and learnt.lead.max() <= span[1]


def test_a_window_with_a_month_missing_has_no_label_and_a_month_missing_is_no_zero():
    whole, thin = months.made(), months.made(without(months.deaths(), "1995-08"))
    at = thin.cube
    assert np.isnan(at.month("os", month_index("1995-08"))).all()
    assert np.isnan(at.total("os", ORIGIN, 3)).all()
    assert not np.isnan(at.total("os", ORIGIN, 1)).any()
    assert not np.isnan(whole.cube.total("os", ORIGIN, 3)).any()


def test_a_sum_is_scaled_for_a_hole_and_not_known_behind_a_large_one():
    gone = ("1995-02", "1995-04", "1995-05")
    whole, thin = months.made(), months.made(without(months.deaths(), *gone))
    six = thin.features.total("os", ORIGIN, 6)
    counted = sum(whole.cube.month("os", month_index(m)) for m in ("1995-01", "1995-03", "1995-06"))
    assert np.isnan(six).all(), "three of six months counted are fewer than six in ten"
    nine = thin.features.total("os", ORIGIN, 10)
    kept = counted + sum(whole.cube.month("os", month_index(m)) for m in ("1994-09", "1994-10", "1994-11", "1994-12"))
    np.testing.assert_allclose(nine, kept / 7 * 10)


def test_months_since_are_not_known_behind_a_hole():
    table = months.deaths().with_columns(one_sided_deaths=pl.when(pl.col("month") == "1995-01").then(500).otherwise(0))
    whole = months.made(table).features.since("os", ORIGIN, 25)
    assert set(whole) == {5.0}
    assert np.isnan(months.made(without(table, "1995-03")).features.since("os", ORIGIN, 25)).all()
    assert set(months.made(without(table, "1994-12")).features.since("os", ORIGIN, 25)) == {5.0}


def test_a_place_with_holes_is_forecast_wider_and_flagged_and_nobody_is_dropped():
    table = months.deaths()
    hole = table.filter(~((pl.col("place_id") == "COD") & pl.col("month").is_in(["1995-03", "1995-04"])))
    said = {}
    for name, months_ in (("whole", table), ("hole", hole)):
        here = months.made(months_)
        rows = stack(here.features, [ORIGIN])
        grid = probabilities(here.train, rows, here.final, ORIGIN, months.RECIPE, 1)
        said[name] = (rows, grid)
    rows, grid = said["hole"]
    assert set(rows.place) == set(months.PLACES)
    assert dict(zip(rows.place, rows.holes, strict=True)) == {p: (2 if p == "COD" else 0) for p in months.PLACES}
    assert not np.isnan(grid.p).any()


@given(arrays(float, (4, 100), elements=st.floats(0, 1e6)), st.integers(1, 12))
def test_more_missing_months_draw_a_distribution_wider_and_none_leaves_it(raw, holes):
    quantiles = np.sort(raw, axis=1)
    np.testing.assert_array_equal(counts.widened(quantiles, np.zeros(4, int)), quantiles)
    wide = counts.widened(quantiles, np.full(4, holes))
    assert (np.diff(wide, axis=1) >= -1e-6 * (1 + wide[:, 1:])).all() and (wide >= 0).all()
    middle = (quantiles[:, 49] + quantiles[:, 50]) / 2
    assert (wide[:, 99] >= np.minimum(quantiles[:, 99], wide[:, 99].max()) * (1 - 1e-9) - 1e-6).all()
    assert (wide[:, 0] <= quantiles[:, 0] * (1 + 1e-9) + 1e-6).all() and (middle >= 0).all()


@given(arrays(float, (5, 3, 4), elements=st.floats(0, 1)))
def test_a_chance_never_rises_with_the_floor_nor_falls_with_the_horizon(grid):
    made = thresholds.ordered(grid)
    assert (np.diff(made, axis=1) <= 0).all() and (np.diff(made, axis=2) >= 0).all()
    np.testing.assert_array_equal(thresholds.ordered(made), made)
    np.testing.assert_allclose(np.sort(made.reshape(5, -1)), np.sort(grid.reshape(5, -1)))


def test_the_grid_and_its_interval_are_in_order_and_hold_the_forecast():
    here = months.made()
    rows = here.train.keep(here.train.origin == ORIGIN)
    grid = probabilities(here.train, rows, here.final, ORIGIN, months.RECIPE, 1)
    low, high = grid.interval()
    for p in (grid.p, low, high):
        assert (np.diff(p, axis=1) <= 1e-12).all() and (np.diff(p, axis=2) >= -1e-12).all()
    assert (low <= grid.p).all() and (grid.p <= high).all() and (high > low).any()


def test_one_class_alone_gives_the_rate_and_no_false_certainty():
    x = np.arange(40.0).reshape(20, 2)
    fitted = thresholds.fit(x, np.zeros(20), np.array(["A"] * 20), months.RECIPE.thresholds, 1)
    assert 0 < fitted.predict(x)[0] < 0.05


def test_quantiles_of_counts_rise_and_every_model_speaks_of_every_place():
    here = months.made()
    rows = here.train.keep(here.train.origin == ORIGIN)
    for _, parts in distributions(here.train, rows, here.final, "sb", ORIGIN, months.RECIPE, 1, (1, 3, 15)):
        for quantiles in parts.values():
            assert quantiles.shape == (len(months.PLACES), 100)
            assert (np.diff(quantiles, axis=1) >= 0).all() and (quantiles >= 0).all()


def test_neighbours_are_the_five_nearest_that_exist():
    exists = np.ones(len(months.PLACES), bool)
    weight = nearest(months.PLACES, exists)
    at = {p: i for i, p in enumerate(months.PLACES)}
    assert (weight.sum(axis=1) == 5).all() and (np.diag(weight) == 0).all()
    assert weight[at["RWA"], at["UGA"]] and weight[at["BEL"], at["FRA"]] and not weight[at["RWA"], at["SWE"]]
    exists[at["UGA"]] = False
    assert not nearest(months.PLACES, exists)[:, at["UGA"]].any()


def test_no_month_at_all_is_refused():
    with pytest.raises(Refused, match="no month"):
        cube(months.deaths().clear())


def test_provisional_months_are_read_and_never_learnt_from():
    table = months.deaths().with_columns(provisional=pl.col("month") >= "1996-07")
    here = months.made(table)
    assert here.last_final == month_index("1996-06")
    assert here.train.origin.max() <= month_index("1996-06")
    assert np.isnan(here.final.month("os", month_index("1996-08"))).all()
    assert not np.isnan(here.features.total("os", month_index("1996-08"), 3)).any()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.1, 0.2, 0.9]), st.integers(0, 3)), min_size=2, max_size=40))
def test_scores_made_quickly_are_the_scores(rows):
    from tocsin.evidence.forecast.violence import figures

    y, p, w = (np.array([r[i] for r in rows], float) for i in range(3))
    if not 0 < (w * y).sum() < w.sum():
        return
    made = figures._quickly(y, p)(w)
    for name, metric in figures.METRICS.items():
        assert made[name] == pytest.approx(metric(y, p, w))
