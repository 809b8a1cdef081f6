"""The record of monthly violence: losses first, parts put together; what was kept is of its own inputs (M68)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.evidence.forecast.violence import months

from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import hub
from tocsin.evidence.forecast.violence import figures, judge, kept, live, page, text, thresholds


@pytest.fixture(scope="module")
def judged():
    """A test year of the small world, as the record has it."""
    here = months.made()
    chances = judge.threshold_year(here, 1995, months.RECIPE, 1)
    counts = judge.count_year(here, "os", 1995, months.RECIPE, 1, (1, 3, 15), 6)
    return here, chances, counts


@pytest.fixture(scope="module")
def result(judged):
    """The scores of that year in the shape of ``tocsin score violence``."""
    _, chances, counts = judged
    return figures.plain(
        {
            "model": "violence_v1",
            "card": 1,
            "test_years": [1995, 1995],
            "newest_label": "1996-12",
            "inputs_sha256": "abc",
            "looks": 0,
            "thresholds": [
                {"floor": f, "horizon": h, **figures.threshold(rows, 1, 20)} for (f, h), rows in chances.items()
            ],
            "counts": {"one_sided_deaths": figures.count(counts, 1, 20)},
        }
    )


def test_a_test_year_has_the_origins_december_to_november_and_whole_windows(judged):
    here, chances, _ = judged
    for (_, horizon), rows in chances.items():
        assert rows.origin.min() == 1995 * 12 - 1 and rows.origin.max() <= 1995 * 12 + 10
        assert (rows.origin + horizon <= here.cube.last).all()
        assert set(np.unique(rows.seen)) <= {0.0, 1.0}
        for parts in rows.by_model.values():
            assert ((parts["p"] >= 0) & (parts["p"] <= 1)).all()
    assert set(chances) == set(thresholds.QUESTIONS)


def test_conflictology_against_itself_is_one(result):
    told = result["counts"]["one_sided_deaths"]["all"]["models"]["conflictology"]
    assert told["ratio_pooled"] == pytest.approx(1) and told["ratio_years"] == pytest.approx(1)
    assert told["ratio_pooled_95"] == pytest.approx([1, 1])


def test_the_page_names_losses_before_scores_and_says_what_looks_ahead(result):
    said = page.page_text(result, ())
    assert said.index("## Where it loses") < said.index("## Chances of reaching a floor")
    assert "its January knows what December brings" in said and "Not measured yet" in said
    worse = next(
        (o, k, r)
        for o in result["thresholds"]
        for k in ("all", "quiet")
        for r, d in o[k]["differences"].items()
        if (d["ap"]["est"] or 0) < 0
    )
    one, kind, rival = worse
    line = f"- {page._question(one)}, {page.ROWS[kind]}: average precision"
    assert any(row.startswith(line) and rival in row for row in said.splitlines())


def test_the_terminal_shows_every_model_and_a_dash_where_a_score_is_not_defined(result):
    said = text.table(result)
    for model in text.MODELS:
        assert model in said
    assert "nan" not in said


def test_parts_scored_apart_are_put_together_and_other_inputs_refused(result, tmp_path):
    chances = {k: v for k, v in result.items() if k != "counts"}
    counted = {k: v for k, v in result.items() if k != "thresholds"}
    files = []
    for name, part in (("a", chances), ("b", counted)):
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(part))
    written = page.publish(files, tmp_path / "page.md", tmp_path / "figures.json")
    told = json.loads(written[0].read_text())
    assert told["thresholds"] and told["counts"] and "looks_log" in told
    assert told["inputs_sha256_by_part"] == {"thresholds": "abc", "one_sided_deaths": "abc"}
    files[1].write_text(json.dumps({**counted, "newest_label": "1999-12"}))
    with pytest.raises(Refused, match="another newest_label"):
        page.publish(files, tmp_path / "page.md", tmp_path / "figures.json")
    files[1].write_text(json.dumps(counted))
    views = {
        "vintage": "two",
        "windows": [{"year": 2018, "rows": 3, "scored": 2, "released_all_rows": 14.48, "a": 1.0}],
    }
    one = {"pooled": 0.9, "pooled_95": [0.8, 1.0], "years": 0.95, "years_95": [0.9, 1.1]}
    (tmp_path / "views.json").write_text(json.dumps({**views, "ratios": {"released": {"a": one}}}))
    page.publish([*files, tmp_path / "views.json"], tmp_path / "page.md", tmp_path / "figures.json")
    assert "| `a` ÷ released | 0.900 [0.800, 1.000] | 0.950 [0.900, 1.100] |" in (tmp_path / "page.md").read_text()
    with pytest.raises(Misuse, match="no scoring"):
        page.publish([tmp_path / "views.json"], tmp_path / "page.md", tmp_path / "figures.json")
    files[1].write_text("{}")
    with pytest.raises(Refused, match="no scoring"):
        page.publish(files[1:], tmp_path / "page.md", tmp_path / "figures.json")
    with pytest.raises(Misuse, match="no file"):
        page.publish([tmp_path / "absent.json"], tmp_path / "page.md", tmp_path / "figures.json")


@pytest.fixture(scope="module")
def said():
    """What is said of the newest month of the small world: two months provisional, the one before them missing."""
    table = months.deaths().with_columns(provisional=pl.col("month") >= "1996-11")
    here = months.made(table.filter(pl.col("month") != "1996-10"))
    return live._forecast(here, months.RECIPE, months.PLACES[:-1], 1)


def test_asked_of_kept_learners_it_says_the_same_to_the_last_bit(said, ctx, monkeypatch):
    """And a month that teaches nothing, because it is provisional, is asked of the learners there are."""
    table = months.deaths().with_columns(provisional=pl.col("month") >= "1996-11")
    here = months.made(table.filter(pl.col("month") != "1996-10"))
    newest = (pl.col("month") == "1996-12") & (pl.col("one_sided_deaths") > 0)
    revised = pl.when(newest).then(pl.col("one_sided_deaths") + 7).otherwise(pl.col("one_sided_deaths"))
    before = months.made(table.filter(pl.col("month") != "1996-10").with_columns(one_sided_deaths=revised))
    live._forecast(before, months.RECIPE, months.PLACES[:-1], 1, ctx)
    (kept_in,) = (ctx.settings.store / "fits").iterdir()
    for learner in (live.counts, live.thresholds):
        monkeypatch.setattr(learner, "fit", lambda *_: pytest.fail("it is kept"))
    again, _ = live._forecast(here, months.RECIPE, months.PLACES[:-1], 1, ctx)
    assert again.equals(said[0])
    assert list((ctx.settings.store / "fits").iterdir()) == [kept_in]


def test_every_listed_place_is_spoken_of_and_the_table_is_a_hub_table(said):
    rows, about = said
    checked = hub.checked(rows)
    assert set(checked["place_id"]) == set(months.PLACES[:-1])
    assert set(checked["model_id"]) == set(live.MODELS)
    assert set(checked["origin"]) == {"1996-12"}
    ours = checked.filter(pl.col("model_id") == "violence_v1")
    for target in ("one_sided_deaths", "state_based_deaths"):
        mine = ours.filter(pl.col("target") == target)
        assert set(mine["horizon"]) == set(range(1, 37))
        assert set(mine["output_type"]) == {"quantile", "sample"}
    assert about["learnt_to"] == "1996-09" and about["provisional"] and about["missing_of_last_12"] == 1
    assert set(about["flagged"]) == set(months.PLACES[:-1])
    assert any("drawn wider" in line for line in live._degraded(about))


def test_chances_of_a_run_are_in_order(said):
    rows, _ = said
    yes = rows.filter((pl.col("model_id") == "violence_v1") & (pl.col("output_type_id") == "yes"))
    table = {(t, h, p): v for t, h, p, v in yes.select("target", "horizon", "place_id", "value").iter_rows()}
    for floor, horizon in thresholds.QUESTIONS:
        for place in months.PLACES[:-1]:
            p = table[live.outcome(floor), horizon, place]
            for other in thresholds.HORIZONS:
                if other > horizon:
                    assert table[live.outcome(floor), other, place] >= p
            for other in thresholds.FLOORS:
                if other > floor:
                    assert table[live.outcome(other), horizon, place] <= p


def test_kept_rows_are_read_for_their_own_inputs_alone_and_only_whole(said, tmp_path: Path):
    rows, about = said
    made_from = kept.key("content", months.PLACES, 1)
    assert made_from != kept.key("content", months.PLACES[:-1], 1) != kept.key("content", months.PLACES[:-1], 2)
    assert kept.read(made_from, tmp_path) is None
    table, _ = kept.write(rows, about, made_from, tmp_path)
    found = kept.read(made_from, tmp_path)
    assert found is not None
    assert found[0].equals(rows) and found[1] == about
    assert kept.read("another", tmp_path) is None
    table.write_bytes(table.read_bytes()[:-9])
    assert kept.read(made_from, tmp_path) is None


def test_the_bundled_months_are_of_the_bundled_figures(tmp_path: Path):
    """A refresh of a fresh install reads them: made on other figures they would be passed over, and cost a minute."""
    from tocsin.core.context import Context
    from tocsin.core.settings import Settings
    from tocsin.evidence.forecast.models.violence_v1 import recipe
    from tocsin.evidence.panel import country_year
    from tocsin.evidence.store import load_tables

    ctx = Context(settings=Settings(home=tmp_path))
    tables = load_tables(ctx)
    panel = country_year(tables, first=live.FIRST_YEAR, last=2024)
    here = live.world(tables.country_month, panel, recipe())
    covered = panel.filter(pl.col("year") == 2024)["place_id"].to_list()
    made_from = kept.key(here.content_hash(recipe()), covered, ctx.seed_for("violence_v1"))
    found = kept.read(made_from)
    assert found is not None, "the bundled months are of other figures or code; make them anew: tocsin score months"
    assert set(hub.checked(found[0])["place_id"]) == set(covered)
