"""A refused load is seen from the store's own records, before any refresh."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tocsin.core.context import Context
from tocsin.evidence import store
from tocsin.response.register import loads
from tocsin.response.register.dated import days_behind


def test_a_refused_load_is_seen_with_why_and_what_to_do(ctx: Context, tmp_path: Path) -> None:
    assert loads.refused(ctx.settings.store) == {}
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    store.load(ctx, "vdem", bad, "analyst")
    record = loads.refused(ctx.settings.store)["vdem"]
    said = loads.sentence("V-Dem", record)
    assert said.startswith("V-Dem: the last file (bad.csv, ")
    assert "the columns are none of the shapes" in said
    assert said.endswith("the last good figures stay in force")
    assert "tocsin load vdem FILE" in record["todo"]


def test_a_good_load_afterwards_ends_it(ctx: Context) -> None:
    folder = ctx.settings.store / "vdem" / "attempts"
    folder.mkdir(parents=True)
    (folder / "2026-11-01T000000Z-000000-aa.json").write_text(json.dumps({"outcome": "refused"}))
    (folder / "2026-11-02T000000Z-000001-bb.json").write_text(json.dumps({"outcome": "accepted"}))
    assert loads.refused(ctx.settings.store) == {}
    assert loads.last(ctx.settings.store)["vdem"]["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("newest", "cadence", "behind"),
    [("2024", 365, 327), ("2026-02", 31, 237), ("2026-11-20", 31, 0), ("2026", 365, 0), ("", 365, None)],
)
def test_how_far_behind_its_cadence_a_source_is(newest: str, cadence: int, behind: int | None) -> None:
    assert days_behind({"newest": newest, "cadence_days": cadence}, date(2026, 11, 23)) == behind
