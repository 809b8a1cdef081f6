"""What would change a forecast, and what it is like: asked of a model whose answers are known beforehand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tocsin.evidence.forecast import profiles, whatif, why
from tocsin.evidence.forecast.combine import expit
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models.onset_v1 import Inputs

TAGS = {
    "deaths_log2": ("conflict", "ucdp_brd", "battle_deaths", "Battle deaths", "log2p1"),
    "intensity": ("conflict", "ucdp_prio", "intensity", "Intensity", "identity"),
    "coups_5y": ("instability", "facts_coups", "five", "Years with coups in five", "coups"),
    "since_log2": ("instability", "facts_coups", "since", "Years since a coup", "coups"),
    "freedom": ("repression", "vdem", "freedom", "Freedom", "identity"),
    "past": ("mass_killing_history", "facts_mass_killing", "ever", "Mass killing before", "history"),
    "population_log2": ("economy", "worldbank", "SP.POP.TOTL", "Population", "log2"),
}
DECLARED = [
    SimpleNamespace(id=i, group=g, source_id=s, tag=t, label=label, transform=f, unit="")
    for i, (g, s, t, label, f) in TAGS.items()
]
WEIGHT = np.array([0.3, 0.5, 0.4, -0.2, -1.0, 2.0, 0.1])
PLACES = ("AFG", "BDI", "CHE", "DNK", "EGY")


def world(first: int = 2000, last: int = 2012) -> Design:
    chance = np.random.default_rng(4)
    years = np.repeat(np.arange(first, last + 1), len(PLACES))
    place = np.array(list(PLACES) * (last - first + 1), dtype=object)
    x = chance.integers(0, 5, size=(len(years), len(TAGS))).astype(float)
    label = np.where(years <= last - 2, (chance.uniform(size=len(years)) < 0.3).astype(float), np.nan)
    groups = tuple(group for group, *_ in TAGS.values())
    return Design(place, years, x, label, tuple(TAGS), groups)


def log_odds(x: np.ndarray) -> np.ndarray:
    return np.nan_to_num(x) @ WEIGHT - 3


def asked(design: Design) -> pl.DataFrame:
    rows = design.rows(design.year == design.year.max())
    families = whatif.families(design.columns, DECLARED, {"conflict": "Armed conflict"})
    return whatif.ask_all("t", "m", rows, design, log_odds, families, why.names(DECLARED))


def test_only_what_somebody_could_change_is_asked_and_one_fact_moves_its_columns_together():
    families = {f.id: f for f in whatif.families(tuple(TAGS), DECLARED, {"conflict": "Armed conflict"})}
    assert set(families) == {"conflict", "facts_coups", "freedom"}, "not the past, not the number of people"
    assert families["conflict"].at == (0, 1) and families["facts_coups"].at == (2, 3)


def test_the_answer_is_the_models_for_the_row_with_that_one_change():
    design = world()
    rows = design.rows(design.year == 2012)
    table = asked(design)
    assert dict(table.schema) == whatif.SCHEMA and table["place_id"].n_unique() == len(PLACES)
    for row in table.iter_rows(named=True):
        i = list(rows.place).index(row["place_id"])
        x = rows.x[i].copy()
        assert row["p_now"] == pytest.approx(expit(log_odds(x[None]))[0])
        if row["kind"] in ("lowest", "highest"):
            year = int(row["change"].split(" as in ")[1][:4])
            assert 2003 <= year < 2012, "within ten years"
            then = design.x[(design.place == row["place_id"]) & (design.year == year)][0]
            at = (0, 1) if row["indicator"] == "deaths_log2" else (4,)
            x[list(at)] = then[list(at)]
        elif row["kind"] == "none":
            x[2:4] = [0, np.log2(6)]
        else:
            z = log_odds(rows.x)
            median = rows.x[np.argsort(z, kind="stable")[len(z) // 2]]
            at = (0, 1) if row["indicator"] == "deaths_log2" else (4,)
            x[list(at)] = median[list(at)]
        assert row["p"] == pytest.approx(expit(log_odds(x[None]))[0]), row["change"]


def test_at_most_six_a_place_strongest_first_and_no_family_twice_the_same_way():
    table = asked(world())
    for _, mine in table.group_by("place_id", maintain_order=True):
        assert len(mine) <= whatif.MOST
        moved = [
            round(abs(np.log(p / (1 - p)) - np.log(n / (1 - n))), 9) for p, n in mine.select("p", "p_now").iter_rows()
        ]
        assert moved == sorted(moved, reverse=True) and min(moved) >= whatif.NOTICEABLE
        ways = [(i, p > n) for i, p, n in mine.select("indicator", "p", "p_now").iter_rows()]
        assert len(ways) == len(set(ways))
    assert table.filter(pl.col("change").str.contains("because|cause|would happen")).is_empty()


def test_what_is_not_known_is_not_asked_about():
    design = world()
    x = design.x.copy()
    x[:, 4] = np.nan
    table = asked(Design(design.place, design.year, x, design.label, design.columns, design.groups))
    assert "freedom" not in table["indicator"].to_list()
    assert "nan" not in " ".join(table["change"].to_list())


def near(design: Design, weight: np.ndarray | None = None) -> pl.DataFrame:
    rows = design.rows(design.year == design.year.max())
    past = design.x[~np.isnan(design.label)]
    given = np.full(len(TAGS), 1 / len(TAGS)) if weight is None else weight
    return profiles.nearest("t", "m", rows, design, Inputs.learn(past), given)


def test_the_nearest_are_the_nearest_one_a_place_and_never_the_place_itself_of_late():
    design = world()
    table = near(design)
    assert dict(table.schema) == profiles.SCHEMA
    inputs = Inputs.learn(design.x[~np.isnan(design.label)])
    z = inputs.standard(inputs.fill(design.x))[:, : len(TAGS)]
    at = {(p, y): z[i] for i, (p, y) in enumerate(zip(design.place, design.year, strict=True))}
    for place in PLACES:
        mine = table.filter(pl.col("place_id") == place)
        likes = list(mine.select("like_place_id", "like_year", "distance").iter_rows())
        assert len({p for p, _, _ in likes}) == len(likes)
        allowed = [
            (float(np.sqrt(((at[place, 2012] - v) ** 2).mean())), key)
            for key, v in at.items()
            if key[1] < 2012 and not (key[0] == place and 2012 - key[1] <= profiles.APART_YEARS)
        ]
        best: dict[str, float] = {}
        for far, (p, _) in sorted(allowed):
            best.setdefault(p, far)
        assert [d for _, _, d in likes] == pytest.approx(sorted(best.values())[: profiles.SHOWN])


def test_what_followed_is_told_only_where_its_two_years_are_over():
    design = world()
    table = near(design)
    for place, year, followed in table.select("like_place_id", "like_year", "onset_within").iter_rows():
        label = design.label[(design.place == place) & (design.year == year)][0]
        assert followed is None if np.isnan(label) else followed == (label > 0)
    assert table["near"].max() <= len(PLACES) * 2, "years of one place six apart: two of eleven"
    assert (table["near_onsets"] <= table["near"]).all()


def test_weights_are_how_much_each_column_moves_the_forecasts():
    design = world()
    rows = design.rows(design.year == 2012)
    weight = profiles.weights(log_odds, rows)
    assert weight.sum() == pytest.approx(1)
    reference = rows.x[np.argsort(log_odds(rows.x), kind="stable")[2]]
    moved = np.abs((rows.x - reference) * WEIGHT).mean(axis=0)
    assert weight == pytest.approx(moved / moved.sum())
    alone = near(design, np.eye(len(TAGS))[5])
    assert alone.filter(pl.col("nearness") == 1)["distance"].max() < near(design)["distance"].max()


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_interval_of_a_share_is_exact(hits, misses):
    n = hits + misses
    low, high = profiles.exact(hits, n)
    assert 0 <= low <= (hits / n if n else 0.5) <= high <= 1
    if hits > 0:
        assert binom.sf(hits - 1, n, low) == pytest.approx(0.05, abs=1e-6)
    if hits < n:
        assert binom.cdf(hits, n, high) == pytest.approx(0.05, abs=1e-6)
