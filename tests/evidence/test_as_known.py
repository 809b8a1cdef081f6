"""The panel as known on a day is the one that a refresh of that day forecasts from, figure for figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.evidence import forecast, refresh
from tocsin.evidence.panel import as_known
from tocsin.evidence.store import Tables

THEN = date(2019, 5, 2)


class _Stop(Exception):
    """Raised in place of the forecast, which nobody needs here."""


def test_a_refresh_of_a_day_forecasts_from_the_panel_of_that_day(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[pl.DataFrame] = []

    def stop(panel: pl.DataFrame, *_: Any) -> None:
        seen.append(panel)
        raise _Stop

    monkeypatch.setattr(forecast, "produce", stop, raising=False)
    with pytest.raises(_Stop):
        refresh.refresh(ctx, THEN, hindsight=True)
    found = as_known.as_known(ctx, THEN, hindsight=True)
    assert found.country_year.equals(seen[0])
    assert found.header["panel_sha256"] == as_known.digest(as_known.flat(seen[0]))
    assert found.header["last_year"] == 2018
    mine = found.country_year.filter(pl.col("year") == 2018)
    assert mine["battle_deaths_log2"].null_count() == mine.height, "its lag of 181 days had not passed"
    assert mine["v2x_polyarchy"].null_count() < mine.height
    assert len(found.header["hindsight"]) == len(found.tables.sources)
    assert any("later ones stand in" in line for line in found.header["not_known"])


def test_without_hindsight_neither_is_made(ctx: Context) -> None:
    with pytest.raises(Refused, match=r"known from 2026-11-23.*--hindsight"):
        as_known.as_known(ctx, THEN)
    with pytest.raises(Refused, match=r"No figures of vdem were known.*--hindsight"):
        refresh.refresh(ctx, THEN)
    with pytest.raises(Refused, match="has not come"):
        as_known.as_known(ctx, date(2031, 1, 1))


def test_a_figure_that_was_not_known_stops_the_panel(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaking(*_: Any, **how: Any) -> Tables:
        found = tables(ctx, THEN, **how)
        later = tables(ctx).country_year.filter(place_id="SDN", indicator="battle_deaths", year=2023)
        found.country_year = pl.concat([found.country_year, later])
        return found

    tables = as_known.load_tables
    monkeypatch.setattr(as_known, "load_tables", leaking)
    for make in (as_known.as_known, refresh.refresh):
        with pytest.raises(Damaged, match=r"1 figures that were not known .* SDN 2023: its period had not ended"):
            make(ctx, THEN, hindsight=True)  # type: ignore[operator]
