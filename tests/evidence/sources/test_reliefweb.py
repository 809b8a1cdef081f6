"""ReliefWeb live: a span of days, documents with their places, nothing of their text."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers import Reply

from tocsin.evidence.fetch import Unusable
from tocsin.evidence.sources import Part, read

NAME = {"appname": "ours-for-a-test-7f3k"}


def test_a_week_then_what_came_since_and_days_that_a_person_names() -> None:
    played = play("reliefweb", secrets=NAME)
    assert played.asks[0].params["filter[value][from]"] == "2026-11-19T12:00:00+00:00"
    assert played.last == {"created": "2026-11-26T12:00:00+00:00"}
    assert [a.params["offset"] for a in played.asks] == ["0", "2", "4"], "on from what came, not from what was asked"
    table = read("reliefweb", played.parts, NOW).tables["documents"]
    assert table["places"].to_list() == [["SDN", "TCD"], ["SSD"], ["MMR"], ["COD"], []], "World is no place"
    assert table["published"].to_list()[0] == date(2026, 11, 19)
    assert set(table["kind"]) == {"Situation Report"}
    again = play("reliefweb", secrets=NAME, last={"created": "2026-11-25T00:00:00+00:00"})
    assert len(json.loads(again.parts[0].data)["data"]) == 2
    named = play("reliefweb", secrets=NAME, since=date(2026, 11, 21), until=date(2026, 11, 22))
    assert len(json.loads(named.parts[0].data)["data"]) == 2


def test_an_unknown_appname_and_an_answer_without_a_total_are_said() -> None:
    with pytest.raises(Unusable, match="appname"):
        play("reliefweb", secrets=NAME, change=lambda _a, _r: Reply(403))
    empty = {"totalCount": 9, "data": []}
    with pytest.raises(Unusable, match="gives none"):
        play("reliefweb", secrets=NAME, change=lambda _a, _r: Reply.json(empty))
    with pytest.raises(Unusable, match="totalCount"):
        play("reliefweb", secrets=NAME, change=lambda _a, _r: Reply.json({"data": []}))


def test_odd_records_are_quarantined_and_a_link_leads_to_reliefweb_or_nowhere() -> None:
    def record(number: int, **fields: object) -> dict[str, object]:
        url = f"https://reliefweb.int/node/{number}"
        own = {"title": "T", "url": url, "date": {"created": "2026-11-20T00:00:00+00:00"}, **fields}
        return {"id": str(number), "fields": own}

    rows = [record(n) for n in range(1, 61)]
    rows += [record(61, url="https://elsewhere.example/x"), record(62, country="Sudan")]
    rows += [record(63, date={"created": "2046-11-20T00:00:00+00:00"})]
    rows += [record(64, url="https://[a")]
    data = json.dumps({"totalCount": len(rows), "data": rows}).encode()
    reading = read("reliefweb", [Part("a.json", data)], NOW)
    assert reading.bad == {61, 62, 63, 64}
    assert {i.rule for i in reading.issues if i.weight == "row"} == {"address", "list", "future"}
