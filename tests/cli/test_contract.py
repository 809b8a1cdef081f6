"""The contract of the command line: which commands there are, which keys their JSON has, how they fail."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

import nursery
from teller import AS_IT_IS, Teller

pytestmark = pytest.mark.slow
IMPATIENT = "from tocsin.desk import settings; settings.DATABASES['default']['OPTIONS']['timeout'] = 1"
"""A person waits twenty seconds for a register that somebody else holds; a test need not."""


def has(found: dict[str, Any], keys: str) -> None:
    """Check that an object has these keys (more are allowed)."""
    missing = [key for key in keys.split() if key not in found]
    assert missing == [], f"missing {missing} in {sorted(found)}"


def test_refresh_says_what_it_read_and_what_fired(refreshed: Teller) -> None:
    run = refreshed("refresh")
    has(run, "run_id as_of sources warnings degraded seconds")
    assert len(run["sources"]) >= 6
    for source in run["sources"]:
        has(source, "id status rows newest")
    again = refreshed("refresh")
    assert again["run_id"] == run["run_id"], "the same inputs give the same run"


def test_board_ranks_every_place(refreshed: Teller) -> None:
    places = refreshed("board")["places"]
    assert len(places) > 150
    for place in places:
        has(place, "place_id name state p_onset interval rank change p_conflict coverage item")
        assert len(place["place_id"]) == 3
        assert place["state"] in {"under way", "none known", "not assessed"}
        if place["p_onset"] is not None:
            has(place["interval"], "low high level kind")
            assert 0 <= place["interval"]["low"] <= place["p_onset"] <= place["interval"]["high"] <= 1
    states = [place["state"] for place in places]
    assert states[0] == "under way", "a killing under way comes first"
    assert "under way" not in states[states.count("under way") :]


def test_situation_opens_one_place_by_code_or_name(refreshed: Teller) -> None:
    has(refreshed("situation", "SDN"), "place_id name state")
    assert refreshed("situation", "SDN")["place_id"] == "SDN"


def test_tripwires_are_listed_with_their_back_test(refreshed: Teller) -> None:
    listed = refreshed("tripwires", "list")["tripwires"]
    kinds = {row["kind"] for row in listed}
    looking = {"forecast", "event", "collapse", "silence", "feed", "reports_stop"}
    assert kinds == looking | {"bell", "promise", "report", "office"}
    event = next(row["id"] for row in listed if row["kind"] == "event")
    has(refreshed("tripwires", "backtest", event), "years firings_per_year hits misses false_alarms median_lead_days")


def test_a_bell_opens_an_item_that_can_be_shown(refreshed: Teller) -> None:
    item = refreshed("bell", "TGO", "--because", "Two radio stations call for the cockroaches to be cleared out.")
    shown = refreshed("docket", "show", str(item["item"]))
    has(shown, "id place_id state level tier owner clocks warnings decision commitments")
    assert shown["place_id"] == "TGO"
    assert shown["decision"] is None
    for clock in shown["clocks"]:
        has(clock, "name due state")
    assert {"delivery", "decision"} <= {clock["name"] for clock in shown["clocks"]}
    assert any(row["id"] == shown["id"] for row in refreshed("docket", "list")["items"])


def test_acts_name_the_post_they_are_done_by(refreshed: Teller) -> None:
    number = str(refreshed("docket", "list")["items"][0]["id"])
    assert "--by" in refreshed.fails("docket", "ack", number, exits=2)
    assert refreshed.fails("docket", "ack", number, "--by", "nobody_such", exits=2)


@pytest.mark.parametrize("reasons", ["", "   ", "ok"])
def test_reasons_that_are_empty_or_cite_nothing_are_refused(refreshed: Teller, reasons: str) -> None:
    number = str(refreshed("docket", "list")["items"][0]["id"])
    refreshed.fails("docket", "decide", number, "--decline", "--reasons", reasons, "--review", "2027-01-15",
                    "--by", "principal", exits=1)  # fmt: skip
    assert refreshed("docket", "show", number)["decision"] is None


def test_tick_moves_clocks_once(refreshed: Teller) -> None:
    has(refreshed("tick"), "moved lapses messages")
    again = refreshed("tick")
    assert again["moved"] == []
    assert again["lapses"] == []


def test_options_are_matched_to_a_place_or_an_item(refreshed: Teller) -> None:
    words = ("--place", "KEN", "--factors", "RF7,RF8", "--phase", "imminent", "--days", "30")
    options = refreshed("options", "match", *words)["options"]
    assert len(options) >= 3
    for option in options:
        has(option, "id name rank reasons authority lead_days evidence harms lost_by")
    number = str(refreshed("docket", "list")["items"][0]["id"])
    assert refreshed("options", "match", "--item", number)["options"]


def test_ledger_is_exported_and_signed(refreshed: Teller, tmp_path: Path) -> None:
    file = tmp_path / "ledger.txt"
    has(refreshed("ledger", "export", str(file)), "size root checkpoint")
    assert len(file.read_text(encoding="utf-8").splitlines()) > 5
    has(refreshed("ledger", "checkpoint", "--to", str(tmp_path / "held")), "size root checkpoint")
    assert any((tmp_path / "held").iterdir())
    key = refreshed.text("ledger", "key").strip().splitlines()[-1]
    assert key.count("+") >= 2


def test_the_doctor_finds_a_refreshed_home_well(refreshed: Teller) -> None:
    found = refreshed("doctor", exits=0)
    assert [check["id"] for check in found["checks"] if not check["ok"]] == []


def test_a_broken_file_is_refused_and_counted(copied: Teller, tmp_path: Path) -> None:
    page = tmp_path / "GEDEvent_v26_0_3.csv"
    page.write_text("<!doctype html><html><body>Sign in</body></html>", encoding="utf-8")
    found = copied("load", "ucdp_ged", str(page), exits=1)
    has(found, "outcome rows_in rows_accepted rows_quarantined issues")
    assert found["outcome"] == "refused"
    assert found["issues"]
    for issue in found["issues"]:
        has(issue, "row column value rule message")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["situation", "ZZZ"], 2),
        (["situation", "Atlantis"], 2),
        (["docket", "show", "999999"], 1),
        (["load", "no_such_source", "file.csv"], 2),
        (["load", "ucdp_ged", "no-such-file.csv"], 2),
        (["tick", "--now", "yesterday"], 2),
        (["refresh", "--as-of", "31.12.2024"], 2),
        (["tripwires", "backtest", "no_such_tripwire"], 2),
        (["options", "match", "--place", "ZZZ", "--factors", "RF7", "--phase", "imminent", "--days", "30"], 2),
        (["no-such-command"], 2),
        (["board", "--no-such-option"], 2),
        (["--home"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_an_error_is_one_sentence_and_says_what_to_do(refreshed: Teller, words: list[str], code: int) -> None:
    process = refreshed.start(*words, "--json") if words != ["--home"] else refreshed.start("--json", *words)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, out + err
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("tocsin: ")
    assert json.loads(out)["error"]["what"]


def test_the_home_may_stand_before_or_after_the_command(empty: Teller, tmp_path: Path) -> None:
    for words in (["--home", str(tmp_path / "a"), "doctor"], ["doctor", f"--home={tmp_path / 'a'}"]):
        process = empty.start("--json", *words)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert str(tmp_path / "a") in out
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(("after", "kept"), [(1.5, True), (3.0, True), (4.0, False)])
def test_ctrl_c_during_a_refresh_loses_nothing(copied: Teller, after: float, kept: bool) -> None:
    before = copied("docket", "list")["items"]
    (run,) = (copied.home / "runs").iterdir()
    shutil.rmtree(run)
    forecasts = copied.home / "store" / "forecasts"
    if not kept:  # stop it in the long part, while it forecasts
        forecasts.rename(copied.home / "aside")
    process = copied.start("refresh")
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    # 0: it was quicker than we were; -2: it was leaving, and Python had put the signal's default back already.
    assert process.returncode in {130, 0, -signal.SIGINT}, err
    assert "Traceback" not in err
    for folder in (copied.home / "runs").iterdir():
        if not folder.name.startswith("."):
            assert (folder / "MANIFEST.json").exists(), "a run folder is there whole or not at all"
    if not kept:
        shutil.rmtree(forecasts, ignore_errors=True)
        (copied.home / "aside").rename(forecasts)
    assert copied("refresh")["run_id"] == run.name
    assert copied("docket", "list")["items"] == before, "nothing is lost and nothing is opened twice"


@pytest.mark.sqlite
def test_a_corrupted_register_stops_the_program_and_is_left_as_it_is(empty: Teller) -> None:
    register = empty.home / "register.sqlite3"
    register.write_bytes(b"this is no database" * 400)
    before = register.read_bytes()
    for words in (["docket", "list"], ["refresh"], ["tick"]):
        assert "register" in empty.fails(*words, exits=1)
    assert register.read_bytes() == before


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["emptied", "gone"])
def test_a_register_that_is_gone_is_not_begun_anew(copied: Teller, how: str) -> None:
    register = copied.home / "register.sqlite3"
    for file in copied.home.glob("register.sqlite3*"):
        file.unlink()
    if how == "emptied":
        register.touch()
    for words in (["docket", "list"], ["bell", "TGO", "--because", "Three reports of armed men."], ["refresh"]):
        assert "this data folder had one" in copied.fails(*words, exits=1)
    assert register.exists() is (how == "emptied")
    assert how == "gone" or register.stat().st_size == 0, "nothing is written in its place"


@pytest.mark.parametrize("day", ["1950-01-01", "1985-06-01", "1995-06-01", "1997-12-31"])
def test_a_day_with_too_little_behind_it_is_refused_in_one_sentence(empty: Teller, day: str) -> None:
    assert "No figures of vdem were known" in empty.fails("refresh", "--as-of", day, exits=1)
    said = empty.fails("refresh", "--hindsight", "--as-of", day, exits=1)
    assert "too little lay behind" in said or "No figures of vdem" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words", [["tick"], ["refresh"], ["bell", "TGO", "--because", "Three reports."], ["ledger", "key"]]
)
def test_a_home_that_cannot_be_one_is_one_sentence(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "home").write_text("a file")
    assert str(tmp_path / "home") in Teller(tmp_path / "home").fails(*words, exits=1)


@pytest.mark.sqlite
def test_a_register_locked_by_somebody_else_is_one_sentence(copied: Teller, tmp_path: Path) -> None:
    with sqlite3.connect(copied.home / "register.sqlite3") as other:
        other.execute("BEGIN EXCLUSIVE")
        words = ["bell", "TGO", "--because", "Three reports of armed men."]
        told = nursery.run(f"{IMPATIENT}{AS_IT_IS}", words, copied.environment, tmp_path, 60)
        assert told.returncode == 1
        assert "busy" in told.stderr.splitlines()[-1]
        other.rollback()
    other.close()
    assert copied("bell", "TGO", "--because", "Three reports of armed men.")["place_id"] == "TGO"


def test_a_corrupted_run_folder_stops_the_program(copied: Teller) -> None:
    (run,) = (copied.home / "runs").iterdir()
    file = run / "forecasts.parquet"
    whole = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(whole[:-100] + bytes(100))
    assert run.name in copied.fails("board", exits=1)
    assert file.read_bytes() == whole[:-100] + bytes(100), "nothing is overwritten"
