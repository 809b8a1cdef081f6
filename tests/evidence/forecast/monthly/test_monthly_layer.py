"""The layer itself: a penalised logit on an offset, and a rolling record that cannot see what came later (M8)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.forecast.monthly.monthly_world import FIRST, PLACES, figures, quiet, some_rows

from tocsin.catalog.models import card, looks
from tocsin.core.errors import Refused
from tocsin.core.months import month_index
from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.models import onset_monthly_v1 as layer
from tocsin.evidence.forecast.monthly import columns, rolling

ONSETS = {("COD", 1991), ("RWA", 1994), ("COD", 1996), ("NZL", 1998), ("RWA", 2001), ("COD", 2003)}


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.5, 50))
def test_the_fit_is_the_penalised_maximum(seed, ridge):
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(60, 3)) * [1, 5, 0.1]
    yearly = chance.uniform(0.01, 0.3, size=60)
    label = (chance.uniform(size=60) < expit(logit(yearly) + x[:, 0])).astype(float)
    label[:2] = 0, 1
    found = layer.fit(yearly, x, label, ridge)
    p = found.predict(yearly, x)
    z = (x - found.centre) / found.scale
    assert p.sum() == pytest.approx(label.sum(), abs=1e-3), "the intercept is free: as many expected as observed"
    assert z.T @ (label - p) == pytest.approx(ridge * found.weight, abs=1e-3)


def test_without_columns_only_the_level_is_learnt():
    yearly = np.linspace(0.01, 0.4, 50)
    label = (np.arange(50) % 10 == 0).astype(float)
    p = layer.fit(yearly, np.zeros((50, 0)), label, 10.0).predict(yearly, np.zeros((50, 0)))
    assert p.sum() == pytest.approx(5, abs=1e-4)
    assert (np.diff(p) > 0).all(), "ranks stay those of the yearly forecast"


def test_holes_and_one_class_are_refused():
    with pytest.raises(Refused, match="no onset"):
        layer.fit(np.full(4, 0.1), np.zeros((4, 1)), np.zeros(4), 1.0)
    with pytest.raises(Refused, match="hole"):
        layer.fit(np.full(4, 0.1), np.array([[np.nan], [0], [0], [0]]), np.array([0, 1, 0, 1.0]), 1.0)


def _deaths():
    return np.random.default_rng(5).poisson(2.0, size=quiet().shape)


def test_what_comes_after_cannot_reach_a_forecast():
    made, year = rolling.settings(), 1998
    rows = some_rows(range(1990, 2005), ONSETS)
    first = rolling.forecast(rows, figures(_deaths()), 4, [year], made)
    later = some_rows(range(1990, 2005), {key for key in ONSETS if key[1] < year} | {("NZL", 1999), ("RWA", 1998)})
    deaths = _deaths()
    deaths[:, month_index(f"{year}-04") - FIRST :] = 99
    second = rolling.forecast(later, figures(deaths), 4, [year], made)
    of_year = rows.year == year
    assert np.array_equal(first.p[of_year], second.p[of_year])
    deaths[0, month_index(f"{year}-03") - FIRST] += 50
    third = rolling.forecast(later, figures(deaths), 4, [year], made)
    assert third.p[of_year][PLACES.index("COD")] != first.p[of_year][PLACES.index("COD")]


def test_a_year_without_months_keeps_the_yearly_forecast_and_says_so():
    gap = range(month_index("1999-01"), month_index("2000-12") + 1)
    rows = some_rows(range(1990, 2005), ONSETS)
    seen = rolling.forecast(rows, figures(_deaths(), gap=gap), 4, [1998, 2000, 2003], rolling.settings())
    for year, refreshed in ((1998, True), (2000, False), (2003, True)):
        of_year = rows.year == year
        assert (seen.refreshed[of_year] == refreshed).all()
        assert (seen.p[of_year] == seen.one_year[of_year]).all() != refreshed
    assert not rolling.training(rows, columns.build(rows, figures(_deaths(), gap=gap), 4, rolling.settings().windows),
                                2003, 1990)[rows.year == 2000].any()  # fmt: skip


def test_the_card_is_frozen_holds_its_choices_and_every_look_is_counted():
    one = card(rolling.MODEL)
    assert one.frozen and one.outcome == "mass_killing_onset_this_year"
    assert any("1994-2004" in choice.rule for choice in one.choices)
    assert any("REIGN" in gap for gap in one.training.gaps)
    made = rolling.settings()
    assert (made.windows.recent, made.ridge) == (one.settings["recent_months"], one.settings["ridge"])
    seen = looks(rolling.MODEL)
    assert seen and all(look.model == rolling.MODEL and look.changed for look in seen)
