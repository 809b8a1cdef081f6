"""Find figures in tables "as known on a day" that were not known on it: by period, retrieval, publication or lag.

It looks from the other side than ``known``, which builds the tables: each figure, value and all, must stand in a
vintage that was known by the day. What stands in none is named with the rule it breaks. A figure that is the same in an
earlier and in a later vintage is no leak: nobody could tell, and nobody learns anything. When a period was over is
written out here a second time (``_over``), not asked of ``lags.ended``: a guard that asks what it guards finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from tocsin.evidence.sources import source_ids, spec
from tocsin.evidence.store.lags import days
from tocsin.evidence.store.merge import KEYS
from tocsin.evidence.store.tables import Tables
from tocsin.evidence.store.vintages import BUNDLED, Vintage, vintages

By = Literal["period", "retrieval", "publication", "lag", "no vintage"]
UNSAID = {"status", "source_id", "vintage", "cite", "release", "provisional"}
"""Columns that name where a figure is from; they are no figures."""


@dataclass(frozen=True)
class Leak:
    """One figure that was not known: where it stands, by which rule, and the first day it was known, if any."""

    source_id: str
    table: str
    key: tuple[object, ...]
    by: By
    known_on: date | None = None

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        what = f"{self.table} of {self.source_id}, {' '.join(map(str, self.key))}"
        why = {
            "period": "its period had not ended",
            "retrieval": f"it came here on {self.known_on}",
            "publication": f"its publisher brought it out on {self.known_on}",
            "lag": f"a date alone speaks for it, and its lag of {days(self.source_id)} days or more had not passed",
            "no vintage": "it stands in no vintage of the source",
        }
        return f"{what}: {why[self.by]}"


def leaks(
    tables: Mapping[str, pl.DataFrame],
    every: Sequence[Vintage],
    source_id: str,
    day: date,
    *,
    today: date,
    hindsight: bool = False,
) -> list[Leak]:
    """Return the figures of one source's tables that were not known on a day; empty when all were.

    ``hindsight`` lets bundled figures stand in, as ``known`` does: their lag must have passed.
    """
    proven = [v for v in every if v.retrieved_on <= day or (v.name == BUNDLED and day >= today)]
    stated = [v for v in every if v not in proven and (v.known_on <= day or (hindsight and v.name == BUNDLED))]
    found = []
    for name, frame in tables.items():
        left = frame.filter(*_over(name, frame, day))
        found += [Leak(source_id, name, key, "period") for key in _keys(_missing(frame, left, name), name)]
        for vintage in proven:
            left = _unsaid(left, vintage.table(name), name)
        waiting = left.clear()
        for vintage in stated:
            said = vintage.table(name) if vintage.name == BUNDLED else vintage.own(name)
            if said is None:
                continue
            left = _unsaid(left, _waited(said, source_id, name, day), name)
            waiting = pl.concat([waiting, _missing(left, _unsaid(left, said, name), name)])
        lagging = set(_keys(waiting, name))
        rest = [(key, row) for key, row in _each(left, name) if key not in lagging]
        found += [Leak(source_id, name, key, "lag") for key in _keys(left, name) if key in lagging]
        found += [_later(key, row, every, name, day) for key, row in rest]
    return found


PERIOD = {"country_year": "year", "coups": "year", "mass_killings": "start_year", "country_month": "month"}


def _last_day(name: str, column: str) -> pl.Expr:
    """Return the last day of the year, or of the month, that a column names."""
    if name == "country_month":
        return (pl.col(column) + "-01").str.to_date("%Y-%m-%d").dt.month_end()
    return pl.date(pl.col(column), 12, 31)


def _over(name: str, frame: pl.DataFrame, day: date, wait: pl.Expr | None = None) -> list[pl.Expr]:
    """Return what must be true of a row whose periods were over before a day, and for ``wait`` days by then."""
    columns = [PERIOD[name], *(["end_year"] if "end_year" in frame.columns else [])]
    since = [(pl.lit(day, dtype=pl.Date) - _last_day(name, c)).dt.total_days() for c in columns]
    tests = [(n > 0) if wait is None else (n > 0) & (n >= wait) for n in since]
    # An end that is not told is no claim about a period.
    return [tests[0], *(t | pl.col(c).is_null() for t, c in zip(tests[1:], columns[1:], strict=True))]


def _waited(said: pl.DataFrame, source_id: str, name: str, day: date) -> pl.DataFrame:
    """Return what a file that came later says, as far as its date and its lags let it count on a day.

    A killing whose end does not count yet was under way, as far as anybody knew.
    """
    if "indicator" in said.columns:
        each = {str(i): days(source_id, str(i)) for i in said["indicator"].unique()}
        wait = pl.col("indicator").replace_strict(each, return_dtype=pl.Int64)
    else:
        wait = pl.lit(days(source_id))
    begun, *ended = _over(name, said, day, wait)
    counts = said.filter(begun)
    return counts.with_columns(end_year=pl.when(ended[0]).then(pl.col("end_year"))) if ended else counts


def _later(key: tuple[object, ...], row: pl.DataFrame, every: Sequence[Vintage], name: str, day: date) -> Leak:
    """Return which vintage a figure is from that no known vintage has."""
    holds = [v for v in every if v.known_on > day and _unsaid(row, _own(v, name), name).is_empty()]
    if not holds:
        return Leak(every[0].source_id if every else "", name, key, "no vintage")
    first = min(holds, key=lambda v: v.known_on)
    by: By = "publication" if first.basis == "published" else "retrieval"
    return Leak(first.source_id, name, key, by, first.known_on)


def _own(vintage: Vintage, name: str) -> pl.DataFrame:
    """Return what a vintage itself brought; all that was in force with it where nothing tells them apart."""
    own = vintage.own(name)
    return vintage.table(name) if own is None else own


def _unsaid(frame: pl.DataFrame, said: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows whose figures a vintage's table does not hold."""
    figures = [c for c in frame.columns if c not in UNSAID and c in said.columns]
    if name == "mass_killings":
        # An end that was not over yet is left open.
        open_ = frame.filter(pl.col("end_year").is_null())
        rest = frame.filter(pl.col("end_year").is_not_null())
        fewer = [c for c in figures if c != "end_year"]
        return pl.concat([_anti(open_, said, fewer), _anti(rest, said, figures)])
    left = _anti(frame, said, figures)
    if name == "country_month":
        # Nothing is named of a place in a month that is counted worldwide: zero.
        counts = [pl.col(c) == 0 for c in COUNTS]
        zero = left.filter(pl.all_horizontal(counts)).join(said, on=KEYS[name], how="anti")
        left = _missing(left, zero.join(said, on="month", how="semi"), name)
    return left


COUNTS = ("state_based_deaths", "non_state_deaths", "one_sided_deaths", "events")


def _anti(frame: pl.DataFrame, said: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    return frame.join(said, on=on, how="anti", nulls_equal=True)


def _missing(frame: pl.DataFrame, rest: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows of a frame whose keys are not among the rest."""
    return frame.join(rest, on=KEYS[name], how="anti")


def _keys(frame: pl.DataFrame, name: str) -> list[tuple[object, ...]]:
    return frame.select(KEYS[name]).unique(maintain_order=True).rows()


def _each(frame: pl.DataFrame, name: str) -> list[tuple[tuple[object, ...], pl.DataFrame]]:
    """Return each row with its key."""
    return list(zip(frame.select(KEYS[name]).rows(), frame.iter_slices(1), strict=True))


def of_tables(tables: Tables, store: Path, day: date, *, today: date, hindsight: bool = False) -> list[Leak]:
    """Return what ``leaks`` finds in the tables of every source together. Raises Damaged as the store does.

    A source may bring tables that are none of these (events, documents): they have no part in a panel.
    """
    frames = {name: getattr(tables, name) for name in KEYS if hasattr(tables, name)}
    found = []
    for source_id in source_ids():
        mine = {t: _of_source(frames[t], source_id) for t in spec(source_id).tables if t in frames}
        found += leaks(mine, vintages(store, source_id), source_id, day, today=today, hindsight=hindsight)
    return found


def _of_source(frame: pl.DataFrame, source_id: str) -> pl.DataFrame:
    return frame.filter(pl.col("source_id") == source_id) if "source_id" in frame.columns else frame
