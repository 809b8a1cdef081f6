"""In a run: numbers for the year after the base year where months were counted, else one sentence why not (M8, M13)."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tocsin.core.context import Context
from tocsin.core.settings import Settings
from tocsin.evidence.forecast import hub, record
from tocsin.evidence.forecast.monthly import live
from tocsin.evidence.panel import country_year
from tocsin.evidence.series import months_seen
from tocsin.evidence.standing import base_year
from tocsin.evidence.store import load_tables

CTX = Context(settings=Settings(home=Path(tempfile.mkdtemp())))


@cache
def _told(day: date, base: int):
    """Return tables, panel and yearly rows as of a day; the yearly numbers are the record's, their interval made up.

    A look back: on a day before them, the bundled figures stand in, cut to what had ended and to its lag.
    """
    tables = load_tables(CTX, day, hindsight=True)
    panel = country_year(tables, last=base)
    here = panel.filter(pl.col("year") == base)["place_id"]
    kept = record.read().history.filter(
        (pl.col("base_year") == min(base, 2023)) & pl.col("place_id").is_in(here.to_list())
    )
    p = kept["p"].to_numpy()
    yearly = hub.rows(
        "onset_v1", str(base), "mass_killing_onset", kept["place_id"], p, low=p / 2, high=np.minimum(2 * p, 1)
    )
    return tables, panel, yearly


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Few redraws: the wiring is tested here."""
    monkeypatch.setattr(live, "DRAWS", 6)


def test_the_bundled_snapshot_refreshes_2025_whole_and_says_why_not_2026():
    day = date(2026, 11, 26)
    tables, panel, yearly = _told(day, 2024)
    found = live.refresh(panel, tables, yearly, CTX, day)
    assert found.table["origin"].unique().to_list() == ["2025-12"]
    assert found.table["target"].unique().to_list() == ["mass_killing_onset_this_year"]
    assert found.degraded == [] and found.about["provisional"] and found.about["year"] == 2025
    assert any("2026 is not refreshed" in note and "2026-02 alone" in note for note in found.about["notes"])
    assert any("2021-07 to 2024-12" in note for note in found.about["notes"])
    both = hub.checked(pl.concat([yearly, found.table]))
    assert base_year(both) == "2024", "the base year is the yearly forecast's, whatever month others start from"
    assert [c["id"] for c in found.cards] == ["onset_monthly_v1"]
    assert live.refresh(panel, tables, yearly, CTX, day).table.equals(found.table)


def test_the_delay_is_kept_in_a_look_back():
    day = date(2021, 6, 10)
    tables, panel, yearly = _told(day, 2020)
    found = live.refresh(panel, tables, yearly, CTX, day)
    assert tables.covered_months()[-1] == "2021-04", "the store keeps the delay where later figures stand in"
    assert found.about["months_to"] == "2021-04" and found.table.height
    assert not found.about["provisional"] and found.about["notes"] == []
    # A file that had come by then has May whole: the layer keeps the delay itself.
    may = load_tables(CTX).country_month.filter(month="2021-05")
    assert may.height
    for said in (may, may.with_columns(one_sided_deaths=pl.lit(9999, dtype=pl.Int64))):
        here = type(tables)(**{**vars(tables), "country_month": pl.concat([tables.country_month, said])})
        assert here.covered_months()[-1] == "2021-05"
        after = live.refresh(panel, here, yearly, CTX, day)
        assert after.about["months_to"] == "2021-04" and after.table.equals(found.table)


@pytest.mark.parametrize(("day", "base", "said"), [
    (date(2023, 6, 10), 2022, "2022-05 to 2023-04"),
    (date(2025, 4, 2), 2024, "2024-03 to 2024-12"),
])  # fmt: skip
def test_where_months_are_missing_there_is_no_number_and_one_sentence(day, base, said):
    tables, panel, yearly = _told(day, base)
    found = live.refresh(panel, tables, yearly, CTX, day)
    assert found.table.is_empty() and dict(found.table.schema) == hub.SCHEMA
    assert len(found.degraded) == 1 and said in found.degraded[0] and "not zero" in found.degraded[0]
    assert found.about["months_to"] is None and found.cards == []


@pytest.mark.parametrize("year", [1988, 1993])
def test_years_that_teach_too_little_give_no_number_and_stop_nothing(year):
    tables, panel, yearly = _told(date(year, 12, 10), year - 1)
    found = live.refresh(panel, tables, yearly, CTX, date(year, 12, 10))
    assert found.table.is_empty() and "before 1994 too few years" in found.degraded[0]


def test_a_fit_that_is_refused_stops_nothing():
    day = date(2021, 6, 10)
    tables, panel, yearly = _told(day, 2020)
    never = panel.with_columns(onset=pl.lit(0, dtype=pl.Int8))
    found = live.refresh(never, tables, yearly, CTX, day)
    assert found.table.is_empty() and "hold no onset" in found.degraded[0]


def test_months_seen_are_those_that_have_ended_and_never_more_than_the_year_and_the_delay():
    ends = {"2024-12-31": 0, "2025-01-31": 0, "2025-02-01": 1, "2025-12-31": 11, "2026-01-05": 12,
            "2026-02-01": 13, "2030-01-01": 13}  # fmt: skip
    assert {day: months_seen(2025, date.fromisoformat(day)) for day in ends} == ends
