"""From an answer of JSON to one table of text: the list of records found by its declared path, nested keys flattened.

Numbers keep the digits that the publisher wrote. A list inside a record stays JSON text: its reader knows what it is.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl

from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.raw import ROW, Declared, RawTable, no_shape, shape_of
from tocsin.evidence.sources.spec import JsonShape, Shape

DEEPEST = 8
"""Levels of keys inside a record; no publisher known here uses more than four."""


AT_A_TIME = 500
"""Records that are lists of text at once."""


class _Digits(str):
    """A number as the publisher wrote it."""

    __slots__ = ()


def open_json(spec: Declared, data: bytes) -> RawTable:
    """Read an answer of JSON into text columns. Raises FileRefused when it is cut, or no declared shape fits it."""
    shapes = {name: shape for name, shape in spec.shapes.items() if shape.json_ is not None}
    if not shapes:
        raise FileRefused("not-a-table", "this is JSON, not a table")
    try:
        text = data.decode("utf-8-sig")
        del data
        answer = json.loads(text, parse_float=_Digits, parse_int=_Digits, parse_constant=_constant)
        del text
    except UnicodeDecodeError as error:
        raise FileRefused("encoding", f"byte {error.start:,} is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise FileRefused("truncated", f"the JSON is cut off or damaged: {str(error)[:80]}") from None
    found = {name: _list_at(answer, shape.json_) for name, shape in shapes.items() if shape.json_}
    lists = {name: records for name, records in found.items() if records is not None}
    if not lists:
        raise FileRefused("shape", f"the answer has no list of records where {spec.id} expects it: {_keys(answer)}")
    filled = {name: records for name, records in lists.items() if records}
    if not filled:
        shape_id = next(iter(lists))
        return _table(shape_id, shapes[shape_id], [], shapes[shape_id].columns, answer)
    named = {name: _names(records) for name, records in filled.items()}
    for names in named.values():
        shape_id, shape = shape_of(_Only(spec.id, {n: s for n, s in shapes.items() if n in filled}), names)
        if shape is not None:
            return _table(shape_id, shape, filled[shape_id], named[shape_id], answer)
    raise no_shape(spec, next(iter(named.values())))


class _Only:
    """A declaration with some of its shapes."""

    def __init__(self, name: str, shapes: dict[str, Shape]) -> None:
        self.id = name
        self.shapes = shapes


def _table(shape_id: str, shape: Shape, records: list[object], names: list[str], answer: object) -> RawTable:
    """Return the records as a table; a key that some records lack is null there. They are taken out of their list."""
    total, published, count = _total(answer, shape.json_), _published(answer, shape.json_), len(records)
    kinds = {**dict.fromkeys(names, pl.String), ROW: pl.Int64}
    pieces, issues = Pieces([pl.DataFrame(schema=kinds)]), list[Issue]()
    records.reverse()
    while records:
        first = count - len(records) + 1
        some = [_flat(records.pop()) for _ in range(min(AT_A_TIME, len(records)))]
        issues += _absent(shape, some, names, first)
        columns = {name: [record.get(name) for record in some] for name in names}
        rows = pl.Series(ROW, range(first, first + len(some)), dtype=pl.Int64)
        pieces.add(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)).with_columns(rows))
    return RawTable(shape_id, shape, pieces, count, issues, total=total, published=published)


def _absent(shape: Shape, records: list[dict[str, str | None]], names: list[str], first: int) -> list[Issue]:
    """Find the records without a key that every record must have: absent is not the publisher's word for empty.

    A key that all records lack is a column that is gone, and refused as one. ``first`` is the number of the first one.
    """
    needed = dict.fromkeys(c for c in shape.columns if c in set(names))
    return [
        Issue("absent", f"the record has no {column}, which every record has", number, column)
        for number, record in enumerate(records, start=first)
        if not record.keys() >= needed.keys()
        for column in needed
        if column not in record
    ]


def _total(answer: object, declared: JsonShape | None) -> int | None:
    """Return how many records there are on all pages. Raises FileRefused when it is declared and not said."""
    if declared is None or not declared.total:
        return None
    said = _at(answer, declared.total)
    try:
        return int(str(said))
    except ValueError:
        raise FileRefused("total", f"the answer does not say how many records there are ({declared.total})") from None


def _published(answer: object, declared: JsonShape | None) -> str:
    """Return the day that the answer says its records came out; empty when it is not declared, or no day is said."""
    said = str(_at(answer, declared.published) or "")[:10] if declared and declared.published else ""
    try:
        return date.fromisoformat(said).isoformat() if said else ""
    except ValueError:
        return ""


def _list_at(answer: object, declared: JsonShape) -> list[object] | None:
    """Return the list of records; None when something else stands there. ``null`` for no records is an empty list."""
    value = _at(answer, declared.records)
    return value if isinstance(value, list) else None


def _at(value: object, path: str) -> object:
    """Follow a dotted path; None where it leads nowhere."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _flat(record: object, before: str = "", level: int = 0) -> dict[str, str | None]:
    """Return a record as text by dotted key. Raises FileRefused when it is no record."""
    if not isinstance(record, dict):
        raise FileRefused("shape", f"a record is expected where {str(record)[:40]!r} stands")
    if level > DEEPEST:
        raise FileRefused("shape", f"the keys of a record go more than {DEEPEST} levels deep")
    flat: dict[str, str | None] = {}
    for key, value in record.items():
        name = f"{before}{key}".strip()
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.", level + 1)
        else:
            flat[name] = _text(value)
    return flat


def _text(value: Any) -> str | None:
    """Return a value as the csv releases would write it."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value)


def _json(value: Any) -> str:
    """Return JSON text in which numbers keep their digits."""
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_json(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _names(records: list[object]) -> list[str]:
    """Return every key, in the order in which it is first met."""
    return list(dict.fromkeys(name for record in records for name in _flat(record)))


def _keys(answer: object) -> str:
    """Say what stands there instead."""
    return ", ".join(list(answer)[:6])[:120] if isinstance(answer, dict) else type(answer).__name__


def _constant(text: str) -> str:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(f"{text} is not JSON")
