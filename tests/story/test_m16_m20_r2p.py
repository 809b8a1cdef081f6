"""M20: what is owed and lawful by pillar and crime, with sources. M16: what was done about each commitment."""

from __future__ import annotations

import csv
import io
import json
from itertools import product
from typing import Any

from tocsin.catalog.r2p import asked, check, whole


def test_m20_a_query_returns_the_lawful_mechanisms_with_their_sources(house: Any) -> None:
    told = house("r2p", "map", "--crime", "war crimes", "--pillar", "2")
    found = {m["id"]: m for m in told["mechanisms"]}
    assert {"capacity", "mission-by-consent", "red-cross", "asked-intervention", "no-transfer"} <= set(found)
    assert not {"icj-case", "council-vii", "icc-referral"} & set(found), "genocide alone, or the third pillar"
    assert all(m["source"] and m["basis_label"] and m["lawful_with"] for m in found.values())
    assert {p["id"] for p in found["mission-by-consent"]["leads"]} == {"U14", "U29", "E04"}
    assert {d["id"] for d in told["duties"]} >= {"ensure-respect", "help-to-protect", "no-arms"}
    page = house.page("/r2p?crime=war_crimes&pillar=2")
    for mechanism in found.values():
        assert f'id="m-{mechanism["id"]}"' in page
    assert 'href="/procedures/U14"' in page
    assert "from memory" in page
    assert 'id="m-icj-case"' not in page
    house("r2p", "map", "--crime", "ecocide", exits=2)
    house("r2p", "map", "--pillar", "4", exits=2)
    assert 'id="m-icj-case"' in house.page("/r2p?crime=<script>&pillar=9"), "what is no crime asks for all"


def test_m20_every_field_of_the_map_has_a_duty_and_a_mechanism_and_the_files_have_no_fault() -> None:
    assert check() == []
    sides = whole().sides
    for pillar, crime in product(sides.pillars, sides.crimes):
        found = asked(crime, pillar)
        assert found.duties, (crime, pillar)
        assert found.mechanisms, (crime, pillar)
    courts = {m.id for m in asked("ethnic cleansing").mechanisms} & {"icc-referral", "icj-case", "self-referral"}
    assert courts == set(), "no court hears it under that name"
    assert "treaty" in sides.crimes["ethnic_cleansing"].note


def test_m20_the_map_is_published_beside_the_frameworks(house: Any, tmp_path: Any) -> None:
    made = house("framework", "publish", "--to", str(tmp_path / "all"))
    assert [name for name in made["files"] if name.startswith("r2p-")] == ["r2p-2026-11.jsonld", "r2p-2026-11.csv"]
    linked = (tmp_path / "all" / "r2p-2026-11.jsonld").read_bytes()
    assert linked == house.client.get("/r2p.jsonld").content
    graph = json.loads(linked)["@graph"]
    names = {node["@id"] for node in graph}
    pointed = {link["@id"] for node in graph for key in ("tocsin:pillar", "tocsin:crime", "tocsin:duty")
               for link in node.get(key, [])}  # fmt: skip
    assert pointed <= names, "every link leads to a node"
    rows = list(csv.DictReader(io.StringIO(house.client.get("/r2p.csv").content.decode())))
    assert len(rows) == len(whole().duties) + len(whole().mechanisms)
    assert house("r2p", "export", "--format", "csv")["text"].encode() == house.client.get("/r2p.csv").content


def test_m16_a_commitment_lists_the_acts_that_cite_it_and_shows_as_unmet_without_one(house: Any) -> None:
    duty = "call-upon-un"
    before = {d["id"]: d for d in house("r2p", "commitments", "--unmet")["duties"]}
    assert before[duty]["unmet"] == ["genocide-convention-8"]
    assert set(before) == set(whole().duties), "nothing was done in a new house"
    due = ("--due", "2099-01-01", "--shown-by", "The letter as circulated", "--by", "desk_officer")
    step = ("--post", "desk_officer", "--what", "Write to the President of the Council")
    number = house("oversight", "undertakings", "step", "genocide-convention-8", *step, *due)["step"]
    house("oversight", "undertakings", "done", str(number), "--evidence", "S/2099/1", "--by", "desk_officer")
    from tocsin.response.register.models import LedgerEntry

    act = LedgerEntry.objects.get(kind="undertaking.done").seq
    cite = ("--act", str(act), "--why", "The letter calls upon the Council by article eight")
    house("oversight", "undertakings", "cite", "genocide-convention-8", *cite, "--by", "desk_officer")
    after = {d["id"]: d for d in house("r2p", "commitments", "--crime", "genocide", "--pillar", "3")["duties"]}
    kept = {c["key"]: c for c in after[duty]["commitments"]}
    assert [a["act"] for a in kept["genocide-convention-8"]["acts"]] == [act]
    assert after[duty]["state"] == "acted on"
    assert after["settle-at-court"]["state"] == "unmet"
    page = house.page("/r2p?crime=genocide&pillar=3")
    row = page[page.index(f'id="d-{duty}"') :]
    assert f"ledger entry {act}" in row[: row.index("</tr>")]
    other = page[page.index('id="d-settle-at-court"') :]
    assert "unmet" in other[: other.index("</tr>")]
    listed = house.page("/undertakings?q=calling")
    assert 'href="/r2p#d-call-upon-un"' in listed
    assert f"ledger entry {act}" in listed
