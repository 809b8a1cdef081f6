"""Many rows at once: written again in one prepared statement, and sorted by their item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models


def insert_all(rows: Sequence[models.Model], *, or_leave: bool = False) -> None:
    """Write new rows, all of one table, in one prepared statement run once a row; their numbers are not read back.

    ``or_leave`` leaves alone a row whose key is there already. Far quicker than ``bulk_create``, which builds one
    long statement for every few rows anew.
    """
    if not rows:
        return
    fields = _given(rows[0])
    _insert(type(rows[0]), fields, _values(rows, fields), or_leave=or_leave)


def insert_values(model: type[models.Model], rows: Sequence[Sequence[Any]], *, or_leave: bool = False) -> None:
    """Write new rows as ``insert_all``, each a value a column in the order of the columns, without a number to come.

    For rows that nobody needs as objects: making those takes longer than writing them.
    """
    if not rows:
        return
    fields = _given(model)
    columns = [list(column) for column in zip(*rows, strict=True)]
    for position, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            known = {value: field.get_db_prep_save(value, connection) for value in set(columns[position])}
            columns[position] = [known[value] for value in columns[position]]
    _insert(model, fields, list(zip(*columns, strict=True)), or_leave=or_leave)


def _given(model: type[models.Model] | models.Model) -> list[Any]:
    """Return the columns that a new row comes with: all but a number that the database gives."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _insert(model: type[models.Model], fields: Sequence[Any], values: Any, *, or_leave: bool = False) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    table = quote(model._meta.db_table)  # Django's own name for a table's description
    leave = " ON CONFLICT DO NOTHING" if or_leave else ""
    statement = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))}){leave}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def update_all(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there already: one prepared statement, run once a row."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, _values(rows, [*fields, meta.pk]))


def _values(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[list[Any]]:
    """Return the rows as the database takes them. Texts and numbers pass as they are; moments repeat, and are kept."""
    moments: dict[Any, Any] = {}

    def of(field: Any) -> Any:
        if isinstance(field, models.DateTimeField):

            def moment(row: models.Model) -> Any:
                value = getattr(row, field.attname)
                if value not in moments:
                    moments[value] = field.get_db_prep_save(value, connection)
                return moments[value]

            return moment
        if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.BooleanField):
            return attrgetter(field.attname)
        if isinstance(field, models.ForeignKey):
            return attrgetter(field.attname)
        return lambda row: field.get_db_prep_save(getattr(row, field.attname), connection)

    return [list(row) for row in zip(*[list(map(of(f), rows)) for f in fields], strict=True)]


def grouped(rows: Iterable[Any], key: str = "item_id") -> dict[int, list[Any]]:
    """Return rows by their item, each list in the order in which they came."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found
