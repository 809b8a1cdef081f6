"""The page of a source's quarantined rows: a person mends one, releases it and takes it back, without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.evidence.publisher import publisher_file

from tocsin.desk.context import context
from tocsin.evidence.store import good, load
from tocsin.response.register.models import LedgerEntry

SOURCE = "facts_coups"
PAGE = f"/sources/{SOURCE}/quarantine"
WHY = "The compiler confirmed the year by letter"


@pytest.fixture
def aside(desk: Path, tmp_path: Path) -> int:
    """The desk with a file of which one row is set aside: its number."""
    made = publisher_file(SOURCE)
    path = tmp_path / "coups.csv"
    path.write_bytes(made.data() + b"625,<b>Sudan</b>,20233,1\n500,Uganda,2022,0\n")
    assert load(context(), SOURCE, path, "analyst").outcome == "quarantined"
    return len(made.rows) + 1


def form(page: str, row: int) -> dict[str, str]:
    """Return the fields of a row's form, as a browser would send them."""
    found = re.findall(r'name="(c\d+)" value="([^"]*)" form="f-row"', page)
    file = re.search(r'name="file" value="([^"]+)"', page)
    assert file
    return {"act": "mend", "row": str(row), "file": file[1], "post": "analyst", **dict(found)}


def test_a_person_mends_releases_and_takes_back(aside: int, reader: Client) -> None:
    page = reader.get(PAGE).content.decode()
    assert f"Row {aside}: quarantined" in page
    assert "&lt;b&gt;Sudan&lt;/b&gt;" in page
    assert "<b>Sudan</b>" not in page, "what a publisher wrote is text"
    given = form(page, aside)
    year = next(key for key, value in given.items() if value == "20233")

    refused = reader.post(PAGE, {**given, year: "2023", "why": "no"})
    assert refused.status_code == 422
    assert 'value="2023"' in refused.content.decode(), "what was typed is kept"
    told = reader.post(PAGE, {**given, year: "1200", "why": WHY}, follow=True).content.decode()
    assert "stays quarantined" in told
    assert "too-early" in told
    told = reader.post(PAGE, {**given, year: "2023", "why": WHY}, follow=True).content.decode()
    assert f"Row {aside}: mended" in told
    assert "Mended by Ada Example" in told

    release = {"act": "release", "file": given["file"], "rows": str(aside), "post": "analyst"}
    assert reader.post(PAGE, {**release, "rows": "", "why": WHY}).status_code == 422
    told = reader.post(PAGE, {**release, "why": WHY}, follow=True).content.decode()
    assert f"Row {aside}: released" in told
    (held,) = [r for r in good.loads(context().settings.store, SOURCE) if r.get("mended")]
    vintage = held["folder"].rpartition("/")[2]
    assert "with rows mended" in reader.get(f"/sources/{SOURCE}/vintages").content.decode()
    undo = {"act": "undo", "vintage": vintage, "post": "analyst", "why": WHY}
    told = reader.post(PAGE, undo, follow=True).content.decode()
    assert "taken back</b> by Ada Example" in told
    assert f"Row {aside}: quarantined" in told
    entry = LedgerEntry.objects.filter(kind="quarantine.undone").get()
    assert entry.kind == "quarantine.undone"


def test_without_quarantined_rows_the_page_teaches_and_an_unknown_file_is_a_sentence(
    aside: int, reader: Client
) -> None:
    assert "would stand here" in reader.get("/sources/vdem/quarantine").content.decode()
    page = reader.get("/sources/ucdp_prio/quarantine").content.decode()
    assert "row 41" in page
    assert "tocsin load ucdp_prio FILE" in page
    assert "What is known of them" in reader.get("/sources").content.decode()
    assert f'href="{PAGE}"' in reader.get("/sources").content.decode(), "linked from where rows are listed"
    assert f'href="{PAGE}"' not in Client().get("/sources").content.decode()
    assert reader.get("/sources/nowhere/quarantine").status_code == 404
    answer = reader.get(f"{PAGE}?file=zzz")
    assert answer.status_code == 422
    assert "is no file with quarantined rows" in answer.content.decode()
    assert reader.post(PAGE, {"act": "burn"}).status_code == 422
    outside = Client().get(PAGE)
    assert outside.status_code == 302
