"""A model that fails or collapses leaves its last good forecast in force, dated, and rings once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from tests.evidence import small

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.evidence import refresh as room
from tocsin.evidence import run_folder
from tocsin.evidence.forecast import guard
from tocsin.evidence.kept import Evidence
from tocsin.response.register import runs

Run = Callable[..., room.Refreshed]
WHY = "its logit did not converge in 2,000 steps"


def newer(release: str = "r2") -> Any:
    listed = [small.source("facts_mass_killing", release=release), small.source("ucdp_ged"), small.source("vdem")]
    return small.tables(sources=listed)


def without(model_id: str, reason: str = WHY, evidence: Evidence | None = None) -> Evidence:
    """Evidence as forecasting gives it when a model could not speak."""
    made = evidence or small.evidence()
    gone = pl.col("model_id") == model_id
    if model_id == "onset_v1":
        gone |= pl.col("model_id") == "last_forecast"
    tables = {n: t.filter(~gone) if "model_id" in t.columns else t for n, t in made.tables.items()}
    rates = dict(made.about["base_rates"])
    if model_id == "conflict_v1":
        rates.pop("state_based_deaths_ge25")
        tables["conflict_record"] = tables["conflict_record"].clear()
    return Evidence(tables, {**made.about, "base_rates": rates, "failed": {model_id: reason}})


def info(made: room.Refreshed) -> dict[str, Any]:
    return json.loads((made.folder / "run.json").read_bytes())


def rang(made: room.Refreshed) -> list[dict[str, Any]]:
    said = json.loads((made.folder / "warnings.json").read_bytes())["warnings"]
    return [w for w in said if w["kind"] == "silence"]


def rows(made: room.Refreshed, model_id: str, table: str = "forecasts") -> pl.DataFrame:
    return pl.read_parquet(made.folder / f"{table}.parquet").filter(pl.col("model_id") == model_id).sort(pl.all())


@pytest.mark.parametrize("model_id", ["onset_v1", "conflict_v1"])
def test_the_last_good_forecast_stands_dated_and_rings_once(run: Run, clock: Any, model_id: str) -> None:
    first = run("2026-11-23")
    clock.move(days=1)
    second = run("2026-11-24", tables=newer(), evidence=without(model_id))
    for table in ("forecasts", "drivers", "whatif", "profiles"):
        assert rows(second, model_id, table).equals(rows(first, model_id, table)), table
    [stands] = info(second)["standing"]
    assert stands == {
        "model_id": model_id, "reason": WHY, "run_id": first.run_id, "as_of": "2026-11-23", "base_year": "2024",
    }  # fmt: skip
    [said] = [d for d in info(second)["degraded"] if model_id in d]
    assert WHY in said and first.run_id in said and "2026-11-23" in said
    assert set(info(second)["base_rates"]) == {"mass_killing_onset", "state_based_deaths_ge25"}
    [bell] = rang(second)
    assert bell["source_id"] == model_id and first.run_id in bell["summary"] and WHY in bell["summary"]
    assert model_id in bell["question"]
    clock.move(days=1)
    third = run("2026-11-25", tables=newer("r3"), evidence=without(model_id))
    assert rang(third) == [], "as long as the same forecast stands it has rung already"
    assert info(third)["standing"][0]["run_id"] == first.run_id, "the run that made it, not the one it stood in"
    clock.move(days=1)
    healthy = run("2026-11-26", tables=newer("r4"))
    assert info(healthy)["standing"] == [] and info(healthy)["failed"] == {}
    clock.move(days=1)
    again = run("2026-11-27", tables=newer("r5"), evidence=without(model_id))
    assert len(rang(again)) == 1, "another forecast stands now: a new silence"


def test_an_older_base_year_that_stands_keeps_its_own_window(run: Run, clock: Any, ctx: Context) -> None:
    first = run("2026-11-23", evidence=small.evidence(origin="2023"))
    clock.move(days=1)
    second = run("2026-11-24", tables=newer(), evidence=without("onset_v1"))
    assert info(second)["standing"][0]["base_year"] == "2023"
    before, after = runs.load(ctx.settings.home, first.run_id), runs.load(ctx.settings.home, second.run_id)
    assert after.window().words.split(",")[0] == before.window().words.split(",")[0]
    assert after.standing[0]["model_id"] == "onset_v1"
    assert after.board()[0]["p_onset"] == before.board()[0]["p_onset"]


@pytest.mark.parametrize("times", [0.2, 3.0])
def test_a_forecast_far_from_the_last_run_does_not_speak(run: Run, clock: Any, times: float) -> None:
    first = run("2026-11-23")
    clock.move(days=1)
    changed = small.evidence({place: p * times for place, p in small.RISKS.items()})
    second = run("2026-11-24", tables=newer(), evidence=changed)
    assert rows(second, "onset_v1").equals(rows(first, "onset_v1"))
    assert {s["model_id"] for s in info(second)["standing"]} == {"onset_v1", "conflict_v1"}
    assert all("times the last run's" in s["reason"] for s in info(second)["standing"])
    assert len(rang(second)) == 1, "one for one cause, whatever the number of models"


def test_a_mean_that_moves_within_bounds_speaks(run: Run, clock: Any) -> None:
    run("2026-11-23")
    clock.move(days=1)
    moved = small.evidence({place: p * 1.4 for place, p in small.RISKS.items()})
    second = run("2026-11-24", tables=newer(), evidence=moved)
    assert info(second)["standing"] == []
    assert max(rows(second, "onset_v1").filter(output_type_id="yes")["value"]) == pytest.approx(0.15 * 1.4)


def test_without_an_earlier_run_nothing_can_stand_and_the_refresh_is_refused(run: Run, ctx: Context) -> None:
    with pytest.raises(Refused, match=r"onset_v1 failed: its logit did not converge.*no earlier run"):
        run(evidence=without("onset_v1"))
    assert not ctx.settings.runs.exists() or list(ctx.settings.runs.iterdir()) == []


def test_a_failed_model_is_asked_again_and_the_same_failure_makes_no_new_run(run: Run, clock: Any) -> None:
    run("2026-11-23")
    clock.move(days=1)
    failed = run("2026-11-24", tables=newer(), evidence=without("onset_v1"))
    same = run("2026-11-24", tables=newer(), evidence=without("onset_v1"))
    assert (same.run_id, same.reused) == (failed.run_id, True)
    mended = run("2026-11-24", tables=newer())
    assert not mended.reused and info(mended)["standing"] == []


def test_what_a_model_failed_to_say_is_not_kept(ctx: Context) -> None:
    from tocsin.evidence import kept

    made = []

    def make() -> Evidence:
        made.append(1)
        return without("onset_v1") if len(made) == 1 else small.evidence()

    for _ in range(3):
        kept.recall(ctx, "a" * 64, make)
    assert len(made) == 2, "the failure was not kept, the success was"


def refused(*_: Any) -> Evidence:
    raise guard.PanelRefused("the panel is refused before any fit: shifted, onset: onsets stand 1 year early")


def test_a_refused_panel_leaves_the_last_run_whole_and_stale(
    run: Run, clock: Any, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("2026-11-23")
    clock.move(days=1)
    monkeypatch.setattr(room, "tables_known", lambda *_, **__: newer())
    monkeypatch.setattr(room, "_make", refused)
    second = room.refresh(ctx)
    assert rows(second, "onset_v1").equals(rows(first, "onset_v1"))
    assert pl.read_parquet(second.folder / "coverage.parquet")["stale"].all()
    assert {s["model_id"] for s in info(second)["standing"]} == {"onset_v1", "conflict_v1"}
    [said] = [d for d in info(second)["degraded"] if "refused" in d]
    assert "onsets stand 1 year early" in said and first.run_id in said
    assert len(rang(second)) == 1
    assert room.refresh(ctx).reused, "refused for the same reason: nothing has changed"


def test_a_refused_panel_without_an_earlier_run_is_an_error(
    run: Run, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "tables_known", lambda *_, **__: small.tables())
    monkeypatch.setattr(room, "_make", refused)
    with pytest.raises(Refused, match="onsets stand 1 year early"):
        room.refresh(ctx)


def test_a_run_of_an_earlier_version_is_read_and_can_stand(run: Run, clock: Any, ctx: Context) -> None:
    """Version 0.1.0 wrote five tables and no word of standing."""
    old = small.evidence()
    said = {
        "as_of": "2026-11-20", "sequence": 1, "base_year": "2024", "inputs_sha256": "x", "after": None,
        "base_rates": old.about["base_rates"], "interval": old.about["interval"], "models": [], "about": {},
        "budget": {"items_per_year": 12, "spent": [], "cut": []},
    }  # fmt: skip
    five = {n: old.tables[n] for n in ("forecasts", "drivers", "record", "coverage", "signals")}
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(run_folder, "TABLES", tuple(five))
    run_id = run_folder.write(ctx.settings.runs, said, five, {"warnings": [], "cut": []}, [{"id": "vdem"}])
    monkeypatch.undo()
    place = runs.load(ctx.settings.home, run_id).place("TCD")
    assert (place["whatif"], place["profiles"], place["conflict_record"]) == ([], [], [])
    assert runs.load(ctx.settings.home, run_id).apart == [] == runs.load(ctx.settings.home, run_id).standing
    after = run("2026-11-23", tables=newer(), evidence=without("onset_v1"))
    assert info(after)["standing"][0]["run_id"] == run_id
    assert rows(after, "onset_v1", "whatif").is_empty(), "what the old run did not say is not made up"
