"""IATI live: ten countries in turn, and a row for each place of an activity, by the rules of the register's import."""

from __future__ import annotations

from datetime import date

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers import Reply

from iati_files import TAIL, WHAT, activity
from tocsin.catalog.development import lens
from tocsin.evidence.fetch import Unusable
from tocsin.evidence.sources import FileRefused, Part, read
from tocsin.evidence.sources.iati.fetch import batch

KEY = {"key": "a-key-of-ours-0001"}


def test_the_next_countries_come_in_turn_and_pages_are_one_file() -> None:
    played = play("iati", secrets=KEY)
    assert len(played.asks) == 1
    assert "recipient_country_code:(AD OR AE OR AF" in played.asks[0].params["q"]
    table = read("iati", played.parts, NOW).tables["activities"]
    assert table.height == 5
    food = table.filter(activity_id="XX-INVENTED-1")
    assert food["place_id"].to_list() == ["AND", "ARE"]
    assert food["share_pct"].to_list() == [80.0, 20.0]
    assert food["starts"].to_list() == [date(2025, 3, 1)] * 2
    assert food["money"].to_list()[0] == [
        {"kind": "3", "currency": "EUR", "amount": "40000.25", "count": 1},
        {"kind": "budget-1", "currency": "USD", "amount": "1500000", "count": 1},
    ]
    seen, after = set(), ""
    while not seen & set(batch(after)):
        seen |= set(batch(after))
        after = batch(after)[-1]
    assert seen == set(lens().countries), "nobody is left out"
    assert play("iati", secrets=KEY, last={"turn": after}).asks[0].params["q"] == played.asks[0].params["q"]


def test_a_refused_key_a_cut_page_and_a_page_of_another_site_end_the_fetch() -> None:
    with pytest.raises(Unusable, match="key"):
        play("iati", secrets=KEY, change=lambda _a, _r: Reply(401))
    with pytest.raises(Unusable, match="no whole XML"):
        play("iati", secrets=KEY, change=lambda _a, r: Reply(200, r.body[:-30]))


def test_bad_activities_are_quarantined_and_a_bomb_is_refused() -> None:
    text = '<iati-activities version="2.03">\n'
    good = [activity(f"X-{n}", f'{WHAT}<recipient-country code="SD"/>') for n in range(30)]
    odd = activity("X-BAD", f'{WHAT}<recipient-country code="SD"/><budget><value>many</value></budget>')
    reading = read("iati", [Part("a.xml", (text + "".join(good) + odd + TAIL).encode())], NOW)
    assert (reading.rows_in, reading.bad) == (31, {31})
    assert {i.rule for i in reading.issues} == {"iati"}
    assert reading.tables["activities"].height == 30
    for data, rule in (
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + text.encode() + TAIL.encode(), "entities"),
        (b"<!DOCTYPE html><html><body>Maintenance</body></html>", "html"),
        ((text + good[0]).encode(), "truncated"),
        ((text + TAIL).encode(), "empty"),
    ):
        with pytest.raises(FileRefused) as refused:
            read("iati", [Part("a.xml", data)], NOW)
        assert refused.value.issue.rule == rule
