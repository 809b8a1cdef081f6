"""From three reports to an answer that a stranger checks: two readers, a chain that softens, a body that decides.

A reporter's words are sealed and read twice; three sources make an alert; what is sent up says less, and the next
reader sees what was dropped; who is silent is gone around; the deputies decide by quorum, with a dissent that stays;
the commitment is kept, the question closed, the outcome recorded; the overseer's report is made from a redacted export.
M8, M25, M26, M31, M74, M77, and the statutory report of M13.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from story.conftest import T0
from story.stranger import verify
from teller import Teller

pytestmark = pytest.mark.slow

PLACE = "ZMB"
ORIGINAL = (
    "At least 40 people were brought in with gunshot wounds on Monday. "
    "Two nurses were told to leave. The road north is closed."
)
SENT = "Some people were brought in with wounds on Monday. The road north is closed."
REPORTS = f"""place,source_key,text,dated
{PLACE},clinic,"{ORIGINAL}",2026-11-01
{PLACE},teacher,Armed men burned 12 houses of one community in the night. They had lists.,2026-11-12
{PLACE},priest,We buried 31 people this week. All were of one community.,2026-11-23
"""
RULES = """schema: 1
rules:
  - kind: report.*
    hide: all
    reason: protects a source
  - kind: item.decided
    hide: [by, assents]
    reason: names of officials
"""


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Teller:
    folder = tmp_path_factory.mktemp("elevated")
    (folder / "reports.csv").write_text(REPORTS, encoding="utf-8")
    return Teller(laid(folder / "home"), now=T0, user="first")


def _item(tell: Teller) -> dict[str, Any]:
    (row,) = [row for row in tell("docket", "list")["items"] if row["place_id"] == PLACE]
    return tell("docket", "show", str(row["id"]))


def _options(tell: Teller, item: dict[str, Any]) -> list[str]:
    matched = tell("options", "match", "--item", str(item["id"]))["options"]
    return [o["id"] for o in matched if o["lead_days"] is not None and not o.get("lost")]


def test_1_three_reports_read_by_two_readers_open_a_question(tell: Teller) -> None:
    brought = tell("reports", "import", str(tell.home.parent / "reports.csv"), "--by", "analyst")
    assert len(brought["received"]) == 3
    again = tell("reports", "import", str(tell.home.parent / "reports.csv"), "--by", "analyst")
    assert (len(again["received"]), again["known"]) == (0, 3)
    read = ["--severity", "2", "--factors", "RF2,RF11", "--grade", "B2"]
    for number in "123":
        assert "not opened the original" in tell.fails("reports", "read", number, "--by", "analyst", *read, exits=1)
        tell("reports", "show", number, "--by", "analyst")
        tell("reports", "read", number, "--by", "analyst", *read)
    assert "one person is not two readers" in tell.fails(
        "reports", "read", "1", "--by", "second_reader", *read, exits=1
    )
    for number in "123":
        tell.by("other")("reports", "show", number, "--by", "second_reader")
        tell.by("other")("reports", "read", number, "--by", "second_reader", *read)
    item = _item(tell)
    assert (item["level"], item["tier"], item["owner"], item["state"]) == ("alert", 3, "desk_officer", "open")
    assert "clinic" not in json.dumps(item), "a source is nobody's business on the docket"


def test_2_what_is_sent_up_shows_what_it_no_longer_says(tell: Teller) -> None:
    send = ["reports", "send", "1", "--by", "analyst", "--text", SENT]
    assert "2 of 2 changes have no reason" in tell.fails(*send, exits=1)
    tell(*send, "--reason", "1=The number is not confirmed by a second clinic", "--reason", "2=For their safety")
    seen = json.dumps(tell("reports", "difference", "1", "--by", "mission_head"))
    assert "softened" in seen
    assert "dropped" in seen
    assert "Two nurses were told to leave" in seen
    assert "At least 40 people" in json.dumps(tell("reports", "show", "1", "--by", "mission_head")), "the original"


def test_3_who_is_silent_is_gone_around_and_both_clocks_run(tell: Teller) -> None:
    number = str(_item(tell)["id"])
    late = T0 + timedelta(hours=74)
    tell("tick", "--now", late.isoformat())
    shown = tell.at(late)("docket", "show", number)
    assert (shown["tier"], shown["owner"]) == (4, "deputies")
    chain = json.dumps(tell.at(late)("reports", "show", "1", "--by", "desk_officer"))
    assert "around" in chain
    assert "At least 40 people" in chain


def test_4_a_body_decides_by_quorum_and_dissent_stays(tell: Teller) -> None:
    at = T0 + timedelta(hours=80)
    item = _item(tell.at(at))
    number, options = str(item["id"]), _options(tell.at(at), item)
    words = ["docket", "decide", number, "--act", "--review", "2026-12-20", "--minutes", "All three sat; 20 minutes."]
    words += ["--option", options[0], "--reasons", "W1: three sources apart from each other report one community hit."]
    words += ["--answer", "report_alert=We will send the mission north today and call the two ministers together."]
    words += ["--answer", "report_watch=The analyst pair reads every further report from there within a day."]
    alone = tell.at(at).fails(*words, "--by", "deputy_political", exits=1)
    assert "reject" in alone, "a choice is between things"
    words += ["--reject", "NOTHING: the third report says that lists exist"]
    tell.at(at).by("p")(*words, "--by", "deputy_political")
    assert tell.at(at)("docket", "show", number)["state"] == "open", "one of three is no quorum"
    tell.at(at).by("l")(
        "docket", "dissent", number, "--reasons", "The host has not been asked; this is too early.", "--by",
        "deputy_legal",
    )  # fmt: skip
    assert tell.at(at)("docket", "show", number)["state"] == "open", "a dissent is no assent"
    tell.at(at).by("o")("docket", "assent", number, "--by", "deputy_operations")
    shown = tell.at(at)("docket", "show", number)
    assert shown["state"] == "acting"
    assert "too early" in json.dumps(shown)
    assert shown["decision"]["reasons"].startswith("W1: three sources")


def test_5_the_writer_learns_what_became_of_it(tell: Teller) -> None:
    at = T0 + timedelta(hours=81)
    fate = json.dumps(tell.at(at)("reports", "show", "1", "--by", "desk_officer"))
    assert "acted" in fate


def test_6_it_closes_on_evidence_and_its_outcome_is_asked_for(tell: Teller) -> None:
    at = T0 + timedelta(days=10)
    item = _item(tell.at(at))
    number = str(item["id"])
    close = ["docket", "close", number, "--reasons", "The mission went north and stayed.", "--by", "deputies"]
    tell.at(at).fails(*close, "--found", "done", exits=1)
    for commitment in item["commitments"]:
        done = ["docket", "done", number, str(commitment["id"]), "--by", "principal"]
        tell.at(at)(*done, "--evidence", "Patrol log of 3 December, and the clinic's own count.")
    tell.at(at)(*close[:-1], "principal", "--found", "done")
    outcome = ["docket", "outcome", number, "--came", "no_onset_acted", "--by", "principal", "--confidence", "low"]
    words = ["--evidence", "No further burial in the parish book until May.", "--cause", "The patrol; the talks."]
    tell.at(T0 + timedelta(days=200))(*outcome, *words)


def test_7_an_overseer_who_trusts_nobody(tell: Teller) -> None:
    folder, now = tell.home.parent, tell.at(T0 + timedelta(days=201))
    now("ledger", "checkpoint", "--to", str(folder / "outside"))
    rules = folder / "rules.yml"
    rules.write_text(RULES, encoding="utf-8")
    export = folder / "redacted.txt"
    now("ledger", "export", str(export), "--redact", str(rules))
    key = now.text("ledger", "key").strip().splitlines()[-1]
    held = max((folder / "outside").glob("*.note"), key=lambda note: int(note.read_text(encoding="utf-8").split()[1]))
    proved = verify(folder / "stranger", export, key, held)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    text = export.read_text(encoding="utf-8")
    assert "At least 40 people" not in text
    assert "three sources apart" in text
    short = folder / "short.txt"
    lines = text.splitlines(keepends=True)
    short.write_text("".join(lines[:3] + lines[4:]), encoding="utf-8")
    assert verify(folder / "stranger", short, key, held).returncode == 1
    report = now("oversight", "report", "--shape", "wiesel", "--ledger", str(export), "--format", "json")
    assert "expired" in json.dumps(report)
