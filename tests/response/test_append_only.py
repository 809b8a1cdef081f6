"""Tables that only grow: the database refuses, and says so when it has forgotten how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model
from django.utils import timezone

import databases
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.response import append_only
from tocsin.response.register import record
from tocsin.response.register.models import LedgerBody, LedgerEntry

TABLES = sorted(append_only.PROTECTED)
MODELS = {model._meta.db_table: model for model in apps.get_models()}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Rows = dict[str, Model]
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


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rows]:
    """One row of every table that only grows, in a transaction that is never committed."""
    ctx = Context(settings=Settings(home=tmp_path_factory.mktemp("append") / "home"), clock=FixedClock(NOON))
    with django_db_blocker.unblock(), transaction.atomic():
        entry = record.enter(ctx, kind="test.made", body={"n": 1})
        checkpoint = record.checkpoint(ctx)
        ledger = {
            "register_ledgerentry": entry,
            "register_ledgerbody": entry.opened,
            checkpoint._meta.db_table: checkpoint,
        }
        others = [table for table in TABLES if table not in OF_ITS_OWN]
        found = {**ledger, **{table: MODELS[table].objects.first() or filled(MODELS[table]) for table in others}}
        # PostgreSQL asks who points to a row at the end of a transaction, and empties no table before it has asked.
        connection.check_constraints()
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def rows(made: Rows) -> Iterator[Rows]:
    """The rows, as they were made: what a test does is taken back."""
    with transaction.atomic():
        yield made
        transaction.set_rollback(True)


def refused(cursor: Any, statement: str, *given: Any) -> None:
    """Check that the database refuses a statement in the words of a guard."""
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute(statement, given)


def test_every_protected_table_is_there_and_named_with_its_key():
    assert {table: MODELS[table]._meta.pk.column for table in TABLES} == append_only.PROTECTED


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_or_deleted(rows: Rows, table: str) -> None:
    key, row = append_only.PROTECTED[table], rows[table]
    columns = [field.column for field in row._meta.fields if field.column != key]
    with connection.cursor() as cursor:
        for column in columns:
            refused(cursor, f"UPDATE {table} SET {column} = {column} WHERE {key} = %s", row.pk)
        refused(cursor, f"DELETE FROM {table} WHERE {key} = %s", row.pk)
        replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = %s"
        if databases.POSTGRES:
            replace = f"INSERT INTO {table} SELECT * FROM {table} WHERE {key} = %s ON CONFLICT ({key}) DO UPDATE SET "
            replace += f"{columns[0]} = EXCLUDED.{columns[0]}"
            refused(cursor, f"TRUNCATE {table} CASCADE")
        # The end of the log refuses a number that was given before anything is looked up.
        refused(cursor, replace, row.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.save()
    assert type(row).objects.count() == 1


def test_entries_are_numbered_without_a_gap_by_the_database_too(rows: Rows) -> None:
    for seq in (0, 2, 7):
        with pytest.raises(IntegrityError, match="without a gap"), transaction.atomic():
            LedgerEntry.objects.create(seq=seq, time=timezone.now(), kind="x", schema="x", commitment="x", leaf="{}")


def test_a_body_goes_only_after_its_erasure_is_entered(rows: Rows, ctx: Context) -> None:
    body = rows["register_ledgerbody"]
    with pytest.raises(IntegrityError, match="only after its erasure is entered"), transaction.atomic():
        body.delete()
    body = LedgerBody.objects.get()
    with transaction.atomic():
        record.enter(ctx, kind=append_only.ERASURE_KIND, body={"seq": 99})
    with pytest.raises(IntegrityError), transaction.atomic():
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
