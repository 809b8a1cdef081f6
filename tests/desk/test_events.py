"""The pages of events: a list that is narrowed, one event with its conflicts, a queue that is judged and undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.evidence.events.told import row, table, took

from tocsin.desk.context import context
from tocsin.evidence.events.dropped import Covered
from tocsin.evidence.events.take import take

WHY = "Both quote the same clinic, and say so"


@pytest.fixture
def told(desk: Path, reader: Client) -> Client:
    """A signed-in reader of a home with two events of two reports, one joined and one waiting."""
    later = row("x")["date_start"].replace(day=20)
    unplaced = {"where_text": None, "latitude": None, "longitude": None, "admin1": "North Darfur"}
    joined = row("ucdp_ged", "1", title="<script>alert(1)</script>")
    took(context(), joined, row("ucdp_ged", "2", date_start=later, **unplaced))
    took(context(), row("event_list", "1", deaths_best=70), row("event_list", "2", date_start=later))
    return reader


def shown(answer: object) -> str:
    return answer.content.decode().split("<main", 1)[1]  # type: ignore[attr-defined]


def test_a_list_tells_who_says_what_and_an_event_where_they_disagree(told: Client) -> None:
    text = shown(told.get("/places/SDN/events"))
    assert "dead differs" in text
    assert "a pair waits" in text
    refs = re.findall(r"/events/([0-9a-f]{20})", text)
    texts = [shown(told.get(f"/events/{ref}")) for ref in refs]
    whole = next(t for t in texts if "Where they disagree" in t)
    assert "<b>12</b> by ucdp_ged" in whole
    assert "<b>70</b> by event_list" in whole
    assert "<script>" not in whole
    assert "the same point" in whole


def test_a_territory_says_where_its_events_may_stand_and_a_state_what_stands_apart(told: Client) -> None:
    text = shown(told.get("/places/PSE/events"))
    assert "does not tell Palestine apart" in text
    assert 'href="/places/ISR/events"' in text
    assert 'href="/places/PSE/events"' in shown(told.get("/places/ISR/events"))
    assert "apart" not in shown(told.get("/places/SDN/events"))


def test_what_was_known_on_a_day_and_what_a_publisher_no_longer_has(told: Client) -> None:
    now = context().now().date()
    then = shown(told.get(f"/places/SDN/events?as_of={now.replace(year=now.year - 1)}"))
    assert "Nothing had been taken in by then" in then
    text = shown(told.get(f"/places/SDN/events?as_of={now}"))
    known, refs = f"?as_of={now}", re.findall(r"/events/([0-9a-f]{20})\?as_of=[0-9-]+", text)
    ref = next(r for r in refs if "ucdp_ged" in shown(told.get(f"/events/{r}")))
    assert "What came since is left out" in shown(told.get(f"/events/{ref}{known}"))
    assert told.get("/places/SDN/events?as_of=2999-01-01").status_code == 422
    assert told.get(f"/events/{ref}?as_of=never").status_code == 422
    again = [row("ucdp_ged", "9", place_id="TCD")]
    whole = Covered(months=frozenset({"2024-05"}))
    take(context(), table(*again), source_id="ucdp_ged", release="candidate 24.0.6", sha256="0" * 64, covered=whole)
    assert "no longer in candidate 24.0.6 of ucdp_ged" in shown(told.get("/places/SDN/events"))
    assert "No longer in candidate 24.0.6" in shown(told.get(f"/events/{ref}"))
    assert "/events/queue" in shown(told.get("/sources"))


def test_filters_that_make_no_sense_are_told_and_left_out(told: Client) -> None:
    answer = told.get("/places/SDN/events?from=soon&deaths=many&kind=war&before=x")
    assert answer.status_code == 422
    assert "is no place in the list" in shown(answer)
    assert "/events/" in shown(answer)
    assert told.get("/events/queue?after=x").status_code == 422
    assert told.get(f"/events/{'0' * 20}").status_code == 404


def test_a_pair_is_judged_and_the_judgement_taken_back(told: Client) -> None:
    text = shown(told.get("/events/queue?place=SDN"))
    assert "1 pair waits" in text
    pair = {name: re.search(f'name="{name}" value="([0-9a-f]+)"', text)[1] for name in ("one", "other")}
    form = {"act": "judge", "post": "analyst", **pair, "word": "same"}
    refused = told.post("/events/queue?place=SDN", {**form, "why": "no"})
    assert refused.status_code == 422
    assert 'accesskey="w">no</textarea>' in shown(refused)
    assert told.post("/events/queue?place=SDN", {**form, "why": WHY}).status_code == 302
    after = shown(told.get("/events/queue?place=SDN"))
    assert "No pair waits" in after
    number = re.search(r'name="judgement" value="(\d+)"', after)[1]
    undo = {"act": "undo", "judgement": number, "post": "analyst", "why": "The clinic says they are two days"}
    assert told.post(f"/events/{pair['one']}", undo).status_code == 302
    assert "1 pair waits" in shown(told.get("/events/queue"))


def test_a_report_is_split_off(told: Client) -> None:
    text = shown(told.get("/places/SDN/events?deaths=60"))
    ref = re.search(r"/events/([0-9a-f]{20})", text)[1]
    report = re.search(r'name="report" value="([0-9a-f]{20})"', shown(told.get(f"/events/{ref}")))[1]
    answer = told.post(f"/events/{ref}", {"act": "split", "report": report, "post": "analyst", "why": WHY})
    assert answer.status_code == 302
    assert "Where they disagree" not in shown(told.get(f"/events/{ref}"))
    assert told.post(f"/events/{ref}", {"act": "dance"}).status_code == 422
