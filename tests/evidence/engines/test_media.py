"""Events kept by month: a file touches its months alone, twice is once, and the past can be asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.engines.events import export, frame, line

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.core.months import month_index, month_text
from tocsin.evidence.engines import partitions
from tocsin.evidence.engines.media import media_months
from tocsin.evidence.engines.synthetic import generate
from tocsin.evidence.store import load

pytestmark = pytest.mark.usefixtures("thin")

FIRST = export(
    line(1, "20260228", "20260228234500"), line(2, "20250228", "20260228234500"), line(3, "20260228", "20260228234500")
)
SECOND = export(line(4, "20260301", "20260301000000"), line(5, "20260228", "20260301000000", "CG"))


@pytest.fixture
def give(ctx: Context, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Load the bytes of an export file."""

    def _give(data: bytes, moment: str, kind: str = "") -> str:
        path = tmp_path / f"{moment}{kind}.export.CSV"
        path.write_bytes(data)
        return load(ctx, "gdelt", path, "analyst").outcome

    return _give


def test_a_new_file_has_its_months_counted_and_no_other(ctx: Context, give) -> None:  # type: ignore[no-untyped-def]
    assert give(FIRST, "20260228234500") == "accepted"
    assert media_months(ctx).counted == ("2025-02", "2026-02")
    give(SECOND, "20260301000000")
    after = media_months(ctx)
    assert after.counted == ("2026-02", "2026-03")
    assert after.remembered == ("2025-02",)
    assert after.events == 5
    for engine in ("duckdb", "polars"):
        assert media_months(ctx, engine=engine, afresh=True).hash == after.hash, "remembered or counted: the same"
    assert not media_months(ctx).counted, "nothing changed, nothing is counted"


def test_a_file_loaded_twice_changes_nothing_and_one_published_again_leaves_no_ghost(
    ctx: Context,
    give,  # type: ignore[no-untyped-def]
) -> None:
    give(FIRST, "20260228234500")
    give(SECOND, "20260301000000")
    index = (ctx.settings.store / "gdelt" / "months" / "index.json").read_bytes()
    give(FIRST, "20260228234500")
    assert (ctx.settings.store / "gdelt" / "months" / "index.json").read_bytes() == index
    give(export(line(1, "20260227", "20260228234500"), line(9, "20260228", "20260228234500")), "20260228234500")
    kept = pl.concat(
        pl.read_parquet(ctx.settings.store / "gdelt" / "months" / e["file"])
        for p in partitions.index(ctx.settings.store / "gdelt" / "months").values()
        for e in p.values()
    )
    assert sorted(kept["event_id"]) == [1, 4, 5, 9], "2 and 3 are no longer said"
    assert media_months(ctx).table.filter(pl.col("month") == month_index("2025-02")).is_empty()


def test_the_translated_feed_of_the_same_moment_stands_beside(ctx: Context, give) -> None:  # type: ignore[no-untyped-def]
    give(FIRST, "20260228234500")
    give(export(line(8, "20260228", "20260228234500")), "20260228234500", ".translation")
    assert media_months(ctx).events == 4


def test_as_known_then_is_what_had_been_added(ctx: Context, give) -> None:  # type: ignore[no-untyped-def]
    give(FIRST, "20260228234500")
    then = media_months(ctx).hash
    give(SECOND, "20260301000000")
    give(export(line(7, "20260228", "20260402000000")), "20260402000000")
    assert media_months(ctx, as_of=date(2026, 2, 28)).hash == then
    assert media_months(ctx, as_of=date(2026, 2, 28)).events == 3
    assert media_months(ctx).events == 6
    march = media_months(ctx, as_of=date(2026, 3, 15)).table
    february = march.filter(pl.col("month") == month_index("2026-02"))
    assert sorted(february.select("place_id", "events").rows()) == [("COD", 1), ("SDN", 2)]
    assert media_months(ctx, as_of=date(2026, 1, 1)).table.is_empty()


def test_the_number_of_events_as_known_then_leaves_out_what_the_same_month_added_later(
    ctx: Context,
    give,  # type: ignore[no-untyped-def]
) -> None:
    for day in ("05", "20"):
        give(export(line(int(day), "20260228", f"202603{day}000000")), f"202603{day}000000")
    give(export(line(99, "20260228", "20260402000000")), "20260402000000")
    assert "2026-03" in partitions.index(ctx.settings.store / "gdelt" / "months")["2026-02"], "one part of both days"
    assert media_months(ctx, as_of=date(2026, 3, 10)).events == 1
    assert media_months(ctx, as_of=date(2026, 3, 31)).events == 2


def test_days_of_adding_become_one_part_once_their_month_is_over(tmp_path: Path) -> None:
    for day in range(1, 29):
        added = 20260300000000 + day * 1_000_000
        partitions.add(tmp_path, frame({"event_id": day, "place_id": "SDN", "month": 24314, "added": added}))
    assert len(partitions.index(tmp_path)["2026-03"]) == 28
    partitions.add(
        tmp_path, frame({"event_id": 99, "place_id": "SDN", "month": 24314, "date": 1, "added": 20260401000000})
    )
    held = partitions.index(tmp_path)["2026-03"]
    assert {k: e["rows"] for k, e in held.items()} == {"2026-03": 28, "2026-04-01": 1}
    partitions.add(tmp_path, frame({"event_id": 99, "place_id": "SDN", "month": 24314, "added": 20260401000000}))
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.glob("*/*.parquet")}
    assert {e["file"] for e in held.values()} <= files
    assert len(files) <= 3, "parts that no longer count are taken away with the next file"


def test_an_altered_part_stops_the_count_with_one_sentence(ctx: Context, give) -> None:  # type: ignore[no-untyped-def]
    give(FIRST, "20260228234500")
    part = next((ctx.settings.store / "gdelt" / "months").glob("2026-02/*.parquet"))
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(Damaged, match="not what was written"):
        media_months(ctx)


def test_made_up_events_enter_neither_store_nor_months(ctx: Context, tmp_path: Path) -> None:
    file = next(generate(tmp_path / "made", 50, 7))
    outcome = load(ctx, "gdelt", file, "analyst")
    assert (outcome.outcome, outcome.issues[0]["rule"]) == ("refused", "synthetic")
    assert outcome.rows_accepted == 0
    for source in ("ucdp_ged", "worldbank"):
        assert load(ctx, source, file, "analyst").issues[0]["rule"] == "synthetic"
    with pytest.raises(Refused, match="made up"):
        partitions.add(ctx.settings.store / "gdelt" / "months", pl.read_parquet(file))
    lines = export(*(line(-n, "20260228", "20260228234500") for n in range(1, 40)))
    path = tmp_path / "20260228234500.export.CSV"
    path.write_bytes(lines)
    assert load(ctx, "gdelt", path, "analyst").outcome == "refused", "without the label their numbers give them away"
    assert media_months(ctx).table.is_empty()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 28)), min_size=1, max_size=6), st.integers(0, 3))
def test_what_is_added_under_a_moment_of_its_own_is_taken_out_exactly(
    tmp_path_factory: pytest.TempPathFactory, kept: list[tuple[int, int]], month: int
) -> None:
    folder = tmp_path_factory.mktemp("months")
    rows = [
        {"event_id": n, "place_id": "SDN", "month": 24314 + m, "added": 20260600000000 + day * 1_000_000}
        for n, (m, day) in enumerate(kept, start=1)
    ]
    partitions.add(folder, frame(*rows))
    before = partitions.index(folder)
    own = {"event_id": 99, "feed": "export mended 1", "place_id": "SDN", "month": 24314 + month}
    released = frame({**own, "added": 20260628235959})
    changed = partitions.add(folder, released)
    assert changed == [month_text(24314 + month)]
    assert partitions.take_out(folder, released) == changed
    assert partitions.index(folder) == before
    assert not partitions.take_out(folder, released), "what is not there changes nothing"
