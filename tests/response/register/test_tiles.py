"""Proofs from tiles: the same path as from all leaves, from a few rows; a tile that was changed is found."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import databases
from tocsin.core.errors import Damaged
from tocsin.ledger import tree
from tocsin.response import append_only
from tocsin.response.register import record, tiles
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry, LedgerTile
from tocsin.response.register.record import Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def narrow(monkeypatch):
    """Tiles of four hashes: three levels fill after sixty-four entries and not after sixteen million."""
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "HEIGHT", 2)
    monkeypatch.setattr(tiles, "AT_ONCE", 3)


def grow(ctx, *sizes):
    for size in sizes:
        with transaction.atomic():
            record.enter_many(ctx, (Act("test.made", {"n": n}) for n in range(size)))
        row = record.checkpoint(ctx)
    return row


def leaves():
    return [tree.leaf_hash(e.encode()) for e in LedgerEntry.objects.order_by("seq").values_list("leaf", flat=True)]


@pytest.mark.parametrize("sizes", [(1,), (4,), (5, 11), (64,), (63, 1, 1), (100, 57), (3, 3, 3, 3, 3, 90)])
def test_a_path_is_that_of_the_plain_tree(ctx, narrow, sizes):
    row = grow(ctx, *sizes)
    hashes = leaves()
    for seq in range(row.size):
        line = json.loads(record.proof(ctx, seq))
        assert line["path"] == [part.hex() for part in tree.inclusion_proof(seq, hashes)]
    full = [row.size >> 2 * level for level in range(1, 5)]
    assert [LedgerTile.objects.filter(level=level).count() for level in range(4)] == full
    assert not record.examine(ctx).faults
    assert append_only.missing(connection) == []


def test_a_register_without_tiles_proves_the_same_and_makes_them_with_its_next_checkpoint(ctx, narrow, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(tiles, "fill", lambda _: 0)
        row = grow(ctx, 70)
    hashes = leaves()
    assert not LedgerTile.objects.exists()
    paths = [json.loads(record.proof(ctx, seq))["path"] for seq in range(row.size)]
    assert paths == [[part.hex() for part in tree.inclusion_proof(seq, hashes)] for seq in range(row.size)]
    grow(ctx, 2)
    assert LedgerTile.objects.filter(level=0).count() == 18
    assert not record.examine(ctx).faults


def test_a_tile_that_was_changed_is_found_and_leads_nobody_astray(ctx, narrow):
    grow(ctx, 70)
    with connection.cursor() as cursor:
        databases.drop_guards(cursor)
        wrong = LedgerTile.objects.get(level=0, position=2)
        LedgerTile.objects.filter(pk=wrong.pk).update(hashes=bytes(wrong.hashes)[::-1])
    append_only.restore(connection)
    assert record.examine(ctx).faults == ["Tile 2 on level 0 of the ledger's tree is not what its entries give"]
    with pytest.raises(Damaged, match="No path leads"):
        record.proof(ctx, 9)
    LedgerTile.objects.create(level=1, position=40, root=b"", hashes=b"")
    assert "Tile 40 on level 1" in record.examine(ctx).faults[-1]


def test_a_proof_reads_the_same_few_rows_however_large_the_log(ctx):
    """Counted in queries: the milliseconds are in benchmarks/ledger.py."""
    asked = []
    for size in (300, 900):
        row = grow(ctx, size)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record.proof(ctx, row.size // 3)
        asked.append(len(queries))
    assert max(asked) <= 6
    assert LedgerCheckpoint.objects.count() == 2
