"""How tables of one source are put together: what is newer replaces what it covers, and nothing else."""

from __future__ import annotations

from functools import cache

import polars as pl

from tocsin.evidence.activities.schema import KEYS as ACTIVITY_KEYS
from tocsin.evidence.documents.schema import KEYS as DOCUMENT_KEYS
from tocsin.evidence.indicators.schema import KEY as INDICATOR_KEY
from tocsin.evidence.sources.spec import source_ids, spec

KEYS = {
    "country_year": ["indicator", "place_id", "year"],
    "country_month": ["place_id", "month"],
    "mass_killings": ["place_id", "start_year", "led_by"],
    "coups": ["place_id", "year"],
    "indicators": INDICATOR_KEY,
    "documents": DOCUMENT_KEYS,
    "activities": ACTIVITY_KEYS,
    "withdrawals": ["event_id"],
}
GROWING = ("documents", "activities", "withdrawals")
"""Tables that each file adds to: it brings what is new, and that it has less than what is in force says nothing."""
BY_ROW = ("country_year", "indicators", *GROWING)
"""Tables whose rows are replaced one by one: what a file does not name stays."""


@cache
def counted() -> frozenset[str]:
    """Return the indicators that count what a file lists, as the sources declare them."""
    return frozenset(i for source_id in source_ids() for i in spec(source_id).counted)


def merged(tables: list[pl.DataFrame], name: str) -> pl.DataFrame:
    """Lay later tables over earlier ones, sorted."""
    whole = tables[0]
    for later in tables[1:]:
        whole = over(whole, later, name)
    return whole.sort(KEYS[name], maintain_order=True)


def over(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return ``old`` with ``new`` laid over it.

    A month that the new table covers is replaced whole (a place no longer named has no event there); country-years and
    indicators are replaced one by one, so that a file of one series or country never empties another; a list of facts
    is replaced whole.
    """
    new = new.select(old.columns)
    if name == "country_month":
        return pl.concat([old.join(new.select("month").unique(), on="month", how="anti"), new])
    if name in BY_ROW:
        return pl.concat([old.join(new, on=KEYS[name], how="anti"), new])
    return new


def never_lower(old: pl.DataFrame, new: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return ``new`` where no count is below the one in force: for a file that lost rows or is shorter than the last.

    Months: the row with more deaths stands. Counted indicators: the larger value. Facts: both lists together.
    """
    new = new.select(old.columns)
    if name == "country_month":
        scope = old.join(new.select("month").unique(), on="month")
        deaths = pl.sum_horizontal("state_based_deaths", "non_state_deaths", "one_sided_deaths")
        both = pl.concat([new, scope]).with_columns(_deaths=deaths)
        return (
            both.sort("_deaths", descending=True, maintain_order=True).unique(KEYS[name], keep="first").drop("_deaths")
        )
    if name == "country_year":
        scope = old.filter(pl.col("indicator").is_in(sorted(counted()))).join(
            new.select("indicator").unique(), on="indicator"
        )
        both = pl.concat([new, scope])
        return (
            both.sort("value", descending=True, maintain_order=True).unique(KEYS[name], keep="first")
            if scope.height
            else new
        )
    return pl.concat([new, old.join(new, on=KEYS[name], how="anti")])
