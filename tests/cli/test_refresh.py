"""``tocsin refresh``, ``board`` and ``situation`` on the bundled snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from teller import Teller

pytestmark = pytest.mark.slow


def run_of(tell: Teller) -> tuple[Path, dict]:
    folder = max((tell.home / "runs").iterdir())
    return folder, json.loads((folder / "run.json").read_text())


def test_the_first_refresh_opens_five_to_fifteen_items_and_says_what_was_cut(refreshed: Teller) -> None:
    folder, info = run_of(refreshed)
    said = json.loads((folder / "warnings.json").read_text())
    places = {w["place_id"] for w in said["warnings"]}
    assert 5 <= len(places) <= 15
    assert len(info["budget"]["spent"]) <= info["budget"]["items_per_year"] == 12
    assert len(info["budget"]["cut"]) == len(said["cut"]) > 0
    assert info["snapshot_note"] == "figures to 2024 (monthly deaths to 2026-02); connect live sources"
    # What is bundled was never loaded here, so no source is silent; three places had fallen silent in its months.
    silent = {(w["tripwire_id"], w["place_id"], w["source_id"]) for w in said["warnings"] if w["kind"] == "silence"}
    assert silent == {("silence_place", place, None) for place in ("CRI", "ECU", "ISR")}
    assert {i["place_id"] for i in refreshed("docket", "list")["items"]} >= places


def test_every_warning_opens_into_rows_of_a_source(refreshed: Teller) -> None:
    folder, _ = run_of(refreshed)
    for warning in json.loads((folder / "warnings.json").read_text())["warnings"]:
        assert warning["question"].startswith("What will we do about ")
        assert all(b["source_id"] and b["row"] and b["vintage"] for b in warning["because"])


def test_refreshing_again_is_quick_and_changes_nothing(refreshed: Teller) -> None:
    before = refreshed("docket", "list")["items"]
    again = refreshed("refresh")
    assert again["reused"] is True
    assert again["seconds"] < 30
    assert [i["id"] for i in refreshed("docket", "list")["items"]] == [i["id"] for i in before]


def test_the_board_for_people_says_what_it_must(refreshed: Teller) -> None:
    text = refreshed.text("board")
    assert "UNDER WAY since" in text
    assert "Base rates" in text
    assert text.index("UNDER WAY") < text.index("none known")


def test_one_place_has_parts_that_add_up(refreshed: Teller) -> None:
    chad, board = refreshed("situation", "Chad"), refreshed("board")["places"]
    row = next(p for p in board if p["place_id"] == "TCD")
    assert {k: chad[k] for k in ("p_onset", "rank", "change", "interval")} == {
        k: row[k] for k in ("p_onset", "rank", "change", "interval")
    }
    assert chad["record"]
    assert chad["drivers"]
    months = {s["period"]: s for s in chad["signals"] if s["indicator"] == "one_sided_deaths"}
    assert months["2021-06"]["status"] == "observed"
    assert (months["2021-07"]["value"], months["2021-07"]["status"]) == (None, "gap")
    assert (months["2024-12"]["value"], months["2024-12"]["status"]) == (None, "gap")
    assert months["2025-01"]["status"] == "provisional"


def test_before_the_first_run_there_is_one_clear_sentence(empty: Teller) -> None:
    assert "There is no run yet" in empty.fails("board", exits=1)


def test_an_unknown_place_is_misuse(refreshed: Teller) -> None:
    assert "is not a place" in refreshed.fails("situation", "Atlantis", exits=2)


def test_a_damaged_run_stops_board_and_refresh_and_nothing_is_overwritten(copied: Teller) -> None:
    folder, _ = run_of(copied)
    path = folder / "forecasts.parquet"
    path.write_bytes(path.read_bytes()[:-10])
    spoilt = path.read_bytes()
    assert "forecasts.parquet is not what was written" in copied.fails("board", exits=1)
    assert "forecasts.parquet is not what was written" in copied.fails("refresh", exits=1)
    assert path.read_bytes() == spoilt
