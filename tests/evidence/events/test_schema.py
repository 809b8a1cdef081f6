"""The table of events: what is not said stays null, and a reader's slip is refused."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tocsin.evidence.events import schema

ROW = {"source_id": "a", "event_id": "1", "release": "r", "date_start": date(2024, 5, 1)}


def test_what_is_not_said_is_null_and_not_zero() -> None:
    told = schema.shaped(pl.DataFrame([ROW]))
    assert list(told.columns) == list(schema.EVENTS)
    assert told["deaths_best"].to_list() == [None]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"kind": "war"}, "kind 'war'"), ({"date_start": None}, "date_start"), ({"colour": "red"}, "colour")],
)
def test_a_slip_of_a_reader_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        schema.shaped(pl.DataFrame([{**ROW, **change}], schema_overrides={"date_start": pl.Date}))
