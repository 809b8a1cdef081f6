"""The run folder: whole or absent, never changed, and the reader on the other side of the bridge agrees with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence import small

from tocsin.core.errors import Damaged, Misuse
from tocsin.evidence import run_folder
from tocsin.response.register import runs

INFO = {
    "as_of": "2026-11-23",
    "sequence": 1,
    "base_rates": {"mass_killing_onset": 0.015, "state_based_deaths_ge25": 0.2},
    "interval": {"level": 0.9, "kind": "redraws"},
}
WARNINGS = {"warnings": [{"warning_id": "w", "place_id": "TCD"}], "cut": []}


def write(home: Path, **change: object) -> str:
    return run_folder.write(home / "runs", {**INFO, **change}, small.evidence().tables, WARNINGS, [{"id": "vdem"}])


def test_written_and_read_back(tmp_path: Path) -> None:
    run_id = write(tmp_path)
    run = runs.load(tmp_path, run_id)
    assert run_id.startswith("2026-11-23-")
    assert len(run_id) == 21
    assert (run.run_id, run.warnings, run.sources) == (run_id, WARNINGS["warnings"], [{"id": "vdem"}])


def test_other_content_is_another_run(tmp_path: Path) -> None:
    assert write(tmp_path) != write(tmp_path, seed=1)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    run_id = write(tmp_path)
    stamps = {f.name: f.stat().st_mtime_ns for f in (tmp_path / "runs" / run_id).iterdir()}
    assert write(tmp_path) == run_id
    assert {f.name: f.stat().st_mtime_ns for f in (tmp_path / "runs" / run_id).iterdir()} == stamps


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_folder.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path)
    assert list((tmp_path / "runs").iterdir()) == []
    monkeypatch.undo()
    assert runs.latest(tmp_path) is None
    write(tmp_path)
    assert runs.latest(tmp_path) is not None


FILES = ["run.json", "warnings.json", "sources.json", *(f"{t}.parquet" for t in run_folder.TABLES)]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["flip", "cut", "remove"])
def test_any_damage_is_seen_by_both_sides(tmp_path: Path, name: str, how: str) -> None:
    folder = tmp_path / "runs" / write(tmp_path)
    data = bytearray((folder / name).read_bytes())
    if how == "remove":
        (folder / name).unlink()
    else:
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data if how == "flip" else data[:-3])
    with pytest.raises(Damaged, match=name):
        run_folder.verify(folder)
    with pytest.raises(Damaged, match=name):
        runs.load(tmp_path, folder.name)
    with pytest.raises(Damaged):
        write(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sha256": 3}', "{}"])
def test_a_manifest_that_cannot_be_read_is_damage(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "runs" / write(tmp_path)
    (folder / "MANIFEST.json").write_text(text)
    with pytest.raises(Damaged, match="MANIFEST"):
        run_folder.verify(folder)
    with pytest.raises(Damaged, match="MANIFEST"):
        runs.load(tmp_path, folder.name)


def test_not_a_number_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write(tmp_path, seed=float("nan"))
    assert not list((tmp_path / "runs").glob("*")) if (tmp_path / "runs").exists() else True


def test_the_newest_is_by_day_then_by_order(tmp_path: Path) -> None:
    first = write(tmp_path)
    second = write(tmp_path, sequence=2)
    third = write(tmp_path, sequence=3)
    old = write(tmp_path, as_of="2026-01-01", sequence=9)
    assert runs.identifiers(tmp_path) == [old, first, second, third]
    latest = runs.latest(tmp_path)
    assert latest is not None
    assert latest.run_id == third


@pytest.mark.parametrize("name", ["nothing", "../x", ".hidden"])
def test_an_unknown_run_is_misuse(tmp_path: Path, name: str) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(Misuse, match="There is no run"):
        runs.load(tmp_path, name)


def test_the_board(tmp_path: Path) -> None:
    board = runs.load(tmp_path, write(tmp_path)).board(item=lambda place: 7 if place == "TCD" else None)
    assert [r["place_id"] for r in board[:4]] == ["MMR", "SDN", "BFA", "TCD"]
    assert [r["state"] for r in board[:4]] == ["under way"] * 3 + ["none known"]
    assert [r["rank"] for r in board[:4]] == [1, 2, 7, 3]
    chad = board[3]
    assert chad["item"] == 7
    assert chad["p_onset"] == 0.13
    assert chad["interval"] == {"low": 0.065, "high": 0.26, "level": 0.9, "kind": "redraws"}
    assert chad["change"] == pytest.approx(0.013)
    assert chad["onset_times_base"] == pytest.approx(0.13 / 0.015)
    assert chad["p_conflict"] == pytest.approx(0.39)
    assert chad["coverage"] == {"present": 30, "total": 30, "stale": False, "carried": ["infant_mortality"]}
    json.dumps(board, allow_nan=False)


def test_a_place_without_a_forecast_stands_last_and_is_not_known(tmp_path: Path) -> None:
    tables = small.evidence().tables
    import polars as pl

    tables["forecasts"] = tables["forecasts"].filter(pl.col("place_id") != "AFG")
    run_id = run_folder.write(tmp_path / "runs", INFO, tables, WARNINGS, [])
    last = runs.load(tmp_path, run_id).board()[-1]
    assert (last["place_id"], last["p_onset"], last["rank"], last["interval"]) == ("AFG", None, None, None)


def test_a_place_opens_into_its_parts(tmp_path: Path) -> None:
    run = runs.load(tmp_path, write(tmp_path))
    chad = run.place("TCD")
    assert chad["board"]["p_onset"] == next(f["p"] for f in chad["forecasts"] if f["model_id"] == "onset_v1")
    assert [d["group"] for d in chad["drivers"]] == ["conflict", "region"]
    assert [r["base_year"] for r in chad["record"]] == [2020, 2021]
    assert [(s["period"], s["value"]) for s in chad["signals"]] == [("2021-06", 3.0), ("2021-07", None)]
    assert [w["warning_id"] for w in chad["warnings"]] == ["w"]
    with pytest.raises(Misuse, match="does not cover"):
        run.place("XXX")
