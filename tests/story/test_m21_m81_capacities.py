"""M21: a country file lists missing capacities and programme types; M81: institutions over time beside support."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cli.test_docket import Tell, tell
from desk.conftest import desk, reader, seeded_home
from tocsin.catalog.development import lens
from tocsin.catalog.library import library
from tocsin.desk.context import context
from tocsin.response.register import assessments, country, portfolio
from tocsin.response.register.country.institutions import NO_PROOF
from tocsin.response.register.people import cli_actor

__all__ = ["desk", "reader", "seeded_home", "tell"]
pytestmark = pytest.mark.django_db(transaction=True)

LIST = """iati_identifier,reporting_org,title,sector_code,recipient_country,start,end,status,budget,currency
XM-2,Donor A,Judges and courts,15130,SD,2019-06-01,2022-05-31,4,1200000,EUR
XM-3,Donor A,Audit office,15118,SD,2021-01-01,,2,,
XM-4,Donor A,Food,72040,SD,2021-01-01,,2,,
"""


def answer(code: str, state: str, post: str = "analyst") -> None:
    assessments.answer(
        context(), cli_actor(post), "SDN", code, state=state, trend="same", confidence="moderate",
        no_evidence_reason="said in the room, nothing written",
    )  # fmt: skip


def by_id() -> dict[str, dict]:
    return {row["id"]: row for row in country.capacities(context(), "SDN")}


def take(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    portfolio.take(context(), path, "Fund", cli_actor("analyst"))


def test_m21_missing_is_what_somebody_assessed_or_a_figure_says_and_nothing_else(reader, tmp_path: Path) -> None:
    before = by_id()
    assert before["oversight"]["state"] == "not_assessed"
    assert not before["oversight"]["lacking"]
    assert before["oversight"]["programmes"] == []
    figures = [row for row in before.values() if row["lacking"]]
    assert figures, "the figures of the bundled snapshot say something of Sudan"
    assert all(row["state"] == "data" and any(d["beyond"] for d in row["data"]) for row in figures)
    assert all(d["source_id"] and d["release"] and d["period"] for row in figures for d in row["data"])
    take(tmp_path)
    for code, state in (("3.6", "present"), ("6.11", "partly"), ("6.10", "absent"), ("3.4", "unknown")):
        answer(code, state)
    answer("RF2", "present")
    after = by_id()
    assert after["oversight"]["state"] == "missing"
    assert after["early_warning"]["state"] == "partly"
    assert (after["refuge"]["state"], after["refuge"]["lacking"]) == ("there", False)
    assert (after["civil_control"]["state"], after["civil_control"]["lacking"]) == ("unknown", False)
    assert (after["accountability"]["state"], after["accountability"]["factor_alone"]) == ("not_assessed", True)
    fits = {p["id"]: p for p in after["oversight"]["programmes"]}["oversight_bodies"]
    assert {o["id"] for o in fits["options"]} <= set(library().options)
    assert fits["needs"]
    assert fits["may_harm"]
    assert [h["title"] for h in fits["here"]] == ["Audit office"]


def test_m21_assessors_who_differ_are_both_named_and_the_gravest_stands(reader) -> None:
    answer("3.6", "absent")
    assert by_id()["oversight"]["state"] == "there"
    answer("3.6", "present", "desk_officer")
    row = by_id()["oversight"]
    assert row["state"] == "missing"
    assert {a["state"] for a in row["said"][0]["answers"]} == {"absent", "present"}
    assert row["said"][0]["differ"]


def test_m21_every_capacity_of_the_factors_has_a_programme_and_an_option(tell: Tell) -> None:
    assert {c.factor for c in lens().capacities.values()} >= {"RF2", "RF3", "RF6"}
    for one in lens().capacities:
        assert lens().programmes_for(one), one
    said = tell("portfolio", "capacities", "KEN")
    assert {row["state"] for row in said["capacities"]} == {"not_assessed"}, "no run, no assessor: nothing is known"


def test_m81_the_file_shows_the_course_of_institutions_beside_dated_support_and_claims_no_effect(
    reader, tmp_path: Path
) -> None:
    page = "/places/SDN/capacities"
    take(tmp_path)
    said = {
        "post": "analyst", "kind": "early_warning", "body": "National <i>warning</i> centre", "as_of": "2022-03-01",
        "state": "not_working", "trend": "worse", "source": "https://example.org/report", "vintage": "2022-05-01",
    }  # fmt: skip
    refused = reader.post(page, {**said, "vintage": "someday"})
    assert refused.status_code == 422
    assert "https://example.org/report" in refused.content.decode()
    assert reader.post(page, {**said, "as_of": "2999-01-01"}).status_code == 422
    assert reader.post(page, said).status_code == 302
    kinds = {k["kind"]: k for k in country.institutions(context(), "SDN")}
    assert list(kinds) == ["courts", "oversight", "early_warning"]
    courts = kinds["courts"]
    assert {f["column"] for f in courts["figures"]} == {"v2jureform_ord", "v2x_libdem"}
    assert all(f["release"] and f["source_id"] == "vdem" and f["stands_for"] for f in courts["figures"])
    assert [p["title"] for p in courts["support"]] == ["Judges and courts"]
    assert {y["year"] for y in courts["years"] if y["support"]} == {2019, 2020, 2021, 2022}
    assert all(y["figures"] for y in courts["years"])
    assert [p["title"] for p in kinds["oversight"]["support"]] == ["Audit office"]
    assert kinds["early_warning"]["figures"] == []
    assert kinds["early_warning"]["words"][0]["vintage"] == "2022-05-01"
    text = reader.get(page).content.decode()
    assert NO_PROOF in text
    assert "National &lt;i&gt;warning&lt;/i&gt; centre" in text
    assert "support began: Judges and courts" in text
    assert "not assessed" in text
    table = reader.get("/places/SDN/institutions.csv")
    rows = list(csv.DictReader(table.content.decode().splitlines()))
    assert {r["what"] for r in rows} == {"figure", "judgement", "support"}
    assert table.content == reader.get("/places/SDN/institutions.csv").content


def test_m81_by_command_line_a_judgement_needs_its_source_and_its_day(tell: Tell) -> None:
    words = ("portfolio", "judge", "KEN", "--kind", "courts", "--body", "Supreme Court", "--state", "working",
             "--trend", "better", "--vintage", "2020-01-01", "--by", "analyst")  # fmt: skip
    assert "source" in tell(*words, "--as-of", "2019-12-01", "--source", " ", exits=1)["what"]
    assert tell(*words, "--as-of", "not-a-day", "--source", "a report", exits=2)
    tell(*words, "--as-of", "2019-12-01", "--source", "a report of 2020")
    said = tell("portfolio", "institutions", "KEN")
    assert said["no_proof"] == NO_PROOF
    assert said["institutions"][0]["words"][0]["body"] == "Supreme Court"
    assert said["institutions"][0]["figures"] == []
