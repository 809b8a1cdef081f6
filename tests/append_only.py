"""Lets Django empty the tables after a test that commits: append-only tables would otherwise refuse it.

Only the test run does this. The triggers are dropped and made again within the flush, so every test still runs
with all of them in place.
"""

from __future__ import annotations

from typing import Any


def _on_sqlite(plain: Any) -> Any:
    def flush(self: Any, *arguments: Any, **options: Any) -> list[str]:
        statements = plain(self, *arguments, **options)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drop = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*drop, *statements, *(sql for _, sql in triggers)] if statements else []

    return flush


def _on_postgresql(plain: Any) -> Any:
    def flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        if options.get("reset_sequences") or not tables:
            return plain(self, style, tables, **options)
        # Most tables are empty after a test, and TRUNCATE makes new files for each of them.
        full = " UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in tables)
        with self.connection.cursor() as cursor:
            cursor.execute(full)
            emptied = [f'DELETE FROM "{name}"' for (name,) in cursor.fetchall()]
        # A replica's session fires no triggers, neither those that protect a row nor those that ask who points to it.
        return ["SET session_replication_role = replica", *emptied, "SET session_replication_role = DEFAULT"]

    return flush


def allow_flush() -> None:
    """Make the flush of a transactional test work on append-only tables; Django must be set up."""
    from django.db import connection

    operations = type(connection.ops)
    wrap = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    operations.sql_flush = wrap(operations.sql_flush)
