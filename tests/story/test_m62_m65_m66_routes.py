"""What an analyst asks of the procedures by command line: who may raise it, where is it seen, whom to ask by when."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from teller import Teller

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Teller:
    return Teller(laid(tmp_path_factory.mktemp("routes") / "home"), now=NOW)


def test_m65_who_can_put_it_before_the_council_this_week(tell: Teller) -> None:
    found = tell("options", "route", "raised-with-council", "--place", "Sudan", "--by", "2026-12-03")
    doors = {p["steps"][0]["route"]["id"]: p for p in found["paths"]}
    assert set(doors) == {"U01", "U02", "U04", "U05", "U06"}
    for path in doors.values():
        assert path["blocks"] == []
        assert path["earliest"] <= "2026-12-03"
    assert doors["U01"]["steps"][0]["asks"][0]["count"] == "1 of 193 UN members"
    agenda = tell("options", "route", "on-the-agenda", "--place", "SDN", "--by", "2026-12-03", "--asker", "ngo")
    step = agenda["paths"][0]["steps"][0]
    assert step["chain"] == ["a non-governmental organisation", "a member of the Security Council"]
    assert [a["count"] for a in step["asks"]] == ["1 of 15 members of the Security Council", "9 of 15"]

    text = tell.text("options", "route", "force", "--place", "SDN", "--by", "2026-12-26")
    assert "Only if: the state where it happens consents" in text
    assert "each of the 5" in text
    assert "from memory, unverified" in text
    none = tell.text(
        "options", "route", "force", "--place", "SDN", "--by", "2026-12-26",
        "--not", "host-consent", "--not", "force-mandate", "--not", "mission-present", exits=1,
    )  # fmt: skip
    assert "No lawful path arrives in time" in none
    assert "What would have to change" in none
    said = tell.fails("options", "route", "world-peace", "--place", "SDN", "--by", "2026-12-26", exits=2)
    assert "raised-with-council" in said


def test_m65_what_came_out_is_read_by_its_form(tell: Teller) -> None:
    told = tell("options", "outcome", "presidential-statement")
    assert told["rule"] == "The form shows the consensus reached, not the gravity of the case."
    form = told["forms"][0]
    assert form["rung"] == 4
    assert form["means"]
    assert form["means_not"]
    assert "unverified" in form["basis_label"]
    ladder = [f["id"] for f in tell("options", "outcome")["forms"] if f["rung"]]
    assert ladder == [
        "closed-talk", "press-elements", "press-statement", "presidential-statement", "council-resolution",
        "chapter-vii-resolution",
    ]  # fmt: skip
    assert "closed-talk" in tell.fails("options", "outcome", "tweet", exits=2)


def test_m66_asks_recipients_and_deadlines_from_a_target_meeting(tell: Teller, tmp_path: Path) -> None:
    table, calendar = tmp_path / "asks.csv", tmp_path / "asks.ics"
    made = tell(
        "options", "plan", "D15", "--place", "SDN", "--meeting", "2027-01-15", "--asker", "ngo",
        "--csv", str(table), "--ics", str(calendar),
    )  # fmt: skip
    assert made["asks"][0]["recipient"] == "a member of the Human Rights Council"
    assert made["asks"][0]["count"] == "16 of 47 members of the Human Rights Council"
    assert made["asks"][0]["ask_by"] == "2027-01-01"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["ask_by"] for r in rows] == [a["ask_by"] for a in made["asks"]]
    assert all(date.fromisoformat(r["ask_by"]) <= date(2027, 1, 15) for r in rows)
    text = calendar.read_bytes().decode()
    assert text.count("BEGIN:VEVENT") == len(rows) + 1
    assert "DTSTART;VALUE=DATE:20270101" in text
    late = tell.fails("options", "plan", "D15", "--place", "SDN", "--meeting", "2026-11-27", exits=1)
    assert "30 Nov 2026 is the earliest" in late


def test_m62_forums_ranked_with_threshold_lead_time_signal_and_cost_to_access(tell: Teller) -> None:
    told = tell("options", "forums", "--place", "KEN", "--by", "2026-12-20")
    reached = [f for f in told["forums"] if f["rank"]]
    assert len(reached) >= 10
    for forum in reached:
        assert forum["threshold"]
        assert forum["signal_says"]
        assert forum["access_says"]
        assert forum["earliest"] <= "2026-12-20"
        assert "memory" in forum["basis"]
    assert told["rule"].startswith("Ordered by one thing after the other")
    gentle = tell("options", "forums", "--place", "KEN", "--by", "2026-12-20", "--first", "access")
    assert gentle["forums"][0]["access"] == "none"
    assert any("not inside OSCE" in f["why_not"] for f in told["forums"])
