"""The layer's rolling forecasts on one yearly record: what it is scored on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.evidence.forecast.monthly import columns, rolling, rows


@dataclass(frozen=True)
class Judged:
    """All forecasts of one yearly base: rows, deaths, and the layer after each number of months seen."""

    rows: rows.Rows
    figures: columns.Deaths
    seen: Mapping[int, rolling.Seen]


def judged(history: Any, panel: Any, figures: columns.Deaths, months_seen: Sequence[int]) -> Judged:
    """Return the rolling forecasts on one yearly record, for target years from the first that can be forecast."""
    made = rolling.settings()
    every = rows.build(rows.of_record(history), panel)
    every = every.keep(every.year >= made.first_year)
    years = sorted({int(y) for y in every.year if y >= made.first_forecast})
    return Judged(every, figures, {k: rolling.forecast(every, figures, k, years, made) for k in months_seen})
