"""Rolling origin: no fit sees the future, and what has not ended is unknown, never zero (M8)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.forecast.worlds import RECIPE, world

from tocsin.evidence.forecast import calibrate, rolling
from tocsin.evidence.forecast.baselines import zsum
from tocsin.evidence.forecast.design import Design, forward_labels
from tocsin.evidence.forecast.split import Origin


@given(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=3, max_size=12))
def test_a_label_is_known_only_when_its_whole_window_is(events):
    years = np.arange(2000, 2000 + len(events))
    label = forward_labels(np.array(["AAA"] * len(events), dtype=object), years, np.array(events))
    for i in range(len(events)):
        window = events[i + 1 : i + 3]
        if len(window) < 2 or np.isnan(window).any():
            assert np.isnan(label[i]), "an unfinished window must be unknown, even when an event was seen in it"
        else:
            assert label[i] == max(window)


def test_the_last_two_base_years_are_unknown_not_zero():
    design = world()
    last = design.year.max()
    assert np.isnan(design.label[design.year >= last - 1]).all()
    assert not np.isnan(design.label[design.year <= last - 2]).any()


@given(base=st.integers(1972, 1988))
def test_training_rows_have_closed_windows(base):
    design = world()
    train = Origin(base).training(design)
    assert (design.year[train] + 2 <= base).all()
    assert not np.isnan(design.label[train]).any()
    assert (design.year[Origin(base).forecast(design)] == base).all()


@settings(max_examples=6, deadline=None)
@given(base=st.integers(1978, 1984), value=st.sampled_from([-1e6, 0.0, 1e6]))
def test_a_planted_future_does_not_change_a_forecast(base, value):
    """Everything after the base year is overwritten: predictors and labels. The forecast must not move by a bit."""
    design = world()
    later = design.year > base
    label = design.label.copy()
    # Labels of base-1 and base look into the future too; a forecast at ``base`` may not have seen them.
    label[design.year > base - 2] = 1.0 - np.nan_to_num(label[design.year > base - 2])
    x = design.x.copy()
    x[later] = value
    planted = Design(design.place, design.year, x, label, design.columns, design.groups)
    assert _forecast(design, base).tobytes() == _forecast(planted, base).tobytes()


def test_a_planted_past_does_change_a_forecast():
    """The test above would pass on a model that reads nothing."""
    design = world()
    x = design.x.copy()
    x[design.year == 1975] += 5
    planted = Design(design.place, design.year, x, design.label, design.columns, design.groups)
    assert _forecast(design, 1980).tobytes() != _forecast(planted, 1980).tobytes()


def _forecast(design: Design, base: int) -> np.ndarray:
    return rolling.fit_at(design, base, RECIPE, 7).predict(rolling.forecast_rows(design, base).x)


def test_calibration_uses_closed_forecasts_only():
    chance = np.random.default_rng(5)
    base = np.repeat(np.arange(1974, 1996), 40)
    p = chance.uniform(0.02, 0.2, len(base))
    label = (chance.uniform(size=len(base)) < p / 2).astype(float)
    before = calibrate.choose(calibrate.History(base, p, label), 1990)
    changed = np.where(base > 1988, 1.0, label)
    after = calibrate.choose(calibrate.History(base, p, changed), 1990)
    assert before == after
    assert before.kind in ("oe", "intercept")
    assert before.log_odds < 0
    everything = calibrate.choose(calibrate.History(base, p, changed), 1996)
    assert everything.log_odds > before.log_odds


def test_calibration_keeps_out_of_the_way_when_it_has_not_helped():
    chance = np.random.default_rng(6)
    base = np.repeat(np.arange(1974, 1996), 200)
    p = chance.uniform(0.02, 0.2, len(base))
    # A rate that swings from year to year: a correction learnt from the past hits the wrong year.
    factor = np.where(base % 4 < 2, 2.0, 0.2)
    label = (chance.uniform(size=len(base)) < p * factor).astype(float)
    assert calibrate.choose(calibrate.History(base, p, label), 1996).kind == "none"
    young = calibrate.History(base[:400], p[:400], label[:400])
    assert calibrate.choose(young, 1978).kind == "none"


@given(st.floats(-3, 3))
def test_no_calibration_moves_a_place_past_another(shift):
    p = np.linspace(0.001, 0.6, 50)
    assert (np.diff(calibrate.Shift("oe", shift, {}).apply(p)) > 0).all()


def test_the_z_sum_is_standardised_on_training_years_only():
    chance = np.random.default_rng(7)
    x, label = chance.normal(3, 2, (300, 4)), (chance.uniform(size=300) < 0.1).astype(float)
    fitted = zsum.fit(x, label, np.ones(4))
    assert fitted.mean == pytest.approx(x.mean(axis=0))
    assert fitted.spread == pytest.approx(x.std(axis=0))
    assert fitted.predict(x).sum() == pytest.approx(label.sum(), rel=1e-3)
    turned = zsum.fit(np.column_stack([x[:, :3], -x[:, 3]]), label, np.array([1, 1, 1, -1.0]))
    assert turned.predict(np.column_stack([x[:, :3], -x[:, 3]])) == pytest.approx(fitted.predict(x))
    hole = np.where(np.arange(4) == 0, np.nan, x[:1])
    assert np.isfinite(fitted.predict(hole)).all()


def test_a_hole_is_filled_from_the_past_of_the_same_place_and_no_further_than_five_years():
    year = np.array([1980, 1985, 1986, 1991])
    x = np.array([[1.0], [7.0], [np.nan], [np.nan]])
    design = Design(np.array(["AAA"] * 4, dtype=object), year, x, np.full(4, np.nan), ("a",), ("g",))
    assert rolling.forecast_rows(design, 1986).x[0, 0] == 7
    assert np.isnan(rolling.forecast_rows(design, 1991).x[0, 0])
