"""IATI live: ten countries in turn, and a row for each place of an activity, by the rules of the register's import."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers import Reply

from iati_files import TAIL, WHAT, activity
from tocsin.catalog.development import lens
from tocsin.evidence.fetch import Unusable
from tocsin.evidence.sources import FileRefused, Part, read
from tocsin.evidence.sources.iati.fetch import batch
from tocsin.evidence.sources.spec import sample_folder

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


def renamed(data: bytes, element: bytes) -> bytes:
    """Return a file in which an element has another name."""
    return re.sub(rb"<(/?)%s\b" % element, rb"<\1%s-x" % element, data)


@pytest.mark.parametrize("element", ["sector", "budget", "recipient-country", "transaction", "location", "title"])
def test_an_element_by_another_name_is_an_issue_of_the_run(element: str) -> None:
    data = (sample_folder("iati") / "activities.xml").read_bytes()
    assert not [i for i in read("iati", [Part("a.xml", data)], NOW).issues if i.rule == "columns"]
    if element.encode() not in data:
        data = data.replace(b"</iati-activity>", f"<{element}/></iati-activity>".encode())
    found = read("iati", [Part("a.xml", renamed(data, element.encode()))], NOW)
    said = [(i.column, i.weight) for i in found.issues if i.rule == "columns"]
    assert (f"{element}-x", "warn") in said


def test_a_new_element_is_heard_and_one_in_a_namespace_of_its_own_is_the_publishers_right() -> None:
    data = (sample_folder("iati") / "activities.xml").read_bytes()
    own = b'<own:note xmlns:own="https://example.org/ns">1</own:note>'
    more = data.replace(b"</iati-activity>", own + b"<brand-new>1</brand-new></iati-activity>")
    found = read("iati", [Part("a.xml", more)], NOW)
    assert [i.column for i in found.issues if i.rule == "columns"] == ["brand-new"]
    assert not found.bad
