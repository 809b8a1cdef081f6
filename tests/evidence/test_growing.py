"""Documents and activities grow: a later file adds and mends, and what it does not name stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iati_files import TAIL, WHAT, activity
from tocsin.core.context import Context
from tocsin.evidence.sources.spec import sample_folder
from tocsin.evidence.store import good
from tocsin.evidence.store.load import load

pytestmark = pytest.mark.usefixtures("thin")


def held(ctx: Context, source_id: str, table: str):
    found = good.as_of(ctx.settings.store, source_id, ctx.now().date())
    assert found is not None
    return good.table(found, table)


def reports(path: Path, *numbers: int, title: str = "A title") -> Path:
    rows = [
        {"id": str(n), "fields": {"title": title, "url": f"https://reliefweb.int/node/{n}",
                                  "date": dict.fromkeys(("created", "original"), "2026-11-01T00:00:00+00:00"),
                                  "country": [{"iso3": "sdn"}], "source": [{"shortname": "OCHA"}],
                                  "language": [{"code": "en"}], "format": [{"name": "Map"}]}}
        for n in numbers
    ]  # fmt: skip
    path.write_text(json.dumps({"totalCount": len(rows), "data": rows}), encoding="utf-8")
    return path


def test_a_later_file_adds_and_mends_and_what_it_does_not_name_stays(ctx: Context, tmp_path: Path) -> None:
    assert load(ctx, "reliefweb", reports(tmp_path / "a.json", 1, 2, 3), "analyst").outcome == "accepted"
    assert load(ctx, "reliefweb", reports(tmp_path / "b.json", 3, 4, title="Mended"), "analyst").outcome == "accepted"
    table = held(ctx, "reliefweb", "documents")
    assert dict(zip(table["document_id"], table["title"], strict=True)) == {
        "1": "A title", "2": "A title", "3": "Mended", "4": "Mended",
    }  # fmt: skip


def test_activities_grow_by_place_and_the_raw_file_can_be_taken_in_as_a_list(ctx: Context, tmp_path: Path) -> None:
    text = "<iati-activities>" + activity("X-1", f'{WHAT}<recipient-country code="SD"/>') + TAIL
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    (tmp_path / "b.xml").write_text(text.replace("X-1", "X-2").replace('"SD"', '"SS"'), encoding="utf-8")
    for name in ("a.xml", "b.xml"):
        assert load(ctx, "iati", tmp_path / name, "analyst").outcome == "accepted"
    table = held(ctx, "iati", "activities")
    assert table.select("activity_id", "place_id").rows() == [("X-1", "SDN"), ("X-2", "SSD")]


@pytest.mark.parametrize("source_id", ["reliefweb", "iati", "ucdp_prio", "ucdp_brd"])
def test_a_sample_is_never_data(ctx: Context, source_id: str) -> None:
    (sample,) = sample_folder(source_id).iterdir()
    outcome = load(ctx, source_id, sample, "analyst")
    assert (outcome.outcome, outcome.issues[0]["rule"]) == ("refused", "sample")
