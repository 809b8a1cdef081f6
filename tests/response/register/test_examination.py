"""A register that was tampered with: found by an examination, and nothing is signed over it."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil

import pytest
from django.db import connection, transaction

import databases
from tocsin.core.errors import Damaged, Refused
from tocsin.ledger import canonical, leaf, verify
from tocsin.response import append_only
from tocsin.response.register import record, witnesses
from tocsin.response.register.models import LedgerBody, LedgerCheckpoint, LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lived(ctx):
    """A register of nine entries, three of them after the last of two checkpoints."""
    for count in (3, 3):
        enter(ctx, count)
        record.checkpoint(ctx)
    enter(ctx, 3)
    return ctx


def enter(ctx, count):
    with transaction.atomic():
        for n in range(count):
            record.enter(ctx, kind="test.made", body={"n": n})


def as_owner(sql, *values):
    """Do what only the owner of the database can: take the guards away first."""
    with connection.cursor() as cursor:
        databases.drop_guards(cursor)
        off, on = (
            ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
            if databases.POSTGRES
            else ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
        )
        cursor.execute(off)
        cursor.execute(sql, values)
        cursor.execute(on)
    append_only.restore(connection)


def reseal(seq):
    """Rewrite an entry so that leaf, body and commitment agree again."""
    body = canonical.encode({"n": 99})
    salt = LedgerBody.objects.get(entry_id=seq).salt
    text = json.loads(LedgerEntry.objects.get(seq=seq).leaf)
    text["commitment"] = leaf.commit(bytes.fromhex(salt), body)
    as_owner("UPDATE register_ledgerbody SET body = %s WHERE entry_id = %s", body.decode(), seq)
    as_owner(
        "UPDATE register_ledgerentry SET leaf = %s, commitment = %s WHERE seq = %s",
        canonical.encode(text).decode(),
        text["commitment"],
        seq,
    )


def test_a_whole_register_is_found_whole(lived):
    found = record.examine(lived)
    assert (found.faults, found.unguarded) == ([], [])
    assert (found.size, found.bodies, found.erased) == (9, 9, 0)
    assert (found.size, found.root) == record.head(lived)


TAMPERING = {
    "body": ("UPDATE register_ledgerbody SET body = '{}' WHERE entry_id = 1", "body of ledger entry 1 is not the one"),
    "salt": ("UPDATE register_ledgerbody SET salt = 'zz' WHERE entry_id = 1", "body of ledger entry 1 is not the one"),
    "body gone": ("DELETE FROM register_ledgerbody WHERE entry_id = 1", "entry 1 is gone and no erasure"),
    "leaf": ("UPDATE register_ledgerentry SET leaf = '{}' WHERE seq = 1", "entry 1 differs from the leaf"),
    "column": ("UPDATE register_ledgerentry SET kind = 'x' WHERE seq = 1", "entry 1 differs from the leaf"),
    "time": ("UPDATE register_ledgerentry SET time = '2020-01-01' WHERE seq = 1", "entry 1 differs from the leaf"),
    "time that is none": (
        # PostgreSQL lets nobody write one; the end of time is as near as an attacker comes.
        f"UPDATE register_ledgerentry SET time = '{'9999-12-31' if databases.POSTGRES else 'zz'}' WHERE seq = 1",
        "entry 1 differs",
    ),
    "item too large": ("UPDATE register_ledgerentry SET item = 1152921504606846976 WHERE seq = 1", "entry 1 differs"),
    "erasure garbled": ("UPDATE register_ledgerbody SET body = 'zz' WHERE entry_id = 1", "not the one committed"),
    "deleted": ("DELETE FROM register_ledgerentry WHERE seq = 1", "entry 1 is missing"),
    "end cut off": ("DELETE FROM register_ledgerentry WHERE seq > 3", "covers 6 entries and the register holds 4"),
    "root": ("UPDATE register_ledgercheckpoint SET root = 'ab' WHERE size = 3", "are not those of the checkpoint"),
    "note": ("UPDATE register_ledgercheckpoint SET note = 'ab' WHERE size = 3", "not a signed note"),
    "checkpoint gone": (
        "DELETE FROM register_ledgercheckpoint WHERE size = 6",
        "the register lacks: it was rolled back",
    ),
    "frontier": ("UPDATE register_ledgercheckpoint SET frontier = 'ab' WHERE size = 6", "frontier"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_nothing_is_signed_over_it(lived, what, tmp_path):
    sql, says = TAMPERING[what]
    as_owner(sql)
    before = set(LedgerCheckpoint.objects.values_list("note", flat=True))
    if what != "frontier":  # a frontier is a help in growing the tree; no proof rests on it
        assert any(says in fault for fault in record.examine(lived).faults)
    for sign in (record.whole_checkpoint, lambda ctx: record.export(ctx, tmp_path / "export.txt")):
        with pytest.raises(Damaged, match=says):
            sign(lived)
    assert set(LedgerCheckpoint.objects.values_list("note", flat=True)) == before
    assert not (tmp_path / "export.txt").exists()


@pytest.mark.parametrize("what", ["end cut off", "checkpoint gone", "frontier"])
def test_the_quick_checkpoint_stops_where_it_would_contradict_the_last(lived, what):
    as_owner(TAMPERING[what][0])
    before = LedgerCheckpoint.objects.count()
    with pytest.raises(Damaged):
        record.checkpoint(lived)
    assert LedgerCheckpoint.objects.count() == before


def test_the_quick_checkpoint_looks_at_every_new_entry(lived):
    as_owner("UPDATE register_ledgerbody SET body = '{}' WHERE entry_id = 7")
    with pytest.raises(Damaged, match="entry 7"):
        record.checkpoint(lived)


def test_a_resealed_entry_is_found_by_the_checkpoint_that_covers_it(lived):
    reseal(1)
    assert any("are not those of the checkpoint" in fault for fault in record.examine(lived).faults)


def test_owner_of_database_and_key_is_found_by_a_checkpoint_outside_and_by_nothing_else(lived, tmp_path):
    """Both halves of the promise, on the real register."""
    outside = LedgerCheckpoint.objects.get(size=6).note
    reseal(1)
    as_owner("DELETE FROM register_ledgercheckpoint")
    shutil.rmtree(lived.settings.home / "witness")
    (lived.settings.keys / "last.note").unlink()
    assert record.examine(lived).faults == []
    record.export(lived, tmp_path / "export.txt")
    known = verify.read_key(record.verifier_key(lived))
    for olds, proved in (([], True), ([("outside", verify.read_note(outside))], False)):
        with (tmp_path / "export.txt").open("rb") as file:
            assert verify.verify(file, known, olds).holds == proved


def test_the_witness_in_the_home_finds_a_rewriting_that_forgot_it(lived):
    reseal(1)
    as_owner("DELETE FROM register_ledgercheckpoint")
    with pytest.raises(Damaged, match="it was rolled back"):
        record.checkpoint(lived)


def test_a_broken_register_can_still_be_handed_out_as_found(lived, tmp_path):
    as_owner(TAMPERING["body"][0])
    record.export(lived, tmp_path / "export.txt", as_found=True)
    known = verify.read_key(record.verifier_key(lived))
    with (tmp_path / "export.txt").open("rb") as file:
        report = verify.verify(file, known, [])
    assert "the body of entry 1 is not the one its leaf commits to" in report.faults[0]


def test_without_its_key_a_signed_log_stops(lived):
    (lived.settings.keys / "ledger.ed25519").unlink()
    with pytest.raises(Damaged, match="signing key of the ledger is missing"):
        record.checkpoint(lived)
    assert not (lived.settings.keys / "ledger.ed25519").exists()


def test_a_witness_that_holds_something_else_is_not_overwritten(lived, tmp_path):
    key = record.signer(lived).verifier
    witnesses.deliver(tmp_path / "w", key)
    held = sorted((tmp_path / "w").glob("*.note"))
    assert len(held) == 2
    held[-1].write_text("something else")
    with pytest.raises(Damaged, match="nothing was overwritten"):
        witnesses.deliver(tmp_path / "w", key)
    assert held[-1].read_text() == "something else"


def test_a_file_left_at_a_witness_does_not_stop_the_log(lived):
    """Only what the log's own key signed is evidence against it; the rest is told and passed over."""
    witness = lived.settings.home / "witness"
    name = sorted(witness.glob("*.note"))[-1].name
    stray = witness / f"{name.rpartition('-')[0]}-999999999999.note"
    stray.write_bytes(b"\xff not a note")
    signed = record.checkpoint(lived)
    assert signed.size == 9
    assert signed.note in [path.read_text() for path in witness.glob("*9.note") if path != stray]
    found = record.examine(lived)
    assert found.faults == []
    assert found.strange == [f"The witness holds {stray}, which is not a checkpoint of this log"]


def test_a_witness_that_was_overwritten_is_told_and_the_act_stands(lived):
    """The act is committed by then; the sentence goes to whoever is watching."""
    for path in (lived.settings.home / "witness").glob("*.note"):
        path.write_text("gone")
    said = []
    signed = record.checkpoint(dataclasses.replace(lived, progress=said.append))
    assert signed.size == 9
    assert "nothing was overwritten" in said[0]


def test_an_erased_body_leaves_the_tree_standing(lived, tmp_path):
    before = record.checkpoint(lived)
    entry = record.erase(lived, seq=4, because="A court ordered it.", actor={"post": "operator"})
    assert not LedgerBody.objects.filter(entry_id=4).exists()
    found = record.examine(lived)
    assert (found.faults, found.bodies, found.erased) == ([], 9, 1)
    record.export(lived, tmp_path / "export.txt")
    known = verify.read_key(record.verifier_key(lived))
    with (tmp_path / "export.txt").open("rb") as file:
        report = verify.verify(file, known, [("before", verify.read_note(before.note))])
    assert report.holds
    assert "9 bodies open their commitments; 1 are withheld or erased." in report.findings
    for seq, because in ((4, "again"), (entry.seq, "hide it"), (99, "none"), (5, "  ")):
        with pytest.raises(Refused):
            record.erase(lived, seq=seq, because=because, actor={})


def test_a_proof_of_one_entry_from_the_register(lived):
    with pytest.raises(Refused, match="No checkpoint covers"):
        record.proof(lived, 7)
    record.checkpoint(lived)
    line = record.proof(lived, 7)
    report = verify.verify(io.BytesIO(line), verify.read_key(record.verifier_key(lived)), [])
    assert report.holds


def test_bodies_of_one_kind_can_be_withheld(lived, tmp_path):
    with transaction.atomic():
        record.enter(lived, kind="bell.rung", body={"by": "Amina"})
    record.export(lived, tmp_path / "export.txt", withhold=["bell.rung"])
    text = (tmp_path / "export.txt").read_text()
    assert "Amina" not in text
    assert (text.count('"salt":null'), text.count('"n":')) == (1, 9)


def test_headers_only_withholds_every_body_and_overwrites_nothing(lived, tmp_path):
    file = tmp_path / "export.txt"
    record.export(lived, file, headers_only=True)
    text = file.read_text()
    assert '"n":' not in text
    assert text.count('"salt":null') == 9
    with pytest.raises(Refused, match="file of this name"):
        record.export(lived, file)
    assert file.read_text() == text
    record.export(lived, file, replace=True)
    assert '"n":' in file.read_text()
