"""A column that is gone, from a file, a page or one record, or that is new, is heard: every column of every connector.

Bytes are read and nothing is fetched. A new connector is tested by being there.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import pytest
from tests.evidence.plans import NOW, play
from tests.fakes.publishers._tables import Row, edited

from tocsin.evidence import sources
from tocsin.evidence.sources import FileRefused, Issue, Part, Reading, live_ids, read, spec
from tocsin.evidence.sources.parts import open_parts
from tocsin.evidence.sources.spec import Shape

AT_MOST = 3
XML = {"iati"}
"""Its elements are no columns: ``test_iati_source`` renames each."""


@dataclass(frozen=True)
class File:
    """One file of one shape, as its simulated publisher sends it."""

    source_id: str
    shape_id: str
    parts: tuple[Part, ...]

    @property
    def shape(self) -> Shape:
        return spec(self.source_id).shapes[self.shape_id]

    def of(self, edit: Callable[[list[Row]], list[Row]], pages: Sequence[int]) -> list[Part]:
        """Return the parts, the records of some pages changed."""
        source = spec(self.source_id)
        return [
            Part(p.name, edited(source, p.data, lambda rows, _: edit(rows))) if n in pages else p
            for n, p in enumerate(self.parts)
        ]


@cache
def files() -> tuple[File, ...]:
    """The first file of each shape that each connector fetches."""
    found: dict[tuple[str, str], File] = {}
    for source_id in sorted(set(live_ids()) - XML):
        fake = importlib.import_module(f"tests.fakes.publishers.{source_id}")
        live = spec(source_id).live
        known = getattr(fake, "SECRETS", dict.fromkeys(live.secrets if live else (), getattr(fake, "TOKEN", "")))
        by_name: dict[str, list[Part]] = {}
        for part in play(source_id, secrets=known).parts:
            by_name.setdefault(part.name, []).append(part)
        for parts in by_name.values():
            shape_id = open_parts(spec(source_id), parts).shape_id
            found.setdefault((source_id, shape_id), File(source_id, shape_id, tuple(parts)))
    return tuple(File(f.source_id, f.shape_id, tuple(few(f))) for f in found.values())


def few(file: File) -> list[Part]:
    """Return the pages with their first records alone: columns are what is looked at, and a page is read a hundredfold.

    The total that a publisher says is that of the records that are left.
    """
    declared = file.shape.json_
    if declared is None:
        return list(file.parts)
    cut = file.of(lambda rows: rows[:AT_MOST], range(len(file.parts)))
    *way, last = declared.total.split(".")
    if not last:
        return cut
    records = open_parts(
        spec(file.source_id).model_copy(update={"shapes": {"all": uncounted(file.shape)}}), cut
    ).rows_in
    counted = []
    for part in cut:
        answer = json.loads(part.data)
        holder = answer
        for step in way:
            holder = holder[int(step) if isinstance(holder, list) else step]
        holder[last] = records
        counted.append(Part(part.name, json.dumps(answer).encode()))
    return counted


def uncounted(shape: Shape) -> Shape:
    """Return a shape whose publisher says no total."""
    assert shape.json_ is not None
    return shape.model_copy(update={"json_": shape.json_.model_copy(update={"total": ""})})


def read_of(file: File, parts: Sequence[Part]) -> Reading | Issue:
    """Return what a file says, or why it is refused."""
    try:
        return read(file.source_id, parts, NOW)
    except FileRefused as refused:
        return refused.issue


def without(row: Row, column: str, by: str = "") -> Row:
    """Return a record without a key, or with another name for it; keys inside keys are joined by dots."""
    name, _, rest = column.partition(".")
    if rest and isinstance(row.get(name), dict):
        return {**row, name: without(row[name], rest, by)}
    named = {column: by} if by else {}
    return {named.get(k, k): v for k, v in row.items() if by or k != column}


CONNECTORS = sorted(set(live_ids()) - XML)


def of(source_id: str) -> list[File]:
    found = [f for f in files() if f.source_id == source_id]
    assert found, source_id
    return found


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_each_declared_column_that_moves_refuses_the_file(source_id: str) -> None:
    for file in of(source_id):
        for column in file.shape.columns:
            every = range(len(file.parts))
            moved = file.of(lambda rows, c=column: [without(r, c, "renamed_by_publisher") for r in rows], every)  # type: ignore[misc]
            if file.shape.headerless:
                moved = file.of(lambda rows, c=column: [without(r, c) for r in rows], every)  # type: ignore[misc]
            said = read_of(file, moved)
            assert isinstance(said, Issue), (file.shape_id, column, "is read as if nothing were amiss")
            assert said.rule in {"columns", "shape", "truncated", "total"}, (column, said)


PAGED = [f for f in files() if len(f.parts) > 1]


@pytest.mark.parametrize("file", PAGED, ids=lambda f: f"{f.source_id} {f.shape_id}")
def test_a_column_that_is_gone_from_the_last_page_alone_refuses_the_file(file: File) -> None:
    last = [len(file.parts) - 1]
    for column in file.shape.columns:
        moved = file.of(lambda rows, c=column: [without(r, c, "renamed_by_publisher") for r in rows], last)  # type: ignore[misc]
        said = read_of(file, moved)
        assert isinstance(said, Issue), (column, "is empty on the last page, and nothing is said")
        assert said.rule == "shape" or (said.rule, said.column) == ("columns", column), (column, said)
        assert said.rule == "shape" or f"page {len(file.parts)}" in said.message


def test_several_publishers_send_pages() -> None:
    assert {"worldbank", "ucdp_ged", "ucdp_prio", "unhcr", "views"} <= {f.source_id for f in PAGED}


RECORDS = [f for f in files() if f.shape.json_ is not None]


@pytest.mark.parametrize("file", RECORDS, ids=lambda f: f"{f.source_id} {f.shape_id}")
def test_a_record_without_a_key_that_every_record_has_is_set_aside(file: File) -> None:
    for column in file.shape.columns:
        half = file.of(lambda rows, c=column: [without(rows[0], c), *rows[1:]], [0])  # type: ignore[misc]
        try:
            raw = open_parts(spec(file.source_id), half)
        except FileRefused as refused:  # its page had one record: the page has no such column
            assert (refused.issue.rule, refused.issue.column) == ("columns", column)
            continue
        assert ("absent", 1, column, "row") in {(i.rule, i.row, i.column, i.weight) for i in raw.issues}
    said = read_of(file, half)
    assert isinstance(said, Issue) or 1 in said.bad, "the record is read"


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_a_new_column_is_an_issue_of_the_run(source_id: str) -> None:
    for file in of(source_id):
        said = read_of(file, file.of(lambda rows: [{**r, "brand_new": "1"} for r in rows], range(len(file.parts))))
        if isinstance(said, Issue):
            assert said.rule == "shape" and file.shape.headerless, said
            continue
        if file.shape.others:  # thousands of columns: which are new is told against the load before
            assert "brand_new" in said.columns
            continue
        assert any("brand_new" in (i.column or "") or "brand_new" in i.message for i in said.issues), file.shape_id


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_a_declared_column_that_a_reader_forgets_is_its_own_fault(
    source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in of(source_id):
        shape = file.shape
        more = shape.model_copy(update={"columns": [*shape.columns, "forgotten"]})
        declared = spec(source_id).model_copy(update={"shapes": {file.shape_id: more}})
        monkeypatch.setattr(sources, "spec", lambda _, declared=declared: declared)
        parts = file.of(lambda rows: [{**r, "forgotten": "1"} for r in rows], range(len(file.parts)))
        with pytest.raises(AssertionError, match="forgotten"):
            read(source_id, parts, NOW)
