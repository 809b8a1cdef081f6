"""Two vintages of a source on a page: what was revised, the biggest first, and filters that stand in the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.evidence.publisher import publisher_file

from tocsin.core.context import Context
from tocsin.desk.context import context
from tocsin.evidence.store import load

SOURCE = "ucdp_brd"


@pytest.fixture
def revised(desk: Path, tmp_path: Path) -> Context:
    """The desk with a second release of battle deaths: Sudan in 2023 counts 1,000 more, Ethiopia in 2022 is gone."""
    file = publisher_file(SOURCE)

    def change(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        kept = []
        for row in rows:
            if (row["gwno_battle"], row["year"]) == ("625", 2023):
                row["bd_best"] = row["bd_high"] = float(str(row["bd_best"])) + 1000
            kept.append(row)
        return kept

    path = tmp_path / file.name
    path.write_bytes(file.with_rows(change).data())
    outcome = load(context(), SOURCE, path, "analyst")
    assert outcome.in_force, outcome
    return context()


def test_the_biggest_revision_comes_first_with_both_releases(revised: Context, reader: Client) -> None:
    page = reader.get(f"/sources/{SOURCE}/vintages").content.decode()
    rows = page[page.index('id="rows"') :]
    assert "Sudan</a>, 2023" in rows
    assert "+1,000" in rows
    assert "Then: 25.1, known from 23 Nov 2026" in page
    assert "bundled" in page
    assert "retrieved" in page


def test_the_filters_stand_in_the_address(revised: Context, reader: Client) -> None:
    for wanted, there in (("place=SDN", True), ("place=ETH", False), ("from=2024", False), ("to=2023&from=2023", True)):
        page = reader.get(f"/sources/{SOURCE}/vintages?{wanted}").content.decode()
        assert ("Sudan</a>, 2023" in page) is there, wanted
    turned = reader.get(f"/sources/{SOURCE}/vintages?old=2&new=1").content.decode()
    assert "−1,000" in turned, "which is then and which is now is the reader's"


def test_a_source_with_one_vintage_says_what_would_fill_the_page(desk: Path, reader: Client) -> None:
    page = reader.get("/sources/vdem/vintages").content.decode()
    assert "There is one vintage of vdem here" in page
    assert "tocsin load vdem FILE" in page


@pytest.mark.parametrize("asked", ["kind=odd", "place=XX", "old=17", "new=nothing", "place=%3Ci%3E"])
def test_what_there_is_not_is_one_sentence(revised: Context, reader: Client, asked: str) -> None:
    answer = reader.get(f"/sources/{SOURCE}/vintages?{asked}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "<i>" not in answer.content.decode()


def test_no_such_source(desk: Path, reader: Client) -> None:
    assert reader.get("/sources/nothing/vintages").status_code == 404


def test_one_is_led_there_from_the_sources_and_from_a_figure(desk: Path, reader: Client) -> None:
    assert 'href="/sources/ucdp_ged/vintages"' in reader.get("/sources").content.decode()
    assert 'href="/sources/ucdp_ged/vintages?place=SDN"' in reader.get("/places/SDN").content.decode()
