"""Lets Django empty the tables after a test that commits: append-only tables would otherwise refuse it.

Only the test run does this. The triggers are dropped and made again within the flush, so every test still runs
with all of them in place.
"""

from __future__ import annotations

from django.db.backends.sqlite3.operations import DatabaseOperations

_flush = DatabaseOperations.sql_flush


def _sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):
    statements = _flush(self, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    drop = [f"DROP TRIGGER {name}" for name, _ in triggers]
    return [*drop, *statements, *(sql for _, sql in triggers)] if statements else []


def allow_flush() -> None:
    """Make the flush of a transactional test work on append-only tables."""
    DatabaseOperations.sql_flush = _sql_flush
