"""Tables that only grow: the database refuses, and says so when it has forgotten how."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from tocsin.response import append_only
from tocsin.response.docket.models import Decision, Item, Lapse
from tocsin.response.oversight.models import Citation, Share, ShareRead
from tocsin.response.register import record
from tocsin.response.register.models import Answer, LedgerBody, LedgerCheckpoint, LedgerEntry

GROWING = (LedgerEntry, LedgerBody, LedgerCheckpoint, Answer, Decision, Lapse, Citation, ShareRead)
TABLES = {model._meta.db_table: model for model in GROWING}


@pytest.fixture
def rows(ctx, transactional_db) -> dict[str, Model]:
    """One row of every table that only grows."""
    with transaction.atomic():
        entry = record.enter(ctx, kind="test.made", body={"n": 1})
    now = timezone.now()
    item = Item.objects.create(question="?", level="watch", tier=1, ceiling=2, opened_at=now, decision_due=now)
    share = Share.objects.create(organisation="un", token_sha256="x", made_at=now, until=now, ledger_seq=0)
    return {
        "register_ledgerentry": entry,
        "register_ledgerbody": entry.opened,
        "register_ledgercheckpoint": record.checkpoint(ctx),
        "register_answer": Answer.objects.create(code="1.1", place_id="SDN", state="unknown", confidence="low", at=now),
        "docket_decision": Decision.objects.create(item=item, kind="decline", at=now, tier=1, post="analyst"),
        "docket_lapse": Lapse.objects.create(item=item, clock="delivery", tier=1, due=now, recorded_at=now),
        "oversight_citation": Citation.objects.create(undertaking="x", act_seq=0, post="analyst", at=now, ledger_seq=0),
        "oversight_shareread": ShareRead.objects.create(share=share, at=now, form="json"),
    }


def test_the_list_of_tables_is_whole():
    assert set(TABLES) == set(append_only.PROTECTED)
    assert {table: model._meta.pk.column for table, model in TABLES.items()} == append_only.PROTECTED


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_or_deleted(rows, table):
    key, row = append_only.PROTECTED[table], rows[table]
    columns = [field.column for field in row._meta.fields if field.column != key]
    with connection.cursor() as cursor:
        for column in columns:
            with pytest.raises(IntegrityError, match="append-only"):
                cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE {key} = %s", [row.pk])
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [row.pk])
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = %s", [row.pk])
    with pytest.raises(IntegrityError, match="append-only"):
        row.save()
    assert type(row).objects.count() == 1


def test_entries_are_numbered_without_a_gap_by_the_database_too(rows):
    for seq in (0, 2, 7):
        with pytest.raises(IntegrityError, match="without a gap"):
            LedgerEntry.objects.create(seq=seq, time=timezone.now(), kind="x", schema="x", commitment="x", leaf="{}")


def test_a_body_goes_only_after_its_erasure_is_entered(rows, ctx):
    body = rows["register_ledgerbody"]
    with pytest.raises(IntegrityError, match="only after its erasure is entered"):
        body.delete()
    body = LedgerBody.objects.get()
    with transaction.atomic():
        record.enter(ctx, kind=append_only.ERASURE_KIND, body={"seq": 99})
    with pytest.raises(IntegrityError):
        body.delete()
    with transaction.atomic():
        record.enter(ctx, kind=append_only.ERASURE_KIND, body={"seq": 0})
    LedgerBody.objects.get(entry_id=0).delete()


@pytest.mark.django_db
def test_every_guard_stands_after_all_migrations():
    """A later migration that rebuilds a table drops its triggers on SQLite: it must make them again."""
    assert append_only.missing(connection) == []


@pytest.mark.django_db
def test_a_missing_guard_is_told_and_made_again():
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER append_only_docket_lapse_delete")
    assert append_only.missing(connection) == ["append_only_docket_lapse_delete"]
    assert append_only.restore(connection) == ["append_only_docket_lapse_delete"]
    assert append_only.missing(connection) == []


def guards(*prefixes: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        return [name for (name,) in cursor.fetchall() if name.startswith(tuple(f"append_only_{p}" for p in prefixes))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("app", "before", "count"), [("docket", "0002", 6), ("register", "0001", 12)])
def test_migration_makes_the_guards_and_takes_them_away(app, before, count, ctx):
    """Up, down and up again, with a row that stays as it was."""
    with transaction.atomic():
        record.enter(ctx, kind="test.made", body={"n": 1})
    leaf = LedgerEntry.objects.get().leaf
    assert len(guards(app)) == count
    try:
        call_command("migrate", app, before, verbosity=0)
        assert guards(app) == []
        if app == "register":
            with connection.cursor() as cursor:
                columns = [
                    c.name for c in connection.introspection.get_table_description(cursor, "register_ledgercheckpoint")
                ]
            assert "frontier" not in columns
    finally:
        call_command("migrate", verbosity=0)
    assert len(guards(app)) == count
    assert append_only.missing(connection) == []
    assert LedgerEntry.objects.get().leaf == leaf
