"""A table that is read in pieces, packed, from a file, says the same as one that is held whole."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.publisher import publisher_file

from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.sources import Cell, FileRefused, Part, Reading, pieces, read, tabular
from tocsin.evidence.sources.pieces import Pieces
from tocsin.evidence.sources.scan import MOST_COLUMNS
from tocsin.evidence.store import load
from tocsin.evidence.store import load as load_function

NOW = datetime(2026, 11, 26, tzinfo=UTC)
HELD = pieces.PIECE


def told(reading: Reading) -> object:
    tables = {name: (table.schema, table.rows()) for name, table in reading.tables.items()}
    return tables, reading.rows_in, reading.bad, reading.issues, reading.release, reading.shape_id


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Everything is packed, twelve records at a time."""
    monkeypatch.setattr(pieces, "PIECE", 1)
    monkeypatch.setattr(tabular, "AT_A_TIME", 12)
    return monkeypatch


@pytest.mark.parametrize("source_id", ["ucdp_ged", "vdem", "worldbank", "facts_coups"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress, "zip"])
def test_it_says_the_same_of_a_file_in_pieces(
    source_id: str, packed: object, tmp_path: Path, small: pytest.MonkeyPatch
) -> None:
    made = publisher_file(source_id).with_rows(lambda rows: [*rows[:150], dict(rows[3])])
    lines = made.data().split(b"\n")
    lines[40] += b",more"
    data = b"\n".join(lines)
    out = io.BytesIO()
    if packed == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.csv", data)
    path = tmp_path / made.name
    path.write_bytes(out.getvalue() if packed == "zip" else packed(data))  # type: ignore[operator]
    mended = [Cell(1, made.header[-1], "1")]
    found = [told(read(source_id, [Part(made.name, path)], NOW, cells=c)) for c in ([], mended)]
    small.setattr(pieces, "PIECE", HELD)
    small.setattr(tabular, "AT_A_TIME", 2048)
    assert found == [told(read(source_id, data, NOW, made.name, cells=c)) for c in ([], mended)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["", "a", "é", "a,b"]), min_size=2, max_size=2), max_size=20), st.integers(1, 60)
)
def test_pieces_are_the_records_that_were_put_in(rows: list[list[str]], size: int) -> None:
    frames = [pl.DataFrame({"n": [i], "x": [a], **({"y": [b]} if b else {})}) for i, (a, b) in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "PIECE", size)
        whole = Pieces(frames)
    expected = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    assert whole.frame().equals(expected)
    for column in expected.columns:
        assert whole.column(column).to_list() == expected[column].to_list()
    assert whole.rows("n", [1, 3]).rows() == (expected.filter(pl.col("n").is_in([1, 3])).rows() if frames else [])
    if frames:
        first = pl.struct(pl.all()).is_first_distinct()
        assert whole.marks(but="n").select(first).rows() == expected.drop("n").select(first).rows()


def test_what_packs_to_more_than_any_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 1)
    monkeypatch.setattr(pieces, "MOST_PACKED", 100)
    with pytest.raises(FileRefused, match="packed"):
        Pieces(pl.DataFrame({"a": [str(n)]}) for n in range(9))


def test_a_file_of_another_header_is_refused_before_its_lines_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tabular, "MOST_ASIDE", 5)
    made = publisher_file("facts_coups")
    head, *rest = made.data().split(b"\n")
    with pytest.raises(FileRefused, match="do not fit the header"):
        read("facts_coups", b"\n".join([head, *(line + b",x" for line in rest if line), b""]), NOW)


def test_a_file_that_is_larger_than_any_is_not_copied(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = publisher_file("facts_coups")
    (tmp_path / made.name).write_bytes(made.data())
    monkeypatch.setattr(__import__("sys").modules[load_function.__module__], "LARGEST_FILE", 10)
    with pytest.raises(Misuse, match="are read"):
        load(ctx, "facts_coups", tmp_path / made.name, "analyst")
    assert not (ctx.settings.store / "facts_coups" / "raw").exists()


def test_a_column_that_a_mark_of_the_encoding_hides_is_refused_by_name() -> None:
    """Found by a mutation: the mark stood twice, and the mending of split names looked for a column."""
    years = ",".join(str(y) for y in range(2000, 2012))
    head = f"\ufeff\ufeffCountry Name,Country Code,Indicator Name,Indicator Code,{years}\n"
    line = "Chad,TCD,Population,SP.POP.TOTL," + ",".join("1" * 12) + "\n"
    with pytest.raises(FileRefused) as refused:
        read("worldbank", (head + line).encode(), NOW)
    assert refused.value.issue.rule in {"columns", "shape"}


def test_a_table_of_more_columns_than_any_is_refused_before_it_is_laid_down() -> None:
    names = [f"c{n}" for n in range(MOST_COLUMNS + 2)]
    for upto, rule in ((MOST_COLUMNS + 2, "too-large"), (MOST_COLUMNS + 1, "shape")):
        with pytest.raises(FileRefused) as refused:
            read("worldbank", f"{','.join(names[:upto])}\n1{',1' * (upto - 1)}\n".encode(), NOW)
        assert refused.value.issue.rule == rule
