"""Rows that do not fit their header, pages of JSON, figures that would fall, and what was laid over a release."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.publisher import publisher_file

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.evidence import quarantine as room
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.fetch.feeds import feeds
from tocsin.evidence.sources import Issue, Part, SourceSpec, spec
from tocsin.evidence.sources.cells import Cell, lay, lines, needed
from tocsin.evidence.sources.mapped import parse
from tocsin.evidence.sources.parts import open_parts
from tocsin.evidence.sources.raw import ROW, RawTable
from tocsin.evidence.sources.spec import sample_folder
from tocsin.evidence.store import good, home, load
from tocsin.evidence.store.load import take
from tocsin.evidence.store.replay import replay

BY = room.By("Amal Example", "analyst", "amal")
WHY = "The publisher confirmed it by letter"
COUPS = b"ccode,country,year,cou.any\n2,United States,2001,0\n625,Sudan,2023,1\n500,Uganda,2022,0\n"


def mended(ctx: Context, source_id: str, values: dict[str, str], row: int = 0) -> room.Drafted:
    """Mend a row of the newest file (none named: its first) and keep it."""
    file = room.file_of(ctx, source_id)
    number = row or room.opened(ctx, file).rows[0].row
    drafted = room.draft(ctx, file, number, values, why=WHY, by=BY)
    room.keep(ctx, drafted, entry=1)
    return drafted


def released(ctx: Context, source_id: str, replacing: str = "") -> room.Released:
    """Release what waits of the newest file."""
    return room.release(ctx, room.file_of(ctx, source_id), why=WHY, by=BY, replacing=replacing)


def raw(data: bytes, *pages: bytes) -> RawTable:
    return open_parts(spec("facts_coups"), [Part("x.csv", page) for page in (data, *pages)])


def test_a_line_with_another_number_of_fields_is_opened_and_said_whole() -> None:
    table = raw(COUPS.replace(b"625,Sudan,2023,1", b"625,Sudan, North,2023,1"))
    assert lines(table, [2])[2]["_beyond1"] == "1"
    assert needed(table, 2) == ["ccode", "country", "year", "cou.any"]
    with pytest.raises(Refused, match="which value belongs"):
        lay(table, [Cell(2, "country", "Sudan, North")])
    told = {"ccode": "625", "country": "Sudan, North", "year": "2023", "cou.any": "1"}
    whole = lay(table, [Cell(2, c, v) for c, v in told.items()])
    assert whole.issues == []
    assert whole.frame[ROW].to_list() == [1, 2, 3]
    assert lines(whole, [2])[2] == told


def test_a_last_line_that_was_cut_asks_for_its_last_value_alone() -> None:
    table = raw(COUPS[:-1])
    assert needed(table, 3) == ["cou.any"]
    assert lines(lay(table, [Cell(3, "cou.any", "0")]), [3])[3]["country"] == "Uganda"


def test_rows_are_counted_through_pages() -> None:
    table = raw(COUPS, COUPS.replace(b"625,Sudan,2023,1", b"625,2023,1").replace(b"500", b"501"))
    assert lines(table, [5])[5]["ccode"] == "625"
    with pytest.raises(Misuse, match="no row 7"):
        lines(table, [7])[7]


@settings(max_examples=40)
@given(st.integers(1, 3), st.sampled_from(["ccode", "country", "year", "cou.any"]), st.text(max_size=12))
def test_a_cell_changes_itself_and_nothing_else(row: int, column: str, value: str) -> None:
    table = raw(COUPS)
    after = lay(table, [Cell(row, column, value)])
    assert after.frame.columns == table.frame.columns
    for number in (1, 2, 3):
        told = {**lines(table, [number])[number], **({column: value} if number == row else {})}
        assert lines(after, [number])[number] == told


@pytest.fixture
def deaths(ctx: Context, tmp_path: Path) -> Path:
    """A release of battle deaths of which one row, of Sudan in 2023, counts no number of dead."""
    file = publisher_file("ucdp_brd")

    def spoilt(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        for row in rows:
            if (row["gwno_battle"], row["year"]) == ("625", 2023):
                row["bd_best"] = "many"
        return rows

    path = tmp_path / file.name
    path.write_bytes(file.with_rows(spoilt).data())
    assert load(ctx, "ucdp_brd", path, "analyst").outcome == "quarantined"
    return path


def sudan(ctx: Context) -> float:
    """Return the battle deaths in force of Sudan in 2023."""
    held = good.as_of(ctx.settings.store, "ucdp_brd", ctx.now().date())
    assert held
    wanted = (pl.col("place_id") == "SDN") & (pl.col("year") == 2023) & (pl.col("indicator") == "battle_deaths")
    return float(good.table(held, "country_year").filter(wanted)["value"].item())


def test_a_release_lowers_no_count_and_what_it_raised_goes_with_it_from_later_files_too(
    ctx: Context, deaths: Path, clock: FixedClock, tmp_path: Path
) -> None:
    before = sudan(ctx)
    mended(ctx, "ucdp_brd", {"bd_best": "1", "bd_low": "1", "bd_high": "1"})
    assert released(ctx, "ucdp_brd").load
    assert sudan(ctx) == before, "a slip downwards is no calm"
    clock.move(days=1)
    room.undo(ctx, "ucdp_brd", why=WHY, by=BY, enter=lambda _: nullcontext(2))
    much = str(before * 10)
    mended(ctx, "ucdp_brd", {"bd_best": much, "bd_high": much})
    clock.move(days=1)
    assert released(ctx, "ucdp_brd").load
    assert sudan(ctx) == before * 10

    # The next release is short of a row: it is taken with care, and the higher count stands.
    clock.move(days=30)
    later = tmp_path / "later.csv"
    later.write_bytes(publisher_file("ucdp_brd").with_value(0, "year", "20x1").data())
    assert load(ctx, "ucdp_brd", later, "analyst").outcome == "quarantined"
    assert sudan(ctx) == before * 10
    clock.move(days=1)
    undone = room.undo(ctx, "ucdp_brd", why=WHY, by=BY, enter=lambda _: nullcontext(3))
    assert undone.laid_again == ("later.csv",)
    assert sudan(ctx) == before, "no later vintage keeps what was taken back"
    assert replay(ctx).same
    assert not list(ctx.settings.home.glob(".rehearsal-*"))


def test_a_figure_falls_by_a_stated_reason_alone(ctx: Context, deaths: Path, clock: FixedClock) -> None:
    before = sudan(ctx)
    mended(ctx, "ucdp_brd", {"bd_best": str(before - 1), "bd_low": "1"})
    done = released(ctx, "ucdp_brd", replacing="The publisher withdrew one of the dead")
    assert done.load
    assert {i["rule"] for i in done.outcome.issues} >= {"replaced", "lowered"}
    assert sudan(ctx) == before - 1


def test_two_rows_that_are_one_stay_out_together(ctx: Context, tmp_path: Path) -> None:
    """A mend that makes a row in order break a rule is no mend."""
    made = publisher_file("ucdp_ged")
    path = tmp_path / made.name
    path.write_bytes(made.with_value(0, "best", "many").data())
    load(ctx, "ucdp_ged", path, "analyst")
    twin = str(made.rows[1]["id"])
    drafted = mended(ctx, "ucdp_ged", {"best": "3", "id": twin})
    assert not drafted.holds
    assert {(i["row"], i["rule"]) for i in drafted.issues} == {(1, "duplicate"), (2, "duplicate")}
    with pytest.raises(Refused, match="No mended row"):
        released(ctx, "ucdp_ged")
    assert mended(ctx, "ucdp_ged", {"best": "3"}).holds


def test_mending_makes_no_silent_source_speak(ctx: Context, deaths: Path, clock: FixedClock) -> None:
    spoke = next(f.last_new for f in feeds(ctx) if f.source_id == "ucdp_brd")
    clock.move(days=400)
    mended(ctx, "ucdp_brd", {"bd_best": "99", "bd_high": "99"})
    assert released(ctx, "ucdp_brd").load
    assert next(f.last_new for f in feeds(ctx) if f.source_id == "ucdp_brd") == spoke


def test_pages_of_json_are_mended_as_any_file(ctx: Context) -> None:
    sample = sample_folder("ucdp_ged")
    answer = next(p for p in sorted(sample.rglob("*.json")) if b'"best"' in p.read_bytes())
    data = answer.read_bytes().replace(b'"best": ', b'"best": -', 1)
    assert data != answer.read_bytes()
    outcome = take(ctx, "ucdp_ged", [Part("events.json", data)], "analyst", origin="by hand")
    file = room.file_of(ctx, "ucdp_ged")
    row = room.opened(ctx, file).rows[0]
    assert {i.rule for i in row.issues} == {"negative"}
    drafted = mended(ctx, "ucdp_ged", {"best": str(row.came["best"]).removeprefix("-")}, row.row)
    assert drafted.holds, drafted.issues
    assert outcome.rows_quarantined == 1


def test_a_file_is_read_once_to_be_opened_and_once_to_be_opened_and_mended(
    ctx: Context, prices: list[Part], deaths: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(ctx, "market_prices", prices[1:], "analyst", origin="by hand")
    read: list[str] = []

    def counted(declared: SourceSpec, parts: list[Part]) -> RawTable:
        read.append(declared.id)
        return open_parts(declared, parts)

    for module in ("sources", "sources.mapped_read", "store.home"):
        monkeypatch.setattr(f"tocsin.evidence.{module}.open_parts", counted)
    for source_id, values in (("ucdp_brd", {"bd_best": "9"}), ("market_prices", {"price": "50"})):
        seen = room.opened(ctx, room.file_of(ctx, source_id))
        assert room.draft(ctx, seen, seen.rows[0].row, values, why=WHY, by=BY).holds
    assert read == ["ucdp_brd", "market_prices"]


def test_of_many_files_each_can_be_opened(ctx: Context, prices: list[Part], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["tocsin.evidence.quarantine.files"], "MOST", 2)
    whole = prices[0].data
    for n in range(5):
        spoilt = whole.replace(b"SDN,2026-05,50", b"SDN,2026-05,no number %d" % n)
        take(ctx, "market_prices", [Part(f"{n}.csv", spoilt)], "analyst", origin="by hand")
        take(ctx, "market_prices", [Part("whole.csv", whole)], "analyst", origin="by hand")
    first = room.files(ctx, "market_prices")
    second = room.files(ctx, "market_prices", first[-1].name)
    last = room.files(ctx, "market_prices", second[-1].name)
    assert [f.file for f in (*first, *second, *last)] == ["4.csv", "3.csv", "2.csv", "1.csv", "0.csv"]
    for one in (last[0].name, last[0].sha256, last[0].sha256[:8]):
        assert room.opened(ctx, room.file_of(ctx, "market_prices", one)).rows[0].came["price"] == "no number 0"
    for wrong in ("*", "2026", "[0-9]"):
        with pytest.raises(Misuse):
            room.file_of(ctx, "market_prices", wrong)


EVENTS = b"""id,reported_by,date_start,place,kind,deaths_best
1,Clinic network,2024-05-03,SDN,one_sided,31
2,Clinic network,2024-05-04,SDN,murder,12
3,Clinic network,2024-05-05,SDN,one_sided,4
"""
EVENTS += b"".join(b"%d,Clinic network,2024-06-01,TCD,other,1\n" % n for n in range(4, 40))


def test_a_released_event_is_in_the_event_store_and_leaves_it_again(ctx: Context, clock: FixedClock) -> None:
    take(ctx, "event_list", [Part("list.csv", EVENTS)], "analyst", origin="by hand")
    assert len(page(ctx, Asked("SDN")).events) == 2
    assert mended(ctx, "event_list", {"kind": "one_sided"}).holds
    clock.move(days=1)
    assert released(ctx, "event_list").load
    assert {e.dead for e in page(ctx, Asked("SDN")).events} == {(31, 31), (12, 12), (4, 4)}
    clock.move(days=1)
    assert room.undo(ctx, "event_list", why=WHY, by=BY, enter=lambda _: nullcontext(2)).said == ""
    assert len(page(ctx, Asked("SDN")).events) == 2


MAPPING = b"""id: market_prices
title: Prices of grain at markets
publisher: A market union
url: https://union.example/prices
licence: CC0
licence_url: https://creativecommons.org/publicdomain/zero/1.0/
citation: A market union, 2026.
coverage: Markets of three places; silence means that nobody went there.
cadence_days: 31
grace_days: 10
places: iso3
columns: {place: where, period: month}
figures:
  - {indicator: sorghum, column: price, label: Sorghum, unit: a kilogram}
"""


@pytest.fixture
def prices(ctx: Context) -> list[Part]:
    """Two files of a table of this home: prices, and then the same with one that is no number."""
    found, faults = parse(MAPPING)
    assert found, faults
    home.declare(ctx, MAPPING)
    lines = "".join(f"{p},2026-{m:02d},{m * 10}\n" for p in ("SDN", "TCD", "SSD") for m in range(1, 11))
    whole = f"where,month,price\n{lines}".encode()
    take(ctx, "market_prices", [Part("old.csv", whole)], "analyst", origin="by hand")
    return [Part("old.csv", whole), Part("new.csv", whole.replace(b"SDN,2026-05,50", b"SDN,2026-05,fifty"))]


def test_a_table_of_the_home_is_mended_too_and_a_figure_does_not_fall_in_silence(
    ctx: Context, prices: list[Part], clock: FixedClock
) -> None:
    clock.move(days=1)
    take(ctx, "market_prices", prices[1:], "analyst", origin="by hand")
    assert mended(ctx, "market_prices", {"price": "5"}).holds
    done = released(ctx, "market_prices")
    assert not done.load
    assert done.outcome.issues[0]["rule"] == "lowered"
    assert "50 in force, 5 mended" in str(done.outcome.issues[0]["message"])
    assert released(ctx, "market_prices", replacing="The union wrote one nought too many").load
    clock.move(days=1)
    room.undo(ctx, "market_prices", why=WHY, by=BY, enter=lambda _: nullcontext(2))
    assert room.opened(ctx, room.file_of(ctx, "market_prices")).rows[0].state == "quarantined"
    assert replay(ctx).same


def test_what_would_lose_a_later_file_is_not_undone(
    ctx: Context, deaths: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(ctx, "ucdp_brd", {"bd_best": "99999", "bd_high": "99999"})
    assert released(ctx, "ucdp_brd").load
    clock.move(days=30)
    later = tmp_path / "later.csv"
    later.write_bytes(publisher_file("ucdp_brd").data())
    assert load(ctx, "ucdp_brd", later, "analyst", replacing="The release was wrong by far").in_force
    before = {p: p.read_bytes() for p in (ctx.settings.store / "ucdp_brd").rglob("*") if p.is_file()}
    refused = [Issue("rows-min", "too few rows are left", weight="file")]
    monkeypatch.setattr(sys.modules["tocsin.evidence.store.load"], "checks", lambda *_: refused)
    with pytest.raises(Refused, match="would not be taken in again"):
        room.undo(ctx, "ucdp_brd", why=WHY, by=BY, enter=lambda _: nullcontext(2))
    after = {p: p.read_bytes() for p in (ctx.settings.store / "ucdp_brd").rglob("*") if p.is_file()}
    assert after == before
    monkeypatch.undo()

    @contextmanager
    def stopped(_: object) -> Iterator[int]:
        yield 2
        raise Damaged("The record has stopped")

    standing = [r["folder"] for r in good.loads(ctx.settings.store, "ucdp_brd")]
    with pytest.raises(Damaged):
        room.undo(ctx, "ucdp_brd", why=WHY, by=BY, enter=stopped)
    assert [r["folder"] for r in good.loads(ctx.settings.store, "ucdp_brd")] == standing
    assert room.opened(ctx, room.file_of(ctx, "ucdp_brd", "")).rows[0].state == "released"
