"""The store: whole or not at all, never silently wrong, and it can say what was in force on a day."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.evidence.publisher import publisher_file

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.evidence.store import files, good, load, load_tables

SOURCE = "facts_coups"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = publisher_file(SOURCE)
    path = tmp_path / made.name
    path.write_bytes(made.data())
    return path


def loaded(ctx: Context) -> Path:
    """Return the folder of the load in force."""
    held = good.as_of(ctx.settings.store, SOURCE, ctx.now().date())
    assert held
    return Path(held["folder"])


def test_raw_bytes_are_kept_with_their_origin(ctx: Context, file: Path) -> None:
    outcome = load(ctx, SOURCE, file, "desk_officer")
    raw = ctx.settings.store / SOURCE / "raw" / outcome.sha256
    assert raw.read_bytes() == file.read_bytes()
    origin = json.loads(raw.with_name(f"{outcome.sha256}.json").read_text())
    assert origin["sha256"] == outcome.sha256
    assert origin["retrieved_at"] == "2026-11-23T12:00:00Z"
    assert origin["origin"] == str(file)
    record = good.last_attempt(ctx.settings.store, SOURCE, ctx.now().date())
    assert record
    assert record["by"] == "desk_officer"


def test_a_refused_file_is_on_record_too(ctx: Context, file: Path) -> None:
    load(ctx, SOURCE, file, "analyst")
    before = loaded(ctx)
    file.write_bytes(b"<html>gone</html>")
    assert load(ctx, SOURCE, file, "analyst").outcome == "refused"
    assert loaded(ctx) == before
    state = load_tables(ctx).source(SOURCE)
    assert state.status == "loaded"
    assert state.issues[0]["rule"] == "html"


def test_what_was_in_force_on_an_earlier_day(ctx: Context, clock: FixedClock, file: Path) -> None:
    day = ctx.now().date()
    clock.move(days=3)
    load(ctx, SOURCE, file, "analyst")
    assert load_tables(ctx, day).source(SOURCE).status == "snapshot"
    assert load_tables(ctx).source(SOURCE).status == "loaded"
    clock.move(days=365 + 180 + 1)
    assert load_tables(ctx).source(SOURCE).status == "stale"


@pytest.mark.parametrize("stop_at", range(1, 7))
def test_interrupted_anywhere_nothing_is_lost(
    ctx: Context, file: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    """Ctrl-C at each write of a second load: what was in force still is, and the next load goes through."""
    load(ctx, SOURCE, file, "analyst")
    before, tables = loaded(ctx), load_tables(ctx).coups
    file.write_bytes(file.read_bytes() + b"2,United States,2024,0\n")
    writes = 0
    real = files.write_bytes

    def interrupted(path: Path, data: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes == stop_at:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}.half").write_bytes(data[: len(data) // 2])
            raise KeyboardInterrupt
        real(path, data)

    def copied(path: Path, data: Iterable[bytes]) -> None:
        interrupted(path, b"".join(data))

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_bytes", interrupted)
        patch.setattr(files, "write_copy", copied)
        with pytest.raises(KeyboardInterrupt):
            load(ctx, SOURCE, file, "analyst")
    after = load_tables(ctx)
    if loaded(ctx) != before:  # the load was whole before the interruption came: only the record of the try is missing
        assert stop_at == 6
    assert after.coups.equals(tables)
    assert load(ctx, SOURCE, file, "analyst").outcome in {"accepted", "warned"}


def test_a_file_is_written_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x"
    files.write_bytes(target, b"old")

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        files.write_bytes(target, b"new and longer")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("how", ["cut", "altered", "gone", "record cut", "record empty"])
def test_a_damaged_store_stops_with_one_sentence_and_is_left_alone(ctx: Context, file: Path, how: str) -> None:
    load(ctx, SOURCE, file, "analyst")
    table, record = loaded(ctx) / "coups.parquet", loaded(ctx) / "load.json"
    if how == "cut":
        table.write_bytes(table.read_bytes()[:-40])
    elif how == "altered":
        data = bytearray(table.read_bytes())
        data[60] ^= 1
        table.write_bytes(bytes(data))
    elif how == "gone":
        table.unlink()
    else:
        record.write_text("{" if how == "record cut" else "{}")
    left = {p: p.read_bytes() for p in sorted(ctx.settings.store.rglob("*")) if p.is_file()}
    for act in (lambda: load_tables(ctx), lambda: load(ctx, SOURCE, file, "analyst")):
        with pytest.raises(Damaged) as stopped:
            act()
        assert stopped.value.sentence().endswith(".")
        assert "\n" not in stopped.value.sentence()
    assert {p: p.read_bytes() for p in sorted(ctx.settings.store.rglob("*")) if p.is_file()} == left


def test_the_same_rows_give_the_same_bytes(ctx: Context, file: Path, tmp_path: Path) -> None:
    load(ctx, SOURCE, file, "analyst")
    first = (loaded(ctx) / "coups.parquet").read_bytes()
    again = Context(settings=ctx.settings.model_copy(update={"home": tmp_path / "other"}), clock=ctx.clock)
    load(again, SOURCE, file, "analyst")
    assert (loaded(again) / "coups.parquet").read_bytes() == first
