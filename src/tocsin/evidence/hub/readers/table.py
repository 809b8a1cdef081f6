"""One table of text out of a CSV, XLSX or Parquet file, with the columns a shape needs, under whatever known name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tocsin.evidence.hub.claims import ROW, Claims, nothing
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.part import Part
from tocsin.evidence.sources.spec import Shape
from tocsin.evidence.sources.tabular import open_table

LARGEST = 400_000_000


@dataclass(frozen=True)
class Form:
    """The columns a shape has, by our name: the names they go by in files; and which may be left out or are ignored.

    ``anchor`` is the column by which the header is known; without it nothing can be read.
    """

    id: str
    anchor: str
    needed: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Declared:
    """What ``sources.tabular`` asks of a declaration: an id, and the shapes by name."""

    id: str
    shapes: dict[str, Shape]


def read(path: Path, form: Form) -> Claims:
    """Return the file's columns by our names, text as it stands, outer space gone.

    What cannot be read at all is one finding; a needed column that is not there is one, and the others are still given.
    """
    if path.stat().st_size > LARGEST:
        said = f"the file has {path.stat().st_size:,} bytes; {LARGEST:,} are read"
        return Claims(nothing(), issues=[Issue("too-large", said, weight="file")])
    declared = _Declared(form.id, _shapes(form))
    try:
        raw = open_table(declared, Part(path.name, path))
    except FileRefused as refused:
        return Claims(nothing(), issues=[_with_columns(refused.issue, form)])
    found = {c.strip().lower(): c for c in raw.columns}
    named: dict[str, str] = {}
    issues = list(raw.issues)
    for column, names in {**form.needed, **form.optional}.items():
        there = [found[n] for n in names if n in found]
        if there:
            named[column] = there[0]
        elif column in form.needed:
            said = f"column {names[0]} is missing" + (f" (also read as {', '.join(names[1:])})" if names[1:] else "")
            issues.append(Issue("columns", said, None, names[0], None, "file"))
    known = {*named.values(), *(found[n] for n in form.ignored if n in found)}
    issues += [
        Issue("columns", f"column {c} is not one this shape knows: it is not read", None, c, None, "warn")
        for c in raw.columns
        if c not in known and not c.startswith("_empty")
    ]
    frame = raw.frame.select(
        ROW, *(pl.col(c).fill_null("").str.strip_chars().alias(column) for column, c in named.items())
    )
    return Claims(frame, named, issues, raw.rows_in)


def _with_columns(issue: Issue, form: Form) -> Issue:
    """Say, of a header that is none, which columns are looked for."""
    if issue.rule != "shape":
        return issue
    wanted = ", ".join(names[0] for names in form.needed.values())
    found = issue.message.partition("found: ")[2]
    said = f"there is no header with a column {form.anchor}; a {form.id} file has the columns {wanted}; found: {found}"
    return Issue("columns", said, None, form.anchor, None, "file")


def _shapes(form: Form) -> dict[str, Shape]:
    """Return the form as a shape: known by its anchor, every other name welcome, any of three separators."""
    names = [n for each in (form.needed, form.optional) for several in each.values() for n in several]
    said = {"about": form.id, "columns": [form.anchor], "optional": names, "delimiters": [",", ";", "\t"]}
    return {form.id: Shape.model_validate(said)}
