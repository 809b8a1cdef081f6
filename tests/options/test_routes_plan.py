"""Asks dated back from a meeting, and the calendar file they become (M66); forums in an order (M62)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.catalog.library import library
from tocsin.core.errors import Misuse, Refused
from tocsin.options.routes import Wish
from tocsin.options.routes.forums import FIRST, ranked
from tocsin.options.routes.ics import as_ics, escaped, folded
from tocsin.options.routes.plan import plan

WHOLE = library()
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
AIM = Wish("council-resolution", "SDN", TODAY + timedelta(60), TODAY)


def test_the_last_ask_ends_on_the_meeting_and_each_is_asked_in_time() -> None:
    made = plan(AIM, WHOLE)
    assert made.path.sure
    assert [(a.procedure, a.part) for a in made.asks] == [
        ("U03", "start"), ("U03", "vote"), ("U10", "start"), ("U10", "vote"), ("U10", "block"),
    ]  # fmt: skip
    first, last = made.asks[0], made.asks[-1]
    assert first.ask_by == AIM.by - timedelta(7 + 45)
    assert first.last_day == AIM.by - timedelta(1 + 5)
    assert last.ask_by == AIM.by - timedelta(45)
    assert last.needed_by == AIM.by
    assert first.state == "in 8 days"
    assert [a.ask_by for a in made.asks] == sorted(a.ask_by for a in made.asks)


def test_what_is_late_at_the_slow_end_is_said_and_still_asked() -> None:
    made = plan(replace(AIM, by=TODAY + timedelta(20)), WHOLE)
    assert not made.path.sure
    assert made.asks[0].state == "ask now: 32 days late at the slow end, 14 left at the fast end"
    assert any("start at once" in note for note in made.notes)
    with pytest.raises(Refused, match=r"No lawful path .* arrives by 28 Nov 2026.*2 Dec 2026 is the earliest"):
        plan(replace(AIM, by=TODAY + timedelta(2)), WHOLE)
    with pytest.raises(Misuse, match="no path 99"):
        plan(AIM, WHOLE, choice=99)


def test_the_table_holds_each_ask_with_recipient_and_days() -> None:
    made = plan(AIM, WHOLE)
    rows = list(csv.DictReader(io.StringIO(made.as_csv())))
    assert len(rows) == len(made.asks)
    for row in rows:
        assert row["recipient"]
        assert date.fromisoformat(row["ask_by"]) <= date.fromisoformat(row["last_day"])
        assert "unverified" in row["basis"]


def read(text: str) -> list[dict[str, str]]:
    """Read a calendar as RFC 5545 says: unfold, split, unescape."""
    events: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in {"BEGIN", "END"}:
            plain = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
            events[-1][name.partition(";")[0]] = plain
    return events


def test_the_calendar_is_read_back_whole() -> None:
    made = plan(AIM, WHOLE)
    text = as_ics(made, "Sudan; the, place", NOW)
    assert text == as_ics(made, "Sudan; the, place", NOW)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = read(text)
    assert len(events) == len(made.asks) + 1
    assert len({e["UID"] for e in events}) == len(events)
    for event, ask in zip(events, made.asks, strict=False):
        assert event["DTSTART"] == f"{ask.ask_by:%Y%m%d}"
        assert event["DTEND"] == f"{ask.ask_by + timedelta(1):%Y%m%d}"
        assert event["SUMMARY"] == f"Ask {ask.recipient}: {ask.ask}"
        assert event["DESCRIPTION"].startswith("Sudan; the, place. ")
    assert events[-1]["DTSTART"] == f"{AIM.by:%Y%m%d}"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_from_a_calendar_as_it_went_in(text: str) -> None:
    line = folded("SUMMARY:" + escaped(text))
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))
    body = f"BEGIN:VEVENT\r\n{line}\r\nEND:VEVENT"
    kept = text.replace("\ufffe", "").replace("\uffff", "")
    assert read(body)[0]["SUMMARY"] == kept


def test_forums_come_in_an_order_that_is_told_and_can_be_chosen() -> None:
    wish = Wish("any", "KEN", TODAY + timedelta(30), TODAY)
    for first in FIRST:
        seen = ranked(wish, WHOLE, first=first)
        assert seen == ranked(wish, WHOLE, first=first)
        reached = [s for s in seen if s.rank]
        assert [s.rank for s in reached] == list(range(1, len(reached) + 1))
        assert all(s.path and s.path.earliest <= wish.by for s in reached)
        assert all(s.why for s in seen if not s.rank)
    quiet = ranked(wish, WHOLE, first="access")
    assert quiet[0].forum.access == "none"
    loud = ranked(wish, WHOLE)
    assert loud[0].forum.signal == "highest"
    assert {s.forum.procedure for s in loud if "not inside" in s.why} == {"O01", "O02"}
    with pytest.raises(Misuse, match="signal, access, time"):
        ranked(wish, WHOLE, first="luck")
