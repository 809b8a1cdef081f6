"""A register restored from an older copy, and a clock moved backwards: writing stops, and somebody is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

import databases
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.ledger import verify
from tocsin.response import append_only
from tocsin.response.register import drill, guard, record, restored
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry
from tocsin.response.register.record import Act

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = {"post": "operator", "via": "cli", "user": "test"}


def act(ctx: Context, count: int = 1) -> None:
    with transaction.atomic():
        for n in range(count):
            record.enter(ctx, kind="test.made", body={"n": n})
        record.checkpoint(ctx)


def roll_back(entries: int) -> None:
    """What a restored older copy looks like: fewer entries, and none of the checkpoints since."""
    with connection.cursor() as cursor:
        databases.drop_guards(cursor)
        cursor.execute("DELETE FROM register_ledgercheckpoint WHERE size > %s", [entries])
        cursor.execute("DELETE FROM register_ledgerbody WHERE entry_id >= %s", [entries])
        cursor.execute("DELETE FROM register_ledgerentry WHERE seq >= %s", [entries])
    append_only.restore(connection)


def letters(ctx: Context) -> list[Path]:
    return sorted(ctx.settings.mailbox.rglob("record-stopped-*.eml"))


def test_an_older_state_stops_every_way_of_writing_and_rings(ctx):
    act(ctx, 3)
    act(ctx, 4)
    roll_back(3)
    ways = [
        lambda: record.enter(ctx, kind="test.made", body={}),
        lambda: record.enter_many(ctx, [Act("test.made", {})]),
        lambda: record.checkpoint(ctx),
        lambda: record.erase(ctx, seq=1, because="court order", actor=ACTOR),
    ]
    for way in ways:
        with pytest.raises(Damaged, match=r"rolled back|older state was restored"), transaction.atomic():
            way()
    assert LedgerEntry.objects.count() == 3
    assert "older state was restored" in str(guard.stopped(ctx))
    assert any("rolled back" in fault for fault in record.examine(ctx).faults)
    assert [path.parent.name for path in letters(ctx)] == ["operator", "overseer"], "one letter each, however often"
    assert b"accept-restore" in letters(ctx)[0].read_bytes()


def test_a_restored_state_goes_on_only_under_a_new_name(ctx, tmp_path):
    act(ctx, 3)
    act(ctx, 4)
    old_key, old_note = record.verifier_key(ctx), LedgerCheckpoint.objects.get(size=7).note
    with pytest.raises(Refused, match="not behind"):
        restored.accept(ctx, because="The disk was lost.", actor=ACTOR)
    roll_back(3)
    with pytest.raises(Refused, match="reason"):
        restored.accept(ctx, because=" ", actor=ACTOR)
    entry = restored.accept(ctx, because="The disk was lost.", actor=ACTOR)
    assert (entry.seq, entry.kind) == (3, "ledger.restored")
    assert old_note.splitlines()[2] in entry.opened.body
    new_key = record.verifier_key(ctx)
    assert new_key != old_key
    act(ctx, 2)
    assert record.examine(ctx).faults == []
    assert guard.stopped(ctx) is None
    record.export(ctx, tmp_path / "export.txt")
    for key, olds, holds in ((new_key, [], True), (old_key, [], False), (new_key, [("held", old_note)], False)):
        with (tmp_path / "export.txt").open("rb") as file:
            found = verify.verify(file, verify.read_key(key), [(n, verify.read_note(o)) for n, o in olds])
        assert found.holds is holds, "what was lost can still be shown by whoever holds the old checkpoint"


def test_a_state_rewritten_to_the_same_length_is_not_signed(ctx):
    act(ctx, 3)
    held = LedgerCheckpoint.objects.get()
    roll_back(0)
    (ctx.settings.keys / "last.note").rename(ctx.settings.keys / "aside")
    for file in (ctx.settings.home / "witness").glob("*.note"):
        file.unlink()
    act(ctx, 3)
    assert LedgerCheckpoint.objects.get().root != held.root
    (ctx.settings.keys / "aside").rename(ctx.settings.keys / "last.note")
    with pytest.raises(Damaged, match="rewritten"):
        record.checkpoint(ctx)


def test_a_clock_moved_backwards_stops_the_record(ctx, clock):
    act(ctx, 2)
    clock.at -= drill.SLACK
    act(ctx)  # two machines a little apart
    clock.at -= timedelta(seconds=1)
    with pytest.raises(Damaged, match="moved backwards"):
        act(ctx)
    assert "moved backwards" in str(guard.stopped(ctx))
    assert len(letters(ctx)) == 2
    clock.at += timedelta(hours=1)
    act(ctx)
    assert guard.stopped(ctx) is None


def test_a_clock_put_ahead_by_hand_is_the_logs_own_word(ctx, clock):
    clock.at += timedelta(days=30)
    with transaction.atomic():
        record.enter(ctx, kind=drill.MOVED, body={"to": "later"})
    clock.at -= timedelta(days=30)
    act(ctx)


def test_a_last_note_that_was_tampered_with_stops_too(ctx):
    act(ctx, 3)
    path = ctx.settings.keys / "last.note"
    path.write_text(path.read_text().replace("\n3\n", "\n2\n"))
    with pytest.raises(Damaged, match="not what was signed"):
        act(ctx)
