"""A refresh: what it warns of, what the budget cuts, what it confesses, and that it repeats itself to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.evidence import small

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.settings import Settings
from tocsin.evidence import history, run_folder
from tocsin.evidence import refresh as room

Run = Callable[..., room.Refreshed]


def read(run: room.Refreshed) -> dict[str, Any]:
    return {name: json.loads((run.folder / f"{name}.json").read_bytes()) for name in ("run", "warnings", "sources")}


def ids(said: dict[str, Any], which: str = "warnings") -> set[str]:
    return {w["warning_id"] for w in said["warnings"][which]}


def test_the_first_refresh_warns_within_the_budget_and_lists_what_was_cut(run: Run) -> None:
    said = read(run(tables=small.tables({("SSD", "2024-11"): 300})))
    assert ids(said) == {
        "event_one_sided.v1.SSD.2024-11",
        "forecast_level_further.v1.MMR.2024",
        "forecast_level_further.v1.SDN.2024",
        "forecast_level.v1.TCD.2024",
        "forecast_level.v1.COD.2024",
        "forecast_level.v1.NGA.2024",
        "forecast_level.v1.PAK.2024",
        "forecast_rise.v1.NER.2024",
        "forecast_level.v1.NER.2024",
    }
    cut = {(c["tripwire_id"], c["place_id"]) for c in said["run"]["budget"]["cut"]}
    assert cut == {("forecast_level_further", "BFA")} | {("forecast_level", p) for p in ("ETH", "IND", "MLI", "CAF")}
    assert ids(said, "cut").isdisjoint(ids(said))
    places = {w["place_id"] for w in said["warnings"]["warnings"]}
    assert len(places) == 8


def test_a_place_cut_by_one_tripwire_and_opened_by_another_joins(run: Run) -> None:
    said = read(run())
    assert {"forecast_rise.v1.NER.2024", "forecast_level.v1.NER.2024"} <= ids(said)
    assert len(said["run"]["budget"]["spent"]) == len({s["place_id"] for s in said["run"]["budget"]["spent"]})


def test_the_snapshot_is_said_once_and_nothing_is_silent(run: Run) -> None:
    said = read(run())
    assert said["run"]["snapshot"] is True
    assert said["run"]["snapshot_note"] == "figures to 2024; connect live sources"
    assert said["run"]["mass_killings_to"] == 2023, "the last year the made-up list dates"
    assert not [w for w in said["warnings"]["warnings"] if w["kind"] == "silence"]


def test_the_note_says_how_far_the_months_go_and_old_quarantine_is_no_degradation(run: Run) -> None:
    monthly = small.source("ucdp_ged", newest="2026-02", quarantined=2)
    listed = [small.source("facts_mass_killing"), monthly, small.source("vdem")]
    said = read(run(tables=small.tables(sources=listed)))["run"]
    assert said["snapshot_note"] == "figures to 2024 (monthly deaths to 2026-02); connect live sources"
    assert not any("quarantined" in line for line in said["degraded"])
    live = small.source("ucdp_ged", status="loaded", retrieved_at="2026-11-20T00:00:00Z", quarantined=2)
    said = read(run(tables=small.tables(sources=[listed[0], live, listed[2]])))["run"]
    assert any("2 rows are quarantined" in line for line in said["degraded"])


def test_a_source_once_loaded_falls_silent(run: Run) -> None:
    loaded = small.source(
        "ucdp_ged", status="loaded", retrieved_at="2026-08-01T00:00:00Z", last_good="2026-08-01T00:00:00Z"
    )
    said = read(run(tables=small.tables(sources=[small.source("facts_mass_killing"), loaded, small.source("vdem")])))
    assert [w["source_id"] for w in said["warnings"]["warnings"] if w["kind"] == "silence"] == ["ucdp_ged"]


def test_the_same_inputs_give_the_same_run_and_the_same_bytes(
    run: Run, ctx: Context, clock: Any, tmp_path: Path
) -> None:
    one = run()
    elsewhere = Context(settings=Settings(home=tmp_path / "elsewhere"), clock=clock)
    (tmp_path / "elsewhere").mkdir()
    (ctx.settings.home / "armed").rename(tmp_path / "elsewhere" / "armed")
    clock.move(hours=3)
    two = run(by=elsewhere)
    assert one.run_id == two.run_id
    for file in sorted(one.folder.iterdir()):
        assert file.read_bytes() == (two.folder / file.name).read_bytes(), file.name


def test_refreshing_again_with_nothing_changed_gives_the_run_that_is_there(run: Run, ctx: Context) -> None:
    one, two = run(), run()
    assert (two.run_id, two.reused) == (one.run_id, True)
    assert len(list(ctx.settings.runs.iterdir())) == 1


def test_the_same_figures_never_warn_twice(run: Run) -> None:
    first = read(run("2026-11-23"))
    newer = small.tables(
        sources=[small.source("facts_mass_killing", release="r2"), small.source("ucdp_ged"), small.source("vdem")]
    )
    second = read(run("2026-11-23", tables=newer))
    assert second["run"]["after"] == first["run"]["run_id"]
    assert second["run"]["sequence"] == 2
    assert ids(second) == set()
    assert ids(second, "cut") == ids(first, "cut")


def test_what_the_budget_cut_comes_through_when_the_year_has_rolled_on(run: Run, clock: Any) -> None:
    first = read(run("2026-11-23"))
    clock.move(days=365)
    newer = small.tables(
        sources=[small.source("facts_mass_killing", release="r2"), small.source("ucdp_ged"), small.source("vdem")]
    )
    later = read(run((date(2026, 11, 23) + timedelta(days=365)).isoformat(), tables=newer))
    assert ids(later) == ids(first, "cut")


def test_an_earlier_day_does_not_know_later_runs(run: Run) -> None:
    run("2026-11-23")
    assert read(run("2026-11-01"))["run"]["after"] is None


def test_what_a_look_back_says_is_said_to_nobody_and_silences_no_later_warning(run: Run, ctx: Context) -> None:
    first = read(run("2026-11-23"))
    assert "look_back" not in first["run"]
    back = read(run("2026-11-01"))
    assert back["run"]["look_back"]
    assert ids(back), "it warns on its own page"
    runs = history.earlier(ctx.settings.runs, date(2026, 11, 23))
    assert history.warned(runs) == ids(first)
    assert {s.on for s in history.spent(runs)} <= {date(2026, 11, 23)}


def test_a_run_with_hindsight_stands_behind_no_run_without(run: Run, ctx: Context) -> None:
    folder = run("2026-11-01").folder
    info = folder / "run.json"
    info.write_text(json.dumps(json.loads(info.read_bytes()) | {"hindsight": ["vdem"]}))
    manifest = json.loads((folder / run_folder.MANIFEST).read_bytes())
    manifest["sha256"]["run.json"] = run_folder.sha256(info.read_bytes())
    (folder / run_folder.MANIFEST).write_text(json.dumps(manifest))
    assert len(history.earlier(ctx.settings.runs, date(2026, 11, 23), hindsight=True)) == 1
    assert history.earlier(ctx.settings.runs, date(2026, 11, 23)) == []


def test_a_day_that_has_not_come_is_refused(run: Run) -> None:
    with pytest.raises(Refused, match="has not come"):
        run("2026-11-24")


def test_a_month_that_is_not_known_does_not_fire_and_is_not_a_zero(run: Run) -> None:
    gone = {("SSD", f"2024-{m:02d}"): None for m in range(1, 13)}
    said = read(run(tables=small.tables(gone)))
    assert not [w for w in said["warnings"]["warnings"] if w["kind"] == "event"]


def test_no_month_known_at_all_is_one_warning_not_one_a_place(run: Run) -> None:
    world = small.tables()
    world.country_month = world.country_month.clear()
    said = read(run(tables=world))
    unable = [w for w in said["warnings"]["warnings"] if w["source_id"] == "event_one_sided"]
    assert [w["kind"] for w in unable] == ["silence"]
    assert any("could not be evaluated" in d for d in said["run"]["degraded"])


def test_a_tripwire_that_is_not_armed_is_confessed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    known = room.armed.state
    monkeypatch.setattr(room.armed, "state", lambda c, t: None if t.id == "forecast_rise" else known(c, t))
    assert any("forecast_rise is not armed" in d for d in read(run())["run"]["degraded"])


def test_a_thinned_input_never_lowers_a_risk(run: Run, clock: Any) -> None:
    run("2026-11-23")
    clock.move(days=1)
    thinned = small.evidence({**small.RISKS, "COD": 0.01, "PAK": 0.01}, present={"COD": 20})
    other = small.tables(
        sources=[small.source("facts_mass_killing", release="r2"), small.source("ucdp_ged"), small.source("vdem")]
    )
    after = run("2026-11-24", tables=other, evidence=thinned)
    import polars as pl

    yes = pl.read_parquet(after.folder / "forecasts.parquet").filter(output_type_id="yes", model_id="onset_v1")
    risks = dict(yes.select("place_id", "value").iter_rows())
    assert risks["COD"] == small.RISKS["COD"]
    assert risks["PAK"] == 0.01
    covered = pl.read_parquet(after.folder / "coverage.parquet")
    assert covered.filter(pl.col("stale"))["place_id"].to_list() == ["COD"]
    assert any("1 places (COD)" in d or "COD" in d for d in read(after)["run"]["degraded"])


def test_a_place_that_vanishes_keeps_its_last_forecast(run: Run, clock: Any) -> None:
    run("2026-11-23")
    clock.move(days=1)
    fewer = small.evidence({k: v for k, v in small.RISKS.items() if k != "TCD"})
    other = small.tables(
        sources=[small.source("facts_mass_killing", release="r2"), small.source("ucdp_ged"), small.source("vdem")]
    )
    after = run("2026-11-24", tables=other, evidence=fewer)
    import polars as pl

    assert "TCD" in pl.read_parquet(after.folder / "coverage.parquet")["place_id"].to_list()
    assert not pl.read_parquet(after.folder / "forecasts.parquet").filter(place_id="TCD").is_empty()


def test_a_damaged_earlier_run_stops_the_refresh_and_nothing_is_written(run: Run, ctx: Context) -> None:
    one = run()
    with (one.folder / "forecasts.parquet").open("r+b") as file:
        file.write(b"spoilt")
    before = {p: p.read_bytes() for p in one.folder.iterdir()}
    with pytest.raises(Damaged, match=r"forecasts.parquet is not what was written"):
        run()
    assert {p: p.read_bytes() for p in one.folder.iterdir()} == before
    assert list(ctx.settings.runs.iterdir()) == [one.folder]


def test_a_damaged_armed_file_stops_and_is_not_replaced_by_a_default(run: Run, ctx: Context) -> None:
    path = ctx.settings.home / "armed" / "forecast_level.json"
    path.write_text('{"threshold": 0.')
    with pytest.raises(Damaged, match="tripwire is armed cannot be read"):
        run()
    assert path.read_text() == '{"threshold": 0.'
