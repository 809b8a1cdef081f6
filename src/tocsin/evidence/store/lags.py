"""How late a figure is out after its period ends, as declared in ``catalog/panel.yml``; and when a period ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

PERIODS = ("month", "start_year", "year", "period")
"""The columns that say of when a row is: the first of them that a table has."""


class Lag(BaseModel):
    """One declared lag: of a source, or of one indicator of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_id: str
    indicator: str = ""
    days: int = Field(ge=0)
    basis: str


@cache
def lags() -> dict[tuple[str, str], Lag]:
    """Return the declared lags by source and indicator; the indicator is empty where the lag is the source's."""
    text = (files("tocsin.catalog") / "panel.yml").read_text(encoding="utf-8")
    found = [Lag.model_validate(row) for row in YAML(typ="safe").load(text)["lags"]]
    return {(row.source_id, row.indicator): row for row in found}


def days(source_id: str, indicator: str = "") -> int:
    """Return how many days after the end of a period a figure is out. Raises KeyError where none is declared."""
    return (lags().get((source_id, indicator)) or lags()[source_id, ""]).days


def ends(period: str) -> date:
    """Return the last day of a year ``2024`` or a month ``2024-05``; of a day, the day. Raises ValueError."""
    if len(period) > 7:
        return date.fromisoformat(period)
    year, _, month = period.partition("-")
    return date(int(year), int(month), monthrange(int(year), int(month))[1]) if month else date(int(year), 12, 31)


def ended(frame: pl.DataFrame, source_id: str, day: date, *, lagged: bool) -> pl.DataFrame:
    """Return the rows whose period had ended before a day, and with ``lagged`` had been over for its lag by that day.

    What is not over on the day itself is not over: a year counts from the first of January on.
    """
    column = next(c for c in PERIODS if c in frame.columns)
    of = ["indicator", column] if "indicator" in frame.columns else [column]
    keys = frame.select(of).unique()
    kept = [_known(str(key[-1]), source_id, str(key[0]) if len(of) > 1 else "", day, lagged) for key in keys.rows()]
    found = frame.join(keys.filter(pl.Series(kept, dtype=pl.Boolean)), on=of, how="semi", maintain_order="left")
    if "end_year" not in frame.columns:
        return found
    # A killing whose end was not yet told was under way, as far as anybody knew.
    ends_known = [y for y in found["end_year"].unique() if y and _known(str(y), source_id, "", day, lagged)]
    told = pl.when(pl.col("end_year").is_in(ends_known)).then(pl.col("end_year"))
    return found.with_columns(end_year=told)


def _known(period: str, source_id: str, indicator: str, day: date, lagged: bool) -> bool:
    end = ends(period)
    return end < day and (not lagged or end + timedelta(days=days(source_id, indicator)) <= day)
