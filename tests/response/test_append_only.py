"""Tables that only grow: the database refuses, and says so when it has forgotten how."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model
from django.utils import timezone

import databases
from tocsin.response import append_only
from tocsin.response.register import record
from tocsin.response.register.models import LedgerBody, LedgerEntry

TABLES = sorted(append_only.PROTECTED)
MODELS = {model._meta.db_table: model for model in apps.get_models()}
OF_ITS_OWN = {"register_ledgerentry", "register_ledgerbody", "register_ledgercheckpoint"}


def filled(model: type[Model]) -> Model:
    """Make one row of any table: what must be there is there, and what it points to is made first."""
    given = {}
    for field in model._meta.concrete_fields:
        if (field.primary_key and field.remote_field is None) or field.null or field.has_default():
            continue
        if field.remote_field is not None:
            given[field.name] = field.remote_field.model.objects.first() or filled(field.remote_field.model)
        elif isinstance(field, models.DateTimeField):
            given[field.name] = timezone.now()
        elif isinstance(field, models.DateField):
            given[field.name] = timezone.now().date()
        elif isinstance(field, models.IntegerField | models.BooleanField | models.DecimalField):
            given[field.name] = 1
        elif isinstance(field, models.JSONField):
            given[field.name] = []
        elif isinstance(field, models.BinaryField):
            given[field.name] = b"x"
        else:
            given[field.name] = "x"
    return model.objects.create(**given)


@pytest.fixture
def rows(ctx, transactional_db) -> dict[str, Model]:
    """One row of every table that only grows."""
    with transaction.atomic():
        entry = record.enter(ctx, kind="test.made", body={"n": 1})
    checkpoint = record.checkpoint(ctx)
    ledger = {"register_ledgerentry": entry, "register_ledgerbody": entry.opened, checkpoint._meta.db_table: checkpoint}
    return {**ledger, **{t: MODELS[t].objects.first() or filled(MODELS[t]) for t in TABLES if t not in OF_ITS_OWN}}


def test_every_protected_table_is_there_and_named_with_its_key():
    assert {table: MODELS[table]._meta.pk.column for table in TABLES} == append_only.PROTECTED


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
        replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = %s"
        if databases.POSTGRES:
            replace = f"INSERT INTO {table} SELECT * FROM {table} WHERE {key} = %s ON CONFLICT ({key}) DO UPDATE SET "
            replace += f"{columns[0]} = EXCLUDED.{columns[0]}"
            with pytest.raises(IntegrityError, match="append-only"):
                cursor.execute(f"TRUNCATE {table} CASCADE")
        # The end of the log refuses a number that was given before anything is looked up.
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute(replace, [row.pk])
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
        databases.drop_guards(cursor, "append_only_docket_lapse_delete")
    assert append_only.missing(connection) == ["append_only_docket_lapse_delete"]
    assert append_only.restore(connection) == ["append_only_docket_lapse_delete"]
    assert append_only.missing(connection) == []


def guards(*prefixes: str) -> list[str]:
    with connection.cursor() as cursor:
        names = databases.guards(cursor)
        return [name for name in names if name.startswith(tuple(f"append_only_{p}" for p in prefixes))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("app", "before"), [("docket", "0002"), ("register", "0001")])
def test_migration_makes_the_guards_and_takes_them_away(app, before, ctx):
    """Up, down and up again, with a row that stays as it was."""
    count = 3 * sum(table.startswith(f"{app}_") for table in TABLES)
    if databases.POSTGRES and app == "register":
        count += 2  # the two tables whose insertions are guarded, beside the guard against TRUNCATE of every table
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
