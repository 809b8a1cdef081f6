"""What every source folder promises. A new folder is tested by being there."""

from __future__ import annotations

import importlib
from pathlib import Path

import polars as pl
import pytest
from tests.evidence.publisher import MAKERS, publisher_file

from tocsin.core.context import Context
from tocsin.evidence.sources import FileRefused, loadable, read, source_ids, spec
from tocsin.evidence.store import load, load_tables, snapshot
from tocsin.evidence.store.tables import SCHEMAS

SOURCES = source_ids()
SHAPES = [(s, shape) for s in SOURCES for shape in spec(s).shapes]


def test_every_folder_is_found_and_has_its_maker_in_the_tests() -> None:
    folder = Path(importlib.import_module("tocsin.evidence.sources").__file__ or "").parent
    assert set(loadable()) == {p.name for p in folder.iterdir() if (p / "read.py").is_file()}
    assert set(SOURCES) == set(MAKERS), "what gives figures"


@pytest.mark.parametrize("source_id", SOURCES)
def test_says_who_and_under_what_licence(source_id: str) -> None:
    declared = spec(source_id)
    assert declared.id == source_id
    assert declared.url.startswith("https://")
    assert declared.licence_url.startswith("https://creativecommons.org/")
    assert "NC" not in declared.licence
    assert len(declared.citation) > 20
    assert declared.cadence_days > 0
    assert declared.grace_days > 0
    assert set(declared.laid) <= set(SCHEMAS)


@pytest.mark.parametrize("source_id", SOURCES)
def test_every_bundled_column_says_what_it_is_made_from(source_id: str) -> None:
    declared = spec(source_id)
    for name in declared.laid:
        table = snapshot.table(source_id, name)
        made = set(table["indicator"]) if "indicator" in table.columns else set(table.columns)
        assert made - {"place_id", "year", "month", "cite", "release", "provisional"} <= set(declared.columns_used)


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_clean_file_keeps_every_row_and_changes_nothing(source_id: str, ctx: Context, tmp_path: Path) -> None:
    made = publisher_file(source_id)
    path = tmp_path / made.name
    path.write_bytes(made.data())
    before = load_tables(ctx)
    outcome = load(ctx, source_id, path, "analyst")
    assert outcome.outcome in {"accepted", "warned"}, outcome.issues[:5]
    assert outcome.rows_in == outcome.rows_accepted == len(made.rows)
    after = load_tables(ctx)
    assert after.source(source_id).status == "loaded"
    for name in spec(source_id).laid:
        figures = [c for c in getattr(before, name).columns if c not in {"release", "vintage", "cite", "provisional"}]
        old, new = (getattr(t, name).select(figures).sort(figures) for t in (before, after))
        assert _same(old, new), name


def _same(old: pl.DataFrame, new: pl.DataFrame) -> bool:
    if old.height != new.height:
        return False
    return all(
        (old[c] - new[c]).abs().fill_null(0).max() < 1e-6 * (1 + abs(float(old[c].max() or 0)))
        if old[c].dtype.is_float()
        else old[c].equals(new[c])
        for c in old.columns
    )


@pytest.mark.parametrize(("source_id", "shape_id"), SHAPES)
def test_no_shape_declares_a_column_twice_and_no_two_shapes_are_the_same(source_id: str, shape_id: str) -> None:
    shapes = spec(source_id).shapes
    columns = [*shapes[shape_id].columns, *shapes[shape_id].optional]
    assert len(columns) == len(set(columns))
    forms = [(s.columns, s.json_) for s in shapes.values()]
    assert forms.count((shapes[shape_id].columns, shapes[shape_id].json_)) == 1


@pytest.mark.parametrize("source_id", SOURCES)
def test_each_missing_or_renamed_column_refuses_the_file(source_id: str, ctx: Context) -> None:
    made = publisher_file(source_id).with_rows(lambda rows: rows[:300])
    body = made.data().split(b"\n", 1)[1]
    for column in made.header:
        renamed = [c if c != column else "something_else" for c in made.header]
        data = made.delimiter.join(renamed).encode() + b"\n" + body
        with pytest.raises(FileRefused) as refused:
            read(source_id, data, ctx.now(), made.name)
        assert refused.value.issue.rule in {"columns", "shape"}
        if refused.value.issue.rule == "columns":
            assert refused.value.issue.column == column
            assert refused.value.issue.value == "something_else"


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_new_column_is_heard_the_same_night(source_id: str, ctx: Context) -> None:
    made = publisher_file(source_id)
    more = made.with_rows(lambda rows: [{**r, "brand_new": 1} for r in rows[:300]])
    object.__setattr__(more, "header", [*made.header, "brand_new"])
    found = read(source_id, more.data(), ctx.now(), made.name)
    assert [i.column for i in found.issues if i.rule == "columns"] == ["brand_new"]
    assert not found.bad
