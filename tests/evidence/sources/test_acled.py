"""ACLED live: a token, pages, changes since the last fetch; its words to ours; never a guess at an unknown kind."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers import Reply

from tocsin.evidence.fetch import Unusable
from tocsin.evidence.sources import FileRefused, Part, read, spec
from tocsin.evidence.sources.acled import fetch

ACCOUNT = {"username": "someone@example.org", "password": "a password of many words"}


def test_a_token_is_asked_for_and_events_come_page_by_page(monkeypatch) -> None:
    monkeypatch.setattr(fetch, "PAGE", 4)
    played = play("acled", secrets=ACCOUNT)
    token, *pages, gone = played.asks
    assert (token.method, token.keep, token.secret) == ("POST", False, ("username", "password"))
    assert "password" not in repr(token.form) or "form" not in repr(token), "a secret is in no log line"
    assert [p.params["page"] for p in pages] == ["1", "2"]
    assert pages[0].params["event_date"] == "2025-11-26|2026-11-26"
    assert all(p.secret == ("Authorization",) for p in (*pages, gone))
    events = read("acled", played.parts[:2], NOW).tables["events"]
    assert events["place_id"].to_list() == ["SDN", "MLI", "MMR", "COD", "COL", "YEM"]
    assert events["kind"].to_list() == ["state_based", "one_sided", "one_sided", "non_state", "other", "other"]
    assert events["deaths_best"].to_list() == [0, 3, 6, 9, 12, 15]
    assert events["deaths_low"].null_count() == 6, "ACLED says no lower estimate: not said is not zero"
    assert set(events["said_by"]) == {"Invented gazette"}
    since = play("acled", secrets=ACCOUNT, last=dict(played.last or {}))
    assert since.asks[1].params["timestamp_where"] == ">"
    assert "deleted_timestamp" not in gone.params, "the first time all that was ever deleted is asked for"
    assert since.asks[-1].params["deleted_timestamp_where"] == ">="
    assert since.asks[-1].params["deleted_timestamp"] == since.asks[1].params["timestamp"]
    days = play("acled", secrets=ACCOUNT, since=date(2026, 10, 11), until=date(2026, 10, 12))
    assert len(json.loads(days.parts[0].data)["data"]) == 2


def test_an_expired_token_is_renewed_once_and_no_access_is_said() -> None:
    refused: list[int] = []

    def expires(ask, reply: Reply) -> Reply:
        if ask.method == "GET" and not refused:
            refused.append(1)
            return Reply(401)
        return reply

    assert len(play("acled", secrets=ACCOUNT, change=expires).asks) == 5
    for status, said in ((401, "just given"), (403, "no access")):
        with pytest.raises(Unusable, match=said):
            play("acled", secrets=ACCOUNT, change=lambda a, r, s=status: Reply(s) if a.method == "GET" else r)
    with pytest.raises(Unusable, match="e-mail address and password"):
        play("acled", secrets=ACCOUNT, change=lambda _a, _r: Reply(400))
    with pytest.raises(Unusable, match="no list of events"):
        play("acled", secrets=ACCOUNT, change=lambda a, r: Reply.json({"message": "x"}) if a.method == "GET" else r)


def test_a_page_that_comes_twice_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(fetch, "PAGE", 3)
    first: list[bytes] = []

    def again(ask, reply: Reply) -> Reply:
        if ask.method == "GET" and ask.params["page"] in {"1", "2"}:
            first.append(reply.body)
            return Reply(200, first[0])
        return reply

    with pytest.raises(FileRefused, match="same records"):
        read("acled", play("acled", secrets=ACCOUNT, change=again).parts, NOW)


def test_the_list_of_deleted_events_has_a_moment_for_each_and_no_other_row_of_it_counts() -> None:
    rows = json.loads(play("acled", secrets=ACCOUNT).parts[-1].data)["data"]
    late = {"event_id_cnty": "XXX9002", "deleted_timestamp": "1795305600"}
    wrong = [
        {"event_id_cnty": "A", "deleted_timestamp": "yesterday"},
        {"event_id_cnty": "B", "deleted_timestamp": "12"},
        {"event_id_cnty": "C", "deleted_timestamp": "4070908800"},
        {"event_id_cnty": "", "deleted_timestamp": "1795305600"},
    ]
    reading = read("acled", [Part("d.json", json.dumps({"data": [*rows, late, *wrong]}).encode())], NOW)
    assert (reading.shape_id, reading.bad) == ("deleted", {4, 5, 6, 7})
    assert [i.rule for i in reading.issues if i.weight == "row"] == ["missing", "not-a-number", "too-low", "future"]
    gone = reading.tables["withdrawals"]
    assert gone["event_id"].to_list() == ["XXX8001", "XXX9002"]
    assert gone["withdrawn_at"][1] == datetime(2026, 11, 22, tzinfo=UTC), "the last word of two"
    with pytest.raises(Unusable, match="no access to acled-deleted"):
        play("acled", secrets=ACCOUNT, change=lambda a, r: Reply(403) if "/deleted/" in a.url else r)


def test_an_unknown_kind_and_an_impossible_row_are_quarantined() -> None:
    rows = json.loads(play("acled", secrets=ACCOUNT).parts[0].data)["data"]
    many = [{**rows[0], "event_id_cnty": f"XXX{n}"} for n in range(80)]
    many += [
        {**rows[0], "event_id_cnty": "A", "event_type": "Tax"},
        {**rows[0], "event_id_cnty": "B", "fatalities": "-1"},
        {**rows[0], "event_id_cnty": "C", "event_date": "2046-10-10"},
        {**rows[0], "event_id_cnty": "D", "latitude": "95"},
    ]
    again = {**many[0], "fatalities": "41", "timestamp": "1799999999"}
    reading = read("acled", [Part("a.json", json.dumps({"data": [again, *many]}).encode())], NOW)
    assert reading.bad == {82, 83, 84, 85}
    events = reading.tables["events"]
    assert events.filter(event_id="XXX0")["deaths_best"].to_list() == [41], "the newest change of an event stands"
    assert events.height == 80


def test_it_is_private_and_its_terms_are_there_to_be_accepted() -> None:
    live = spec("acled").live
    assert live is not None
    assert live.private
    assert live.terms is not None
    assert "have read it" in live.terms.text
    assert not spec("acled").figures


@pytest.mark.parametrize("iso", ["²", "7" * 5000])
def test_what_looks_like_a_number_and_is_none_leaves_the_place_to_its_name(iso: str) -> None:
    rows = json.loads(play("acled", secrets=ACCOUNT).parts[0].data)["data"]
    data = json.dumps({"count": 1, "total_count": 1, "data": [{**rows[0], "iso": iso}]}).encode()
    assert read("acled", [Part("a.json", data)], NOW).tables["events"]["place_id"].to_list() == ["SDN"]


@pytest.mark.parametrize(
    ("iso", "country", "place_id"), [("275", "Palestine", "PSE"), ("732", "Western Sahara", "ESH")]
)
def test_a_territory_stands_on_its_own_page(iso: str, country: str, place_id: str) -> None:
    rows = json.loads(play("acled", secrets=ACCOUNT).parts[0].data)["data"]
    by_number, by_name = {**rows[0], "iso": iso}, {**rows[0], "event_id_cnty": "N", "iso": "0", "country": country}
    data = json.dumps({"count": 2, "total_count": 2, "data": [by_number, by_name]}).encode()
    assert read("acled", [Part("a.json", data)], NOW).tables["events"]["place_id"].to_list() == [place_id] * 2
