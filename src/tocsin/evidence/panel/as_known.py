"""The panel as known on a day: what ``refresh --as-of`` forecasts from, with what it rests on and cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

import tocsin
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Refused
from tocsin.evidence.panel.build import country_year
from tocsin.evidence.store import SourceState, Tables, leak, load_tables, vintages
from tocsin.evidence.store.files import sha256
from tocsin.evidence.store.lags import lags

FIRST_YEAR = 1960
PACE = "vdem"
"""The source that sets the last year of the panel: without it most of what is known of a year is missing."""
NEVER_KNOWN = (
    "UCDP counts a conflict, and lists its events, from 25 deaths in a calendar year on: events early in a year are in "
    "its tables because of what came later in it",
    "The list of mass killings was coded afterwards: a killing that nobody had recognised on the day stands in it from "
    "the year in which it began",
    "Which states there are, and their regions, is today's list",
)
"""What no vintage tells, whatever the day."""


@dataclass(frozen=True)
class AsKnown:
    """The tables and panels of a day: ``country_year`` as ``panel.country_year``, ``country_month`` as the store's."""

    day: date
    tables: Tables
    country_year: pl.DataFrame
    header: dict[str, Any]

    @property
    def country_month(self) -> pl.DataFrame:
        """Deaths and events by place and month that had ended."""
        return self.tables.country_month

    @property
    def lines(self) -> list[str]:
        """The header in words, a line each."""
        return _lines(self.header)


def as_known(ctx: Context, day: date, *, hindsight: bool = False) -> AsKnown:
    """Return the panel as known on a day. Raises Refused for a day that has not come or on which nothing was known.

    Before it is handed out every figure is looked for in the vintages of the day; Damaged is raised if one is not.
    """
    today = ctx.now().date()
    if day > today:
        raise Refused(
            f"{day} has not come: nothing can be known as of then", todo="Give today's date or an earlier one"
        )
    tables = tables_known(ctx, day, hindsight=hindsight)
    if tables.country_year.is_empty() and tables.country_month.is_empty():
        store = ctx.settings.store
        named = vintages.sources_with_vintages(store)
        first = min(v.known_on for s in named for v in vintages.vintages(store, s))
        raise Refused(
            f"Nothing was known here as of {day}: the first figures are known from {first}",
            todo="Load files with their publisher's date (tocsin load --published), or look back with later figures, "
            "marked as such (--hindsight)",
        )
    panel = country_year(tables, first=FIRST_YEAR, last=last_year(tables, day))
    return AsKnown(day, tables, panel, _header(tables, panel, day))


def tables_known(ctx: Context, day: date | None = None, *, hindsight: bool = False) -> Tables:
    """Return ``load_tables`` of a day (default: now), each figure of an earlier day looked for in its vintages.

    Raises Damaged when one was not known then: the store, or the program, is wrong, and nothing may rest on it.
    """
    tables = load_tables(ctx, day, hindsight=hindsight)
    today = ctx.now().date()
    if day is None or day >= today:
        return tables
    if found := leak.of_tables(tables, ctx.settings.store, day, today=today, hindsight=hindsight):
        raise Damaged(
            f"{len(found):,} figures that were not known on {day} stand in the panel of that day; {found[0].sentence}",
            todo="Nothing was written. Report this: the store, or the program, is wrong",
        )
    return tables


def last_year(tables: Tables, day: date) -> int:
    """Return the last year of the panel: the newest with figures of ``PACE``, and one that was over."""
    newest = next((s.newest[:4] for s in tables.sources if s.id == PACE and s.newest), "")
    return min(int(newest or day.year - 1), day.year - 1)


def flat(panel: pl.DataFrame) -> pl.DataFrame:
    """Return the panel with lists as text, their parts joined by a semicolon: as it is written and hashed."""
    return panel.with_columns(pl.col("carried").list.join(";"))


def digest(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of a frame written as csv: what a run and a written panel are compared by."""
    return sha256(frame.write_csv().encode())


def _header(tables: Tables, panel: pl.DataFrame, day: date) -> dict[str, Any]:
    """Return what the panel rests on and what could not be known."""
    return {
        "as_of": day.isoformat(),
        "made_by": f"tocsin {tocsin.__version__}",
        "panel_sha256": digest(flat(panel)),
        "country_month_sha256": digest(tables.country_month),
        "last_year": int(panel["year"].max() or 0) if panel.height else None,
        "hindsight": [s.id for s in tables.sources if s.grounds == "hindsight"],
        "sources": [_source(s) for s in tables.sources],
        "lags": [row.model_dump() for row in lags().values()],
        "not_known": [*_unknown(tables.sources, day), *NEVER_KNOWN],
    }


def _source(s: SourceState) -> dict[str, Any]:
    keys = ("id", "release", "grounds", "known_on", "published", "retrieved_at", "newest", "rows", "sha256", "licence")
    return {key: getattr(s, key) for key in keys}


def _unknown(sources: list[SourceState], day: date) -> list[str]:
    """Return what could not be known of each source on the day, a sentence a cause."""
    by = {g: [s for s in sources if s.grounds == g] for g in ("nothing", "hindsight", "published")}
    said = []
    if by["nothing"]:
        said.append(f"Nothing was known here of {_ids(by['nothing'])} on {day}: every figure of theirs is missing")
    if by["hindsight"]:
        named = ", ".join(f"{s.id} ({s.release}, known from {s.known_on})" for s in by["hindsight"])
        said.append(
            f"On {day} these figures were not known: later ones stand in, cut to periods and lags, with every "
            f"revision since in them: {named}"
        )
    if by["published"]:
        named = _ids(by["published"])
        said.append(f"Files of {named} came after {day}: a stated date of publication is all that speaks for them")
    if thin := [s for s in sources if s.grounds != "nothing" and not s.rows]:
        said.append(f"No figure of {_ids(thin)} was out by {day}")
    return said


def _ids(sources: list[SourceState]) -> str:
    return ", ".join(s.id for s in sources)


WORDS = {
    "bundled": "came with the program",
    "retrieved": "retrieved here",
    "published": "published by then, retrieved later",
    "hindsight": "NOT KNOWN THEN: stands in",
    "nothing": "nothing was known",
}


def _lines(header: dict[str, Any]) -> list[str]:
    rests = [
        f"  {s['id']}: {WORDS[s['grounds']]}"
        + (f"; {s['release']}, known from {s['known_on']}, figures to {s['newest'] or 'none'}" if s["known_on"] else "")
        for s in header["sources"]
    ]
    waits = [
        f"  {row['source_id']}{' ' + row['indicator'] if row['indicator'] else ''}: {row['days']} days ({row['basis']})"
        for row in header["lags"]
    ]
    return [
        f"Panel as known on {header['as_of']}, {header['made_by']}",
        f"SHA-256 of the country-years: {header['panel_sha256']}",
        f"SHA-256 of the country-months: {header['country_month_sha256']}",
        "It rests on:",
        *rests,
        "Lags, where nothing proves that a figure was known:",
        *waits,
        "What could not be known, or was not:",
        *(f"  {line}" for line in header["not_known"]),
    ]
