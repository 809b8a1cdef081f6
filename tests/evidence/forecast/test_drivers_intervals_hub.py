"""Drivers add up, intervals widen where inputs are missing, the forecast table is a hubverse table, runs repeat."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.forecast.worlds import RECIPE, seed_for, world

from tocsin.core.errors import Refused
from tocsin.evidence.forecast import drivers, hub, intervals, rolling, why
from tocsin.evidence.forecast.combine import expit, log_odds_mean, logit
from tocsin.evidence.forecast.models import onset_v1
from tocsin.evidence.forecast.split import Origin


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(0, 10_000))
def test_drivers_sum_to_the_distance_from_the_median(places, seed):
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(places, 5))
    weights = chance.normal(size=(5, 5))

    def log_odds(rows):
        return np.tanh(rows @ weights).sum(axis=1) + rows[:, 0] * rows[:, 3]

    shares = drivers.shapley(log_odds, x, ["a", "a", "b", "c", "d"])
    z = log_odds(x)
    assert shares.median == pytest.approx(np.median(z))
    assert shares.value.sum(axis=1) == pytest.approx(z - shares.median, abs=1e-9)


def test_drivers_of_an_additive_model_are_its_terms():
    x = np.random.default_rng(1).normal(size=(7, 3))
    shares = drivers.shapley(lambda rows: 2 * rows[:, 0] - rows[:, 1], x, ["a", "b", "c"])
    middle = x[drivers.middle(2 * x[:, 0] - x[:, 1])[0]]
    assert shares.value[:, 0] == pytest.approx(2 * (x[:, 0] - middle[0]))
    assert shares.value[:, 1] == pytest.approx(-(x[:, 1] - middle[1]))
    assert shares.value[:, 2] == pytest.approx(0, abs=1e-12)


def test_drivers_of_the_real_recipe_sum_and_name_values():
    design = world()
    fitted = rolling.fit_at(design, 1988, RECIPE, 7)
    rows = rolling.forecast_rows(design, 1988)
    names = {"danger": ("Danger", lambda v: v, "points")}
    table, shares = why.explain("mass_killing_onset", "m", rows, lambda x: logit(fitted.predict(x)), names)
    sums = dict(table.group_by("place_id").agg(pl.col("log_odds").sum()).iter_rows())
    z = logit(fitted.predict(rows.x))
    for i, place in enumerate(rows.place):
        assert sums[place] == pytest.approx(z[i] - shares.median, abs=1e-9)
    assert dict(table.schema) == why.SCHEMA
    assert table.filter(pl.col("top").str.contains(r"Danger \S+ \(\w+: \S+, points\)")).height > 0
    assert not table["top"].str.contains("median place").any()


def test_two_runs_give_equal_bytes_whatever_the_number_of_processes():
    design = world()
    rows = rolling.forecast_rows(design, 1987)
    one = rolling.fit_at(design, 1987, RECIPE, 7).predict(rows.x)
    two = rolling.fit_at(design, 1987, RECIPE, 7).predict(rows.x)
    assert one.tobytes() == two.tobytes()
    first = rolling.history(design, [1985, 1986], RECIPE, seed_for, workers=1)
    second = rolling.history(design, [1985, 1986], RECIPE, seed_for, workers=2)
    assert first.equals(second)
    train = Origin(1987).training(design)
    args = (design.place[train], design.x[train], design.label[train], rows.x)

    def learn(x, label, seed):
        return onset_v1.fit(x, label, RECIPE, seed).predict

    a = intervals.by_countries(learn, *args, seed=4, draws=3, jobs=1)
    b = intervals.by_countries(learn, *args, seed=4, draws=3, jobs=2)
    assert a.tobytes() == b.tobytes()


def test_a_hole_widens_the_interval():
    chance = np.random.default_rng(3)
    place = np.array([f"P{i}" for i in range(40) for _ in range(20)], dtype=object)
    x = chance.normal(size=(800, 2))
    label = (chance.uniform(size=800) < expit(2 * x[:, 0] - 2)).astype(float)
    target = np.vstack([[0.0, 0.0], [np.nan, 0.0], chance.normal(size=(30, 2))])

    def learn(rows, y, _):
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression().fit(rows, y)
        return lambda t: model.predict_proba(t)[:, 1]

    spread = intervals.spread(
        intervals.by_countries(learn, place, x, label, target, seed=1, draws=40), np.full((32, 1), 0.1)
    )
    assert spread.countries[1] > 2 * spread.countries[0]
    assert (spread.learners == 0).all()


def test_disagreement_of_learners_widens_the_interval():
    p = np.array([0.1, 0.1])
    each = np.array([[0.1, 0.1, 0.1, 0.1], [0.02, 0.05, 0.2, 0.4]])
    low, high = intervals.spread(np.zeros((3, 2)), each).interval(p)
    assert low[0] == pytest.approx(high[0])
    assert low[1] < 0.1 < high[1]


@given(st.lists(st.floats(0.001, 0.999), min_size=4, max_size=4))
def test_the_log_odds_mean_lies_inside_and_does_not_care_about_order(each):
    row = np.array([each])
    p = log_odds_mean(row)[0]
    assert min(each) - 1e-12 <= p <= max(each) + 1e-12
    assert log_odds_mean(row[:, ::-1])[0] == pytest.approx(p)


def test_holes_get_medians_and_flags_from_training_rows_and_stand_ins_their_means():
    x = np.array([[1.0, np.nan, 0.0], [3.0, 10.0, 2.0], [np.nan, 20.0, 2.0], [5.0, np.nan, 2.0], [3.0, np.nan, 9.0]])
    inputs = onset_v1.Inputs.learn(x, stand_ins=((1, 2),), unflagged=(1,))
    filled = inputs.fill(x)
    assert filled.shape == (5, 4)
    assert filled[2, 0] == 3 and filled[:, 3].tolist() == [0, 0, 1, 0, 0]
    assert filled[3, 1] == 15, "the mean where the stand-in has the same value"
    assert filled[4, 1] == 15, "and the median where that value was never seen with a figure"
    empty = onset_v1.Inputs.learn(np.column_stack([x[:, 0], np.full(5, np.nan)]))
    assert empty.used.tolist() == [0]
    with pytest.raises(Refused):
        onset_v1.fit(x, np.zeros(5), RECIPE, 1)


def _table(**change):
    rows = hub.rows(
        "m",
        "2024",
        "mass_killing_onset",
        ["AAA", "BBB"],
        np.array([0.1, 0.2]),
        low=np.array([0.05, 0.1]),
        high=np.array([0.3, 0.4]),
    )
    return rows.with_columns(**change) if change else rows


def test_the_forecast_table_is_hubverse():
    table = hub.checked(_table())
    assert table.columns == [
        "model_id",
        "origin",
        "target",
        "place_id",
        "horizon",
        "unit",
        "output_type",
        "output_type_id",
        "value",
    ]
    assert dict(table.schema) == hub.SCHEMA
    assert set(table["output_type"]) == {"pmf", "quantile"}
    assert set(table["horizon"]) == {2} and set(table["unit"]) == {"year"}
    conflict = hub.rows("c", "2024", "state_based_deaths_ge25", ["AAA"], np.array([0.1]))
    assert conflict["horizon"][0] == 12 and conflict["unit"][0] == "month"


def test_two_tables_are_one_in_the_order_of_the_whole_key():
    one, other = hub.checked(_table()), hub.checked(_table(model_id=pl.lit("a")))
    assert hub.joined(one, other).equals(hub.checked(pl.concat([one, other])))
    assert hub.joined(one, other.clear()).equals(one)
    with pytest.raises(Refused, match="speak for m"):
        hub.joined(one, one)


def test_a_horizon_the_target_does_not_have_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="forecast over"):
        hub.rows("m", "2024", "mass_killing_onset", ["AAA"], np.array([0.1]), horizon=3)


@pytest.mark.parametrize(
    "bad",
    [
        _table(value=pl.lit(1.2)),
        _table(value=pl.lit(None, dtype=pl.Float64)),
        pl.concat([_table(), _table()]),
        _table().drop("unit"),
        _table(value=pl.when(pl.col("output_type_id") == "0.05").then(0.5).otherwise(pl.col("value"))),
    ],
    ids=["over one", "missing", "twice", "no unit", "interval beside its number"],
)
def test_what_is_not_a_forecast_table_is_refused(bad):
    with pytest.raises(Refused):
        hub.checked(bad)
