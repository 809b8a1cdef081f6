"""The record: entries without a gap, checkpoints that refuse a broken log, triggers in the database."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

import databases
from tocsin.core.errors import Refused
from tocsin.ledger import leaf, note, tree
from tocsin.response.register import record
from tocsin.response.register.models import LedgerBody, LedgerCheckpoint, LedgerEntry


def enter_many(ctx, count):
    with transaction.atomic():
        return [record.enter(ctx, kind="test.made", body={"n": n, "text": "é"}, item=n or None) for n in range(count)]


@pytest.mark.django_db(transaction=True)
def test_enter_outside_a_transaction_is_refused(ctx):
    with pytest.raises(TransactionManagementError):
        record.enter(ctx, kind="test.made", body={})
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_entry_is_its_leaf_and_opens_with_its_body(ctx):
    entry = enter_many(ctx, 2)[1]
    assert entry.leaf.encode() == leaf.Leaf(1, "2026-11-23T12:00:00Z", "test.made", 1, entry.commitment).encode()
    body = LedgerBody.objects.get(entry=entry)
    assert leaf.commit(bytes.fromhex(body.salt), body.body.encode()) == entry.commitment
    assert body.body == '{"n":1,"text":"é"}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("test.made", {"risk": 0.5}, "body.risk is 0.5, a floating-point number"),
        ("test.made", {"list": [1, {"x": float("nan")}]}, r"body.list\[1\].x is nan"),
        ("test.made", {"big": 2**53}, "beyond"),
        ("test.made", {"text": "\ud800"}, "surrogate"),
        ("test.made", {1: "x"}, "not text"),
        ("test.made", ["x"], "must be an object"),
        ("Bell rung by Amina", {}, "not the kind"),
    ],
)
def test_what_is_not_canonical_is_refused(ctx, kind, body, says):
    with pytest.raises(Refused, match=says):
        record.enter(ctx, kind=kind, body=body)
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_head_and_checkpoint_agree_with_the_plain_tree(ctx):
    hashes = []
    for round_ in range(9):
        hashes += [tree.leaf_hash(entry.leaf.encode()) for entry in enter_many(ctx, round_)]
        assert record.head(ctx) == (len(hashes), tree.root(hashes).hex())
        row = record.checkpoint(ctx)
        assert (row.size, row.root) == record.head(ctx)
        opened = note.open_checkpoint(row.note, note.Verifier.parse(record.verifier_key(ctx)))
        assert (opened.size, opened.root.hex()) == (row.size, row.root)
        assert record.checkpoint(ctx) == row  # nothing new, nothing signed
    assert LedgerCheckpoint.objects.count() == 9


WRITER = """
import sys
from tocsin.cli.output import context, ready
ready()
from django.db import transaction
from tocsin.response.register import record
ctx = context()
print("ready", flush=True)
sys.stdin.readline()
for n in range(15):
    with transaction.atomic():
        record.enter(ctx, kind="test.made", body={"writer": sys.argv[1], "n": n})
record.checkpoint(ctx)
print(*record.head(ctx))
"""


def test_numbers_have_no_gap_when_processes_write_at_once(tmp_path, laid):
    """On a real register file: the in-memory database of other tests knows no second process."""
    home = laid(tmp_path / "home")
    env = {**os.environ, "TOCSIN_HOME": str(home), **databases.of(home)}

    def start(name):
        return subprocess.Popen(
            [sys.executable, "-c", WRITER, name],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    writers = []
    for name in "abc":
        writers.append(start(name))
        assert writers[-1].stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    heads = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert max(int(size) for size, _ in heads) == 45
    with databases.connect(tmp_path / "home") as register:
        rows = register.execute("SELECT seq, leaf FROM register_ledgerentry ORDER BY seq").fetchall()
        signed = register.execute("SELECT size, root FROM register_ledgercheckpoint").fetchall()
    assert [seq for seq, _ in rows] == list(range(45))
    hashes = [tree.leaf_hash(text.encode()) for _, text in rows]
    assert signed == [(size, tree.root(hashes[:size]).hex()) for size, _ in signed]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_entry_and_no_witness(ctx):
    with pytest.raises(RuntimeError), transaction.atomic():
        enter_many(ctx, 2)
        record.checkpoint(ctx)
        raise RuntimeError("the act failed")
    assert not LedgerEntry.objects.exists()
    assert not list((ctx.settings.home / "witness").glob("*.note"))


@pytest.mark.django_db(transaction=True)
def test_witness_gets_every_checkpoint_even_after_it_was_out_of_reach(ctx):
    witness = ctx.settings.home / "witness"
    ctx.settings.home.mkdir()
    witness.write_text("not a folder")
    for _ in range(2):
        enter_many(ctx, 3)
        record.checkpoint(ctx)
    witness.unlink()
    record.checkpoint(ctx)
    notes = sorted(path.read_text() for path in witness.glob("*.note"))
    assert notes == sorted(LedgerCheckpoint.objects.values_list("note", flat=True))
    assert [path.read_text().strip() for path in witness.glob("*.vkey")] == [record.verifier_key(ctx)]
