"""The whole loop by command line: publisher bytes → an alert → an item → two silent clocks → tier 5 → a decision with
commitments and reasons → an exported ledger that a bare ``python3`` verifies against a checkpoint held outside.

M1, M8, M26, M27, M67. The browser's half of the story is in ``test_story_browser.py``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from story import publisher
from story.conftest import T0, Begun
from story.stranger import verify
from teller import Teller

pytestmark = pytest.mark.slow

REASONS = "W1 shows 900 civilians killed in one month where none were before; two services confirm it."


@pytest.fixture(scope="module")
def world(begun: Begun) -> tuple[Teller, Path, dict[str, Any]]:
    """The home, the folder outside it, and the item that the release led to."""
    assert begun.loaded["outcome"] in {"accepted", "warned"}
    assert begun.loaded["rows_in"] == begun.loaded["rows_accepted"] == len(publisher.events())
    (warning,) = [w for w in begun.run["warnings"] if w["place_id"] == publisher.PLACE and w["kind"] == "event"]
    assert warning["level"] == "alert"
    assert any(part["value"] is not None and publisher.MONTH in json.dumps(part) for part in warning["because"])
    (item,) = [row for row in begun.tell("docket", "list")["items"] if row["place_id"] == publisher.PLACE]
    return begun.tell, begun.outside, item


def test_1_a_warning_opens_a_question_with_an_owner_and_two_clocks(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, folder, item = world
    shown = tell("docket", "show", str(item["id"]))
    assert (shown["level"], shown["tier"], shown["owner"], shown["state"]) == ("alert", 3, "desk_officer", "open")
    dues = {clock["name"]: clock["due"] for clock in shown["clocks"]}
    assert dues["delivery"] == "2026-11-26T12:00:00Z"
    assert dues["decision"] == "2026-12-04T12:00:00Z"
    letters = list((folder / "home" / "mailbox" / "desk_officer").glob("*.eml"))
    assert letters, "the owner was told"
    assert tell("ledger", "checkpoint", "--to", str(folder / "outside"))["size"] > 0


def test_2_silence_climbs_the_ladder_and_leaves_lapses(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, _, item = world
    number = str(item["id"])
    early = tell("tick", "--now", (T0 + timedelta(hours=71)).isoformat())
    assert [m for m in early["moved"] if m["item"] == item["id"]] == []
    tell("tick", "--now", (T0 + timedelta(hours=73)).isoformat())
    assert tell("docket", "show", number)["tier"] == 4
    tell("tick", "--now", (T0 + timedelta(hours=193)).isoformat())
    shown = tell("docket", "show", number)
    assert (shown["tier"], shown["owner"]) == (5, "principal")
    lapses = [(lapse["clock"], lapse["tier"], lapse["due"]) for lapse in shown["lapses"]]
    assert lapses == [("delivery", 3, "2026-11-26T12:00:00Z"), ("delivery", 4, "2026-12-01T12:00:00Z")]
    again = tell("tick", "--now", (T0 + timedelta(hours=193)).isoformat())
    assert (again["moved"], again["lapses"]) == ([], [])


def test_3_the_principal_decides_with_reasons_and_commitments(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, _, item = world
    number = str(item["id"])
    later = tell.at(T0 + timedelta(hours=200))
    options = later("options", "match", "--item", number)["options"]
    assert any("nothing" in option["name"].lower() for option in options), "doing nothing is listed"
    chosen = [option["id"] for option in options if option["lead_days"] is not None and not option.get("lost")][:2]
    assert len(chosen) == 2
    words = ["docket", "decide", number, "--act", "--review", "2026-12-20"]
    words += [word for option in chosen for word in ("--option", option)]
    words += ["--reject", "NOTHING: It would leave the town to its besiegers", "--answer", "Both are done this week."]
    below = later.fails(*words, "--reasons", REASONS, "--by", "desk_officer", exits=1)
    assert "tier" in below
    later.fails(*words, "--reasons", "  ", "--by", "principal", exits=1)
    assert later("docket", "show", number)["decision"] is None
    later(*words, "--reasons", REASONS, "--by", "principal")
    shown = later("docket", "show", number)
    assert shown["state"] == "acting"
    assert shown["decision"]["kind"] == "act"
    assert shown["decision"]["reasons"] == REASONS
    assert [c["option_id"] for c in shown["commitments"]] == chosen
    assert all(c["due"] and c["post"] for c in shown["commitments"])


def test_4_what_was_promised_has_a_clock_too(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, _, item = world
    shown = tell("docket", "show", str(item["id"]))
    last = max(datetime.fromisoformat(c["due"]) for c in shown["commitments"])
    ticked = tell("tick", "--now", (last + timedelta(days=1)).isoformat())
    broken = [lapse for lapse in ticked["lapses"] if lapse["item"] == item["id"] and lapse["clock"] == "commitment"]
    assert len(broken) == len(shown["commitments"])


def test_5_a_stranger_verifies_the_record(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, folder, _ = world
    export = folder / "ledger.txt"
    tell("ledger", "export", str(export))
    key = tell.text("ledger", "key").strip().splitlines()[-1]
    (held,) = (folder / "outside").glob("*.note")
    proved = verify(folder / "stranger", export, key, held)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    text = export.read_text(encoding="utf-8")
    assert "900 civilians" in text, "the reasons are in the record"
    assert text.count("item.decided") == 1
    changed = folder / "changed.txt"
    changed.write_text(text.replace("900 civilians", "90 civilians"), encoding="utf-8")
    assert verify(folder / "stranger", changed, key, held).returncode == 1
    unknown = verify(folder / "stranger", export)
    assert unknown.returncode == 1
    assert "author unknown" in unknown.stdout + unknown.stderr


def test_6_the_doctor_finds_the_record_whole(world: tuple[Teller, Path, dict[str, Any]]) -> None:
    tell, _, _ = world
    later = tell.at(T0 + timedelta(days=900))
    later("tick")
    found = later("doctor", exits=0)
    assert [check["id"] for check in found["checks"] if not check["ok"]] == []
