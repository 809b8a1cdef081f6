"""Columns that a source may have and had: when they are gone, somebody says so; which of thousands are new is told."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

import pytest
from tests import thin
from tests.evidence.plans import play
from tests.fakes.publishers._tables import Row, edited

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence.sources import Part, spec
from tocsin.evidence.store.load import LoadOutcome, take

THIN = "A sample has less than what is bundled"


@pytest.fixture(autouse=True)
def _samples_are_let_in(monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    monkeypatch.setattr(sys.modules["tocsin.evidence.store.load"], "sample_hashes", frozenset)
    monkeypatch.setattr(sys.modules["tocsin.evidence.store.load"], "checks", thin.above)
    monkeypatch.setattr("os.fsync", lambda _: None)
    clock.move(days=3)  # the moment at which the simulated publishers are asked (``plans.NOW``)


def loaded(ctx: Context, source_id: str, edit: Callable[[Row], Row]) -> list[LoadOutcome]:
    """Load every file that the simulated publisher sends, each record changed."""
    fake = importlib.import_module(f"tests.fakes.publishers.{source_id}")
    live = spec(source_id).live
    known = getattr(fake, "SECRETS", dict.fromkeys(live.secrets if live else (), getattr(fake, "TOKEN", "")))
    files: dict[str, list[Part]] = {}
    for part in play(source_id, secrets=known).parts:
        data = edited(spec(source_id), part.data, lambda rows, _: [edit(row) for row in rows])
        files.setdefault(part.name, []).append(Part(part.name, data))
    return [take(ctx, source_id, parts, "analyst", origin="test", replacing=THIN) for parts in files.values()]


def without(*words: str) -> Callable[[Row], Row]:
    """Return an edit that drops the keys with one of some words in their name, also inside other keys."""

    def edit(row: Row) -> Row:
        rows = {k: v for k, v in row.items() if not any(w in k for w in words)}
        return {k: edit(v) if isinstance(v, dict) else v for k, v in rows.items()}

    return edit


def columns(loads: list[LoadOutcome]) -> list[dict[str, object]]:
    """Return what was said of columns."""
    return [i for load in loads for i in load.issues if i["rule"] == "columns"]


GONE = {
    "ipc": (("_projected", "groups"), {"groups", "p3plus_projected", "phase5_percentage_projected"}),
    "hdx_hapi": (("category", "operation"), {"category", "operation"}),
    "reliefweb": (("country",), {"fields.country"}),
}


@pytest.mark.parametrize("source_id", GONE)
def test_a_usual_column_that_is_gone_marks_the_load(source_id: str, ctx: Context, clock: FixedClock) -> None:
    words, gone = GONE[source_id]
    assert not columns(loaded(ctx, source_id, lambda row: row))
    clock.move(minutes=1)
    less = loaded(ctx, source_id, without(*words))
    said = [i for i in columns(less) if i["weight"] == "warn"]
    assert gone <= {i["column"] for i in said}
    assert {load.outcome for load in less} == {"warned"}


def test_an_optional_column_that_the_last_file_had_is_missed(ctx: Context, clock: FixedClock) -> None:
    loaded(ctx, "views", lambda row: row)
    clock.move(minutes=1)
    said = columns(loaded(ctx, "views", without("main_dich")))
    assert [(i["column"], i["weight"], i["message"]) for i in said if i["column"]] == [
        ("main_dich", "note", "column main_dich is gone: the last file had it")
    ]


@pytest.mark.parametrize("source_id", ["views", "vdem"])
def test_of_very_many_columns_the_new_ones_and_those_that_are_gone_are_named(
    source_id: str, ctx: Context, clock: FixedClock
) -> None:
    first = loaded(ctx, source_id, lambda row: {**row, "v2old": "1", "v2kept": "1"})
    assert all(load.in_force for load in first), first
    clock.move(minutes=1)
    said = columns(loaded(ctx, source_id, lambda row: {**row, "v2kept": "1", "v2new": "2"}))
    messages = [i["message"] for i in said]
    assert "unread column v2new is new since the last file" in messages
    assert "unread column v2old is gone since the last file" in messages
