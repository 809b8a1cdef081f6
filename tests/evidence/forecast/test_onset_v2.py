"""``onset_v2``: its card, its learners, who would lead, its calibration, and the interval of counts (M8, M11)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.forecast.worlds import RECIPE_V2, seed_for, world

from tocsin.catalog.models import IN_FORCE, card
from tocsin.catalog.outcomes import outcome
from tocsin.core.errors import Refused
from tocsin.evidence.forecast import counts, led_by, models, recipes, record, rolling
from tocsin.evidence.forecast.calibrate import KINDS, History, choose, choose_total
from tocsin.evidence.forecast.combine import logit
from tocsin.evidence.forecast.models import onset_v2
from tocsin.evidence.forecast.score import kept_fits

SPLIT = {"C": 0.1, "columns": ["danger", "noise", "not_there"]}


def test_the_card_is_frozen_and_the_recipe_is_the_cards():
    one = card("onset_v2")
    assert one.frozen and len(one.choices) >= 8 and any("1974-1991" in choice.rule for choice in one.choices)
    made = recipes.recipe_v2(one.columns)
    for learner in onset_v2.LEARNERS:
        assert getattr(made, learner) == one.settings[learner]
    assert [one.columns[i] for i in made.few] == one.settings["few"]
    assert recipes.recipe_v2(one.settings["few_on_panel"]).few == (0, 1, 2, 3, 4)
    assert recipes.recipe_v2(["something_else"]).few == ()
    for part in led_by.PARTS:
        assert outcome(f"mass_killing_onset_{part}").target.horizons == [2]
    assert IN_FORCE["mass_killing_onset"] == "onset_v1", "the next model stands beside it until somebody decides"


def test_the_same_seed_gives_the_same_forecasts_and_small_learners_need_their_columns():
    design = world()
    train = ~np.isnan(design.label)
    x, label = design.x[train], design.label[train]
    first, second, other = (models.fit(x, label, RECIPE_V2, seed).predict(x) for seed in (3, 3, 4))
    assert (first == second).all() and (first != other).any()
    assert models.fit(x, label, RECIPE_V2, 3).each(x).shape == (len(x), 3)
    alone = models.fit(x, label, replace(RECIPE_V2, few=()), 3)
    assert alone.each(x).shape == (len(x), 1) and np.isfinite(alone.predict(x)).all()
    with pytest.raises(Refused):
        models.fit(x, np.zeros(len(x)), RECIPE_V2, 3)


def test_a_column_training_never_saw_is_read_at_its_stand_in():
    design = world()
    train = ~np.isnan(design.label)
    x = design.x[train].copy()
    x[:, 0] = np.nan
    fitted = models.fit(x, design.label[train], replace(RECIPE_V2, few=(0, 2), stand_ins=((0, 1),)), 1)
    assert [int(fitted.inputs.used[i]) for i in fitted.small[0].at] == [1, 2]


def _parts(design, chance):
    state = np.where(design.label == 1, chance.uniform(size=len(design.label)) < 0.6, 0.0)
    others = np.where(design.label == 1, (state == 0) | (chance.uniform(size=len(state)) < 0.3), 0.0)
    unknown = np.isnan(design.label) | (design.year < 1975)
    return led_by.Parts(np.where(np.isnan(design.label), np.nan, state), np.where(unknown, np.nan, others))


@given(seed=st.integers(0, 10_000), either=st.floats(1e-4, 0.9))
@settings(max_examples=20, deadline=None)
def test_either_is_never_below_a_part_nor_above_the_sum(seed, either):
    design = world()
    split = led_by.fit(design, _parts(design, np.random.default_rng(seed)), 1988, SPLIT)
    rows = rolling.forecast_rows(design, 1988)
    p = np.full(len(rows.place), either)
    parts = split.parts(rows.x, p)
    assert (np.maximum(parts["state"], parts["non_state"]) <= p + 1e-12).all()
    assert (p <= parts["state"] + parts["non_state"] + 1e-12).all()
    assert (parts["state"] > 0).all() and (parts["non_state"] > 0).all(), "a kind never seen stays possible"


def test_the_split_learns_from_closed_windows_of_known_kind_only():
    design = world()
    parts = _parts(design, np.random.default_rng(1))
    assert led_by.fit(design, parts, 1975, SPLIT) is None, "who led is known from 1975 on: nothing has closed"
    late = design.year > 1984
    turned = led_by.Parts(np.where(late, 1 - parts.state, parts.state), np.where(late, 0.0, parts.non_state))
    rows = rolling.forecast_rows(design, 1986)
    one, two = (led_by.fit(design, labels, 1986, SPLIT).shares(rows.x) for labels in (parts, turned))
    assert (one == two).all()
    table, _ = rolling.calibrated(
        rolling.history(design, range(1974, 1990), RECIPE_V2, seed_for, model="onset_v2", workers=1), choose_total
    )
    said = led_by.history(design, parts, table, SPLIT)
    assert set(record.PARTS) <= set(said.columns)
    assert said.filter(pl.col("base_year") == 1974)["p_state"].null_count() == 24
    assert said.filter(pl.col("base_year") == 1989)["p_state"].null_count() == 0
    with pytest.raises(Refused, match="rows of this panel"):
        led_by.history(design.rows(design.place != "P00"), parts, table, SPLIT)


def test_where_the_past_cannot_tell_candidates_apart_the_total_decides():
    """Forecasts a little too high: log loss alone often keeps them; the total, where it decides, brings them nearer."""
    decided = 0
    for seed in range(25):
        chance = np.random.default_rng(seed)
        base = np.repeat(np.arange(1960, 1985), 60)
        true = chance.uniform(0.01, 0.06, size=len(base))
        label = (chance.uniform(size=len(base)) < true).astype(float)
        high = History(base, true * 1.25, label)
        plain, told = choose(high, 1984), choose_total(high, 1984)
        assert plain.trials == told.trials and set(told.trials) == set(KINDS)
        if plain.kind == "none" and told.kind != "none":
            decided += 1
            assert told.log_odds < 0, "too high is shifted down"
            closed = high.until(1984)
            assert abs(told.apply(closed.p).sum() - closed.label.sum()) < abs(closed.p.sum() - closed.label.sum())
    assert decided > 0
    few = History(base[:300], high.p[:300], label[:300])
    assert choose_total(few, 1966).kind == choose(few, 1966).kind == "none", "too few closed years"


def _forecasts(years=range(1970, 2000), places=120, seed=3, level=1.0):
    """Return places, rows and labels drawn from the forecasts themselves, ``level`` times as often as they say."""
    chance = np.random.default_rng(seed)
    place = np.tile(np.array([f"P{i}" for i in range(places)], dtype=object), len(years))
    base = np.repeat(np.array(years), places)
    p = np.tile(np.exp(chance.normal(-4, 1, size=places)).clip(0.001, 0.4), len(years))
    return place, History(base, p, (chance.uniform(size=len(p)) < np.clip(level * p, 0, 1)).astype(float))


def test_drawn_onsets_have_the_chance_that_was_forecast():
    place, rows = _forecasts()
    still = counts.Shocks(np.eye(len(counts.SPREADS))[:, [0]] * np.eye(len(counts.PERSISTENCES))[0], 0.0)
    drawn = counts.simulate(place, rows.base, rows.p, still, 7)
    assert drawn.mean(axis=0).mean() == pytest.approx(rows.p.mean(), rel=0.03)
    assert np.corrcoef(drawn.mean(axis=0), rows.p)[0, 1] > 0.97
    same = np.flatnonzero(place == place[np.argmax(rows.p)])[:2]
    both = (drawn[:, same[0]] & drawn[:, same[1]]).mean()
    assert both > 1.5 * rows.p[same[0]] ** 2, "neighbouring base years share a calendar year"


def test_years_that_go_bad_together_widen_the_interval():
    place, rows = _forecasts()
    calm, _ = counts.learn(rows), None
    chance = np.random.default_rng(9)
    shock = np.exp(chance.normal(0, 0.8, size=rows.base.max() + 1))[rows.base]
    wild = History(rows.base, rows.p, (chance.uniform(size=len(rows.p)) < np.clip(rows.p * shock, 0, 1)).astype(float))
    rough = counts.learn(wild)
    spread = [(s.weight.sum(axis=1) * counts.SPREADS).sum() for s in (calm, rough)]
    assert spread[1] > spread[0]
    totals = [counts.simulate(place, rows.base, rows.p, s, 5).sum(axis=1) for s in (calm, rough)]
    assert np.ptp(np.quantile(totals[1], [0.05, 0.95])) > np.ptp(np.quantile(totals[0], [0.05, 0.95]))


def test_the_check_counts_every_case_once_and_fails_where_forecasts_are_far_off():
    place, rows = _forecasts()
    good = counts.check(place, rows, rows, ((1985, 1989), (1990, 1999)), 1)
    assert len(good["cells"]) == 20 and len(good["eras"]) == 2
    for i, era in enumerate(good["eras"]):
        cells = good["cells"][10 * i : 10 * i + 10]
        assert sum(c["observed"] for c in cells) == era["observed"] and sum(c["rows"] for c in cells) == era["rows"]
        assert sum(c["expected"] for c in cells) == pytest.approx(era["expected"])
    assert good["cells_covered"] >= 0.8 and good["eras_covered"] == 1
    before = rows.base < 1985
    far = np.where(before, rows.label, np.minimum(rows.label + (rows.p > np.quantile(rows.p, 0.8)), 1.0))
    bad = counts.check(place, History(rows.base, rows.p, far), rows, ((1985, 1999),), 1)
    assert not bad["eras"][0]["covered"]


def test_the_interval_knows_nothing_of_the_period_it_judges():
    place, rows = _forecasts()
    turned = History(rows.base, rows.p, np.where(rows.base >= 1984, 1 - rows.label, rows.label))
    one, two = (counts.check(place, rows, past, ((1985, 1999),), 1) for past in (rows, turned))
    assert [(c["low"], c["high"]) for c in one["cells"]] == [(c["low"], c["high"]) for c in two["cells"]]


@given(st.lists(st.floats(0, 1), min_size=20, max_size=60))
def test_groups_of_risk_are_equal_and_in_order(p):
    p = np.array(p)
    group = counts.groups_of(np.full(len(p), 1990), p)
    sizes = np.bincount(group, minlength=11)[1:]
    assert sizes.sum() == len(p) and sizes.max() - sizes.min() <= 1
    order = np.argsort(p, kind="stable")
    assert (np.diff(group[order]) >= 0).all()


def test_fits_are_kept_by_what_made_them(ctx):
    design = world()
    first = kept_fits.history(ctx, design, range(1985, 1987), RECIPE_V2, "onset_v2")
    files = list((ctx.settings.store / "rolling").iterdir())
    assert len(files) == 1
    assert kept_fits.history(ctx, design, range(1985, 1987), RECIPE_V2, "onset_v2").equals(first)
    files[0].write_bytes(b"cut off")
    assert kept_fits.history(ctx, design, range(1985, 1987), RECIPE_V2, "onset_v2").equals(first)
    kept_fits.history(ctx, design, range(1985, 1987), replace(RECIPE_V2, scale_trees=2.0), "onset_v2")
    assert len(list((ctx.settings.store / "rolling").iterdir())) == 2, "another recipe is another file"


def test_the_bundled_record_fits_together_and_tells_no_label_before_its_time():
    kept = record.read(model_id="onset_v2")
    assert kept is not None and kept.about["model"] == card("onset_v2").ref
    assert dict(kept.history.schema) == record.COLUMNS | record.PARTS
    known = kept.history.filter(pl.col("p_state").is_not_null())
    assert known["base_year"].min() <= 1993 and len(known) > 4000
    assert (known["p"] >= known["p_state"] - 1e-9).all() and (known["p"] >= known["p_non_state"] - 1e-9).all()
    assert (known["p"] <= known["p_state"] + known["p_non_state"] + 1e-9).all()
    assert kept.history.filter(pl.col("base_year") < 1988)["label_non_state"].null_count() == len(
        kept.history.filter(pl.col("base_year") < 1988)
    )
    assert kept.history.filter(pl.col("base_year") == 2023)["label"].null_count() > 0
    assert np.isfinite(logit(kept.history["p"].to_numpy())).all()
