"""How tables of one source are put together: what is newer replaces what it covers, and nothing else."""

from __future__ import annotations

import polars as pl

KEYS = {
    "country_year": ["indicator", "place_id", "year"],
    "country_month": ["place_id", "month"],
    "mass_killings": ["place_id", "start_year", "led_by"],
    "coups": ["place_id", "year"],
}


def merged(tables: list[pl.DataFrame], name: str) -> pl.DataFrame:
    """Lay later tables over earlier ones.

    A month that a later file covers is replaced whole (a place no longer named has no event there); an indicator's
    country-years are replaced one by one, so that a file of one series never empties another.
    """
    whole = tables[0]
    for later in tables[1:]:
        whole = over(whole, later, name)
    return whole.sort(KEYS[name], maintain_order=True)


def over(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return ``old`` with ``new`` laid over it. Lists of facts are replaced whole."""
    if name == "country_month":
        return pl.concat([old.join(new.select("month").unique(), on="month", how="anti"), new.select(old.columns)])
    if name == "country_year":
        return pl.concat([old.join(new, on=KEYS[name], how="anti"), new.select(old.columns)])
    return new
