"""The base year of a run is that of its yearly forecasts: months ahead neither set nor change it (M11)."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.forecast import hub
from tocsin.evidence.standing import base_year

YEARLY = hub.rows("onset_v1", "2024", "mass_killing_onset", ["SDN"], pl.Series([0.1]).to_numpy())
MONTHLY = hub.rows("violence_v1", "2026-02", "one_sided_deaths_ge25", ["SDN"], pl.Series([0.9]).to_numpy(), horizon=12)


def test_a_month_is_no_base_year() -> None:
    assert base_year(pl.concat([YEARLY, MONTHLY])) == "2024"
    assert base_year(YEARLY) == "2024"
    assert base_year(MONTHLY) is None
    assert base_year(YEARLY.clear()) is None
