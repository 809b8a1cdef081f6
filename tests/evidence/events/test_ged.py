"""UCDP's events as they stand in a file: loaded once, kept with the load, made again from it (story of a rebuild)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.evidence.publisher import publisher_file

from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.evidence.events import keep
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.rebuild import rebuild
from tocsin.evidence.store import load


def test_a_loaded_file_fills_the_event_store_and_a_lost_store_is_made_again(ctx: Context, tmp_path: Path) -> None:
    made = publisher_file("ucdp_ged")
    path = tmp_path / made.name
    path.write_bytes(made.data())
    assert load(ctx, "ucdp_ged", path, "analyst").in_force
    with keep.reading(ctx) as db:
        assert db is not None
        places = [p for (p,) in db.execute("SELECT DISTINCT place_id FROM report ORDER BY 1")]
        held = db.execute("SELECT count(*) FROM report").fetchone()[0]
    assert held
    before = page(ctx, Asked(places[0]))
    load(ctx, "ucdp_ged", path, "analyst")
    assert page(ctx, Asked(places[0])) == before
    with closing(sqlite3.connect(keep.path(ctx))) as db:  # as a store of an earlier version stands there
        db.execute("PRAGMA user_version = 2")
    with pytest.raises(Damaged, match="earlier version"):
        page(ctx, Asked(places[0]))
    assert rebuild(ctx).reports == held
    keep.path(ctx).unlink()
    assert not page(ctx, Asked(places[0])).built
    assert rebuild(ctx).reports == held
    assert page(ctx, Asked(places[0])) == before
