"""Change the records inside an answer, whatever carries them: JSON, delimited text, a zip or a workbook.

Only an answer that holds the declared columns is changed: a token or a list of files passes as it is.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from tocsin.evidence.sources.spec import Shape, SourceSpec

Row = dict[str, Any]
Edit = Callable[[list[Row], Shape], list[Row]]
"""Takes records in the publisher's own keys (flat for text, as they are for JSON), gives the changed ones."""


def edited(spec: SourceSpec, body: bytes, edit: Edit) -> bytes:
    """Return the body with its records changed, or the very same object when it holds none."""
    if body[:4] == b"PK\x03\x04":
        return _zip(spec, body, edit)
    if body.lstrip()[:1] in (b"{", b"["):
        return _json(spec, body, edit)
    return _text(spec, body, edit)


def _json(spec: SourceSpec, body: bytes, edit: Edit) -> bytes:
    answer = json.loads(body)
    for shape in spec.shapes.values():
        if shape.json_ is None:
            continue
        holder, key, records = _found(answer, shape.json_.records)
        if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
            continue
        changed = edit(records, shape)
        if holder is None:
            return json.dumps(changed).encode()
        holder[key] = changed
        if shape.json_.total and not changed:
            over, name, _ = _found(answer, shape.json_.total)
            if over is not None:
                over[name] = 0
        return json.dumps(answer).encode()
    return body


def _found(answer: Any, path: str) -> tuple[Any, Any, Any]:
    """Return the container, the key in it and what stands there."""
    holder, key, value = None, None, answer
    for step in filter(None, path.split(".")):
        holder, key = value, int(step) if isinstance(value, list) else step
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None, None, None
    return holder, key, value


def _text(spec: SourceSpec, body: bytes, edit: Edit) -> bytes:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body
    for delimiter in (",", ";", "\t", "|"):
        records = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if r]
        done = _records(spec, records, edit, delimiter)
        if done is not None:
            out = io.StringIO(newline="")
            csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(done)
            return out.getvalue().encode()
    return body


def _records(spec: SourceSpec, records: list[list[str]], edit: Edit, delimiter: str | None) -> list[list[str]] | None:
    """Return header and records changed; None when they are of no declared shape."""
    if not records:
        return None
    for shape in spec.shapes.values():
        if delimiter is not None and delimiter not in shape.delimiters:
            continue
        if shape.headerless and len(records[0]) == len(shape.columns):
            rows = edit([dict(zip(shape.columns, r, strict=True)) for r in records], shape)
            return [list(r.values()) for r in rows]
        if not shape.headerless and set(shape.columns) <= set(records[0]):
            header = records[0]
            rows = edit([dict(zip(header, r, strict=True)) for r in records[1:]], shape)
            return [list(rows[0]) if rows else header, *(list(r.values()) for r in rows)]
    return None


def _zip(spec: SourceSpec, body: bytes, edit: Edit) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(body))
    if "xl/workbook.xml" in archive.namelist():
        return _workbook(spec, body, edit)
    out = io.BytesIO()
    changed = False
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in archive.namelist():
            inner = archive.read(name)
            after = edited(spec, inner, edit)
            changed |= after is not inner
            target.writestr(name, after)
    return out.getvalue() if changed else body


def _workbook(spec: SourceSpec, body: bytes, edit: Edit) -> bytes:
    from openpyxl import Workbook, load_workbook

    sheet = load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    records = [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)]
    done = _records(spec, records, edit, None)
    if done is None:
        return body
    book = Workbook()
    for record in done:
        book.active.append(record)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
