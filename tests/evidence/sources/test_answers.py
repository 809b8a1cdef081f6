"""Answers of JSON, files without a header, pages of one file: read whole, or refused with the rule."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core import archives
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.parts import Part, open_parts
from tocsin.evidence.sources.raw import ROW
from tocsin.evidence.sources.spec import Shape
from tocsin.evidence.sources.tabular import open_table

PAGED = Shape.model_validate(
    {"about": "pages", "columns": ["id", "at.year"], "json": {"records": "Result", "total": "TotalCount"}}
)
BARE = Shape(about="bare", columns=["id", "day", "code"], headerless=True, delimiters=["\t"])


@dataclass(frozen=True)
class Source:
    """A declaration of two shapes."""

    id: str = "made"
    shapes: tuple[tuple[str, Shape], ...] = (("paged", PAGED), ("bare", BARE))

    def __post_init__(self) -> None:
        object.__setattr__(self, "shapes", dict(self.shapes))


def page(*records: object, total: object = None) -> bytes:
    return json.dumps({"TotalCount": len(records) if total is None else total, "Result": list(records)}).encode()


def record(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "at": {"year": 2024}, **more}


def rule(data: bytes | list[bytes]) -> str:
    pages = [data] if isinstance(data, bytes) else data
    with pytest.raises(FileRefused) as refused:
        open_parts(Source(), [Part("made", p) for p in pages])  # type: ignore[arg-type]
    return refused.value.issue.rule


def test_nested_keys_are_columns_lists_stay_text_and_numbers_keep_their_digits() -> None:
    data = page(record(1, figure=5.10, tags=["a", {"n": 1.50}], open=True, said=None), record(2))
    table = open_table(Source(), data)  # type: ignore[arg-type]
    assert table.shape_id == "paged"
    assert table.frame.drop(ROW).rows(named=True) == [
        {"id": "1", "at.year": "2024", "figure": "5.1", "tags": '["a", {"n": 1.5}]', "open": "true", "said": None},
        {"id": "2", "at.year": "2024", "figure": None, "tags": None, "open": None, "said": None},
    ]
    exact = b'{"TotalCount": 1, "Result": [{"id": 12345678901234567890123, "at": {"year": 2024}, "figure": 5.10}]}'
    assert open_table(Source(), exact).frame.row(0)[:3] == ("12345678901234567890123", "2024", "5.10")  # type: ignore[arg-type]


def test_what_is_no_list_of_records_is_refused() -> None:
    assert rule(b'{"message": "unauthorised"}') == "shape"
    assert rule(page(record(1))[:-9]) == "truncated"
    assert rule(page(1, 2)) == "shape"
    assert rule(page({"other": 1})) == "shape"
    assert rule(b'{"TotalCount": "many", "Result": [{"id": 1, "at": {"year": 1}}]}') == "total"
    assert rule(b'{"TotalCount": 1, "Result": [{"id": NaN, "at": {"year": 1}}]}') == "truncated"
    assert rule(b"[" * 100_000) == "truncated"


def test_pages_are_put_under_one_another_with_their_rows_counted_through() -> None:
    pages = [Part("made", page(record(n), record(n + 1), total=4)) for n in (1, 3)]
    whole = open_parts(Source(), [*pages, Part("made", page(total=4))])  # type: ignore[arg-type]
    assert whole.rows_in == 4
    assert whole.frame[ROW].to_list() == [1, 2, 3, 4]
    assert whole.frame["id"].to_list() == ["1", "2", "3", "4"]


def test_a_page_twice_a_wrong_total_and_nothing_at_all_are_refused() -> None:
    assert rule([page(record(1), total=2), page(record(1), total=2)]) == "repeated-page"
    assert rule([page(record(1), total=3), page(record(2), total=3)]) == "total"
    assert rule([page(record(1), total=2), page(record(2), total=3)]) == "total"
    assert rule([page(record(1)), b"1\t20240101\tAB\n"]) == "shape"
    assert rule([page(), page()]) == "empty"


def test_a_file_without_a_header_has_its_columns_by_position() -> None:
    table = open_table(Source(), b"1\t20240101\tAB\n2\t20240102\tCD\n")  # type: ignore[arg-type]
    assert (table.shape_id, table.rows_in) == ("bare", 2)
    assert table.frame["code"].to_list() == ["AB", "CD"]
    assert rule(b"1\t20240101\n2\t20240102\n") == "shape"


def test_gzip_is_unpacked_and_a_cut_one_is_refused() -> None:
    packed = gzip.compress(b"1\t20240101\tAB\n2\t20240102\tCD\n")
    assert open_table(Source(), packed).rows_in == 2  # type: ignore[arg-type]
    assert rule(packed[:-6]) == "truncated"
    assert rule(gzip.compress(packed)) == "archive"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40, unique=True), st.integers(1, 7))
def test_however_a_list_is_cut_into_pages_it_reads_the_same(numbers: list[int], size: int) -> None:
    records = [record(n) for n in numbers]
    whole = open_parts(Source(), [Part("made", page(*records))])  # type: ignore[arg-type]
    cut = [page(*records[i : i + size], total=len(records)) for i in range(0, len(records), size)]
    paged = open_parts(Source(), [Part("made", p) for p in cut])  # type: ignore[arg-type]
    assert isinstance(paged.frame, pl.DataFrame)
    assert paged.frame.equals(whole.frame)


def test_every_member_of_a_gzip_file_is_read_within_one_limit_and_nothing_else_may_follow(monkeypatch) -> None:
    one, two = gzip.compress(b"1\t20240101\tAB\n"), gzip.compress(b"2\t20240102\tCD\n")
    assert open_table(Source(), one + two).rows_in == 2  # type: ignore[arg-type]
    assert rule(one + two[:-3]) == "truncated"
    assert rule(one + b"garbage") == "truncated"
    assert archives.streams(one + two, 28) == gzip.decompress(one + two)
    with pytest.raises(archives.TooLarge):
        archives.streams(one + two, 27)
    monkeypatch.setattr(archives, "MOST_STREAMS", 9)
    assert rule(one * 10) == "too-large"


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"id": ["1"], "day": ["20240101"], "code": [["A"]]}),
        pl.DataFrame({"id": ["1"], "day": ["20240101"], "code": [b"\xff\xfe"]}),
        pl.DataFrame({"id": ["1"], "day": ["20240101"], "code": ["A"], "_row": [7]}),
    ],
)
def test_a_parquet_file_whose_columns_are_no_text_or_ours_is_refused(frame: pl.DataFrame) -> None:
    packed = io.BytesIO()
    frame.write_parquet(packed)
    assert flat(packed.getvalue()) in {"unreadable", "columns"}


def test_a_column_with_the_name_of_our_own_refuses_a_text_table_too() -> None:
    assert flat(b"id,day,code,_row\n1,20240101,A,7\n") == "columns"


def flat(data: bytes) -> str:
    shapes = (("flat", Shape(about="flat", columns=["id", "day", "code"])),)
    with pytest.raises(FileRefused) as refused:
        open_table(Source(shapes=shapes), data)  # type: ignore[arg-type]
    return refused.value.issue.rule
