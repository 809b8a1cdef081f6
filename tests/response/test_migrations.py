"""Two roads to the same tables: laid at once where there are none, migration by migration where there are some."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

import databases
from tocsin.core.context import Context
from tocsin.response import append_only
from tocsin.response.register import record
from tocsin.response.register.models import LedgerEntry

OLDEST = {"register": "0001", "docket": "0002"}
"""The last migration of each app before its first guard."""
ON_POSTGRESQL = """
SELECT 'column', table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length,
       numeric_precision, numeric_scale, is_nullable, column_default, is_identity)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def schema() -> dict[tuple[str, str], Any]:
    """Return everything that the database is made of; the order of a table's columns aside, which nothing reads."""
    query = ON_POSTGRESQL
    if not databases.POSTGRES:
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(kind, name): _parts(text) if kind == "table" else text for kind, name, text in cursor.fetchall()}


def _parts(table: str) -> frozenset[str]:
    """Return the columns and constraints of SQLite's CREATE TABLE: what its outermost commas part."""
    within = table[table.index("(") + 1 : table.rindex(")")]
    parts, depth = [""], 0
    for piece in re.split(r"('(?:[^']|'')*'|[(),])", within):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return frozenset(part.strip() for part in parts)


def rows() -> dict[str, int]:
    """Return how many rows stand in each table, the list of migrations aside."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - {MigrationRecorder.Migration._meta.db_table}
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def guards() -> list[str]:
    with connection.cursor() as cursor:
        return [name for name in databases.guards(cursor) if name.startswith("append_only_")]


@pytest.mark.django_db(transaction=True)
def test_an_old_register_comes_to_what_a_new_one_is(ctx: Context) -> None:
    """A new one, taken back to its first tables and up again, with a row that stays as it was."""
    with transaction.atomic():
        record.enter(ctx, kind="test.made", body={"n": 1})
    leaf = LedgerEntry.objects.get().leaf
    new, listed, filled = schema(), applied(), rows()
    assert append_only.missing(connection) == []
    try:
        for app, before in OLDEST.items():
            call_command("migrate", app, before, verbosity=0)
        assert guards() == []
        assert len(schema()) < len(new) / 2
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, "register_ledgercheckpoint")
        assert "frontier" not in {column.name for column in described}
    finally:
        call_command("migrate", verbosity=0)
    assert schema() == new
    assert applied() == listed
    assert {table: n for table, n in rows().items() if not table.startswith("auth_")} == {
        table: n for table, n in filled.items() if not table.startswith("auth_")
    }
    assert append_only.missing(connection) == []
    assert LedgerEntry.objects.get().leaf == leaf


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX {index}",
        "ALTER TABLE docket_lapse ADD COLUMN more integer NULL",
        "ALTER TABLE docket_lapse RENAME COLUMN tier TO rank",
    ],
)
def test_a_difference_between_the_roads_would_be_seen(change: str) -> None:
    new = schema()
    index = next(
        name for kind, name in sorted(new) if kind == "index" and "docket_lapse" in name and not name.endswith("pkey")
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(index=index))
        assert schema() != new
        transaction.set_rollback(True)
    assert schema() == new
