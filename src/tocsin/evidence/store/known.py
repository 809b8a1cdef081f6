"""What of a source was known on a day: the tables that its vintages of that day make, and what they rest on.

* A file retrieved here by the day was known, whole: its folder proves it.
* A file retrieved later counts when its publisher's stated date is no later than the day; then each figure's lag
  must have passed as well, for the date is all that speaks for it.
* The bundled figures count from their own day, and whenever the day is today: they are in hand.
* ``hindsight`` lets the bundled figures stand in before that, cut to the lags: a look back, which says that it is one.
* No figure of a period that had not ended counts, whatever brings it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import polars as pl

from tocsin.evidence.sources import spec
from tocsin.evidence.store import snapshot
from tocsin.evidence.store.lags import days, ended
from tocsin.evidence.store.merge import KEYS, never_lower, over
from tocsin.evidence.store.vintages import BUNDLED, Vintage, vintages

LISTS = ("mass_killings", "coups")
"""Tables that a file replaces whole."""
Grounds = Literal["bundled", "retrieved", "published", "hindsight", "nothing"]


@dataclass(frozen=True)
class Known:
    """The tables of one source as known on a day; ``rests`` are the vintages behind them, the newest last."""

    source_id: str
    tables: dict[str, pl.DataFrame]
    rests: tuple[Vintage, ...]
    grounds: Grounds

    @property
    def held(self) -> Vintage | None:
        """The newest vintage behind the tables that is a load; None where they are the bundled ones, or none."""
        loads = [v for v in self.rests if v.name != BUNDLED]
        return loads[-1] if loads else None

    def facts_to(self, day: date) -> int:
        """Return the last year that the list of mass killings covers, as far as it counts on a day; 0 without one."""
        newest = [v.table("mass_killings") for v in self.rests]
        last = max((covered_to(facts) for facts in newest), default=0)
        lag = timedelta(days=days(self.source_id) if self.grounds in ("published", "hindsight") else 0)
        over_by = (day - lag).year - 1
        return min(last, over_by)

    @property
    def release(self) -> str:
        """The release of the newest vintage; empty where nothing was known."""
        return self.rests[-1].release if self.rests else ""


def known(store: Path, source_id: str, day: date, *, today: date, hindsight: bool = False) -> Known:
    """Return what was known of a source of figures on a day. Raises Damaged when a stored table is not as written."""
    return of(vintages(store, source_id), source_id, day, today=today, hindsight=hindsight)


def of(every: Sequence[Vintage], source_id: str, day: date, *, today: date, hindsight: bool = False) -> Known:
    """Return what a source's vintages, in the order in which they came, let be known on a day."""
    every = [v for v in every if v.taken_back_on is None or v.taken_back_on > day]
    held = [v for v in every if v.name != BUNDLED and v.retrieved_on <= day]
    stated = sorted(
        (v for v in every if v.basis == "published" and v.retrieved_on > day and v.known_on <= day),
        key=lambda v: (v.known_on, v.name),
    )
    bundle = next((v for v in every if v.name == BUNDLED), None)
    base: Vintage | None = None
    grounds: Grounds = "nothing"
    rests: list[Vintage] = []
    if held:
        base, grounds, rests = held[-1], "retrieved", [held[-1]]
    elif bundle and (day >= today or bundle.retrieved_on <= day):
        base, grounds, rests = bundle, "bundled", [bundle]
    stated = [v for v in stated if v is not base]
    if base is None and bundle and hindsight:
        base, grounds, rests = bundle, "hindsight", [bundle]
    tables = {}
    for name in spec(source_id).laid:
        first = base.table(name) if base else snapshot.table(source_id, name).clear()
        first = ended(first, source_id, day, lagged=grounds == "hindsight")
        # What stands in was not known: whatever was lies over it.
        tables[name] = _with_stated(first, base if grounds != "hindsight" else None, stated, name, day)
    if stated and grounds != "hindsight":
        grounds = "published"
    rests = sorted([*rests, *stated], key=lambda v: v.known_on)
    return Known(source_id, tables, tuple(rests), grounds)


def covered_to(facts: pl.DataFrame) -> int:
    """Return the last year in which a list dates a beginning or an end: it was kept at least until then."""
    years = [facts[c].max() for c in ("start_year", "end_year")]
    return max((int(y) for y in years if y is not None), default=0)  # type: ignore[arg-type]


def _with_stated(
    table: pl.DataFrame, base: Vintage | None, stated: list[Vintage], name: str, day: date
) -> pl.DataFrame:
    """Return a table with files that were published by the day and came here later: the newer date on top."""
    before: pl.DataFrame | None = None
    after: list[tuple[Vintage, pl.DataFrame]] = []
    for vintage in stated:
        said = vintage.table(name) if vintage.name == BUNDLED else vintage.own(name)
        if said is None or said.is_empty():
            continue
        said = ended(said, vintage.source_id, day, lagged=True)
        if base is not None and vintage.known_on <= base.known_on:
            before = said if before is None else over(before, said, name)
        else:
            after.append((vintage, said))
    whole = table if before is None else over(before.select(table.columns), table, name)
    for vintage, told in after:
        said = told
        careful = bool(vintage.record.get("careful"))
        if name in LISTS:
            # A list replaces a list; what its lag cuts from it says nothing against what was known already.
            young = whole.join(ended(whole, vintage.source_id, day, lagged=True), on=KEYS[name], how="anti")
            said = pl.concat([said.select(whole.columns), young.join(said, on=KEYS[name], how="anti")])
        whole = over(whole, never_lower(whole, said, name) if careful else said, name)
    return whole.sort(KEYS[name], maintain_order=True) if stated else whole
