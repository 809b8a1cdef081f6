"""The tables everything else starts from: per source the last good load, else the bundled snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import polars as pl

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.evidence.sources import SourceSpec, source_ids, spec
from tocsin.evidence.store import good
from tocsin.evidence.store.known import Grounds, Known, covered_to, known

SCHEMAS: dict[str, dict[str, type[pl.DataType] | pl.DataType]] = {
    "country_year": {
        "place_id": pl.String, "year": pl.Int32, "indicator": pl.String, "value": pl.Float64,
        "status": pl.String, "source_id": pl.String, "vintage": pl.String,
    },
    "country_month": {
        "place_id": pl.String, "month": pl.String, "state_based_deaths": pl.Int64, "non_state_deaths": pl.Int64,
        "one_sided_deaths": pl.Int64, "events": pl.Int64, "release": pl.String, "provisional": pl.Boolean,
    },
    "mass_killings": {
        "place_id": pl.String, "start_year": pl.Int32, "end_year": pl.Int32, "led_by": pl.String,
        "in_window": pl.Boolean, "cite": pl.String,
    },
    "coups": {"place_id": pl.String, "year": pl.Int32, "cite": pl.String},
}  # fmt: skip
COUNTS = ["state_based_deaths", "non_state_deaths", "one_sided_deaths", "events"]


@dataclass(frozen=True)
class SourceState:
    """One line of the sources page: where a source's figures come from and how fresh they are.

    ``newest`` is the last year or month with a figure; ``status`` is ``snapshot`` (bundled figures, no live load),
    ``loaded``, ``stale`` (a load past its cadence and grace) or ``missing``.
    """

    id: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    citation: str
    status: Literal["snapshot", "loaded", "stale", "missing"]
    rows: int
    newest: str
    retrieved_at: str | None
    cadence_days: int | float
    grace_days: int | float
    last_good: str | None
    quarantined: int
    issues: list[dict[str, object]]
    release: str
    sha256: str
    grounds: Grounds = "bundled"
    """Why it counts on the day: ``bundled`` or ``retrieved`` by then, ``published`` by then and retrieved later,
    ``hindsight`` (not known then, stands in), ``nothing``."""
    known_on: str | None = None
    """The first day on which the newest vintage behind the figures was known."""
    published: str | None = None
    """The day the publisher says that vintage came out, where anybody states it."""


@dataclass
class Tables:
    """The frames, in the columns of ``SCHEMAS``, and the state of every source."""

    country_year: pl.DataFrame
    country_month: pl.DataFrame
    mass_killings: pl.DataFrame
    coups: pl.DataFrame
    sources: list[SourceState] = field(default_factory=list)
    mass_killings_to: int = 0
    """Last year the list of mass killings covers (default: the last it dates); after it nothing is known."""

    def __post_init__(self) -> None:
        """Take the list's own last year when none is given."""
        self.mass_killings_to = self.mass_killings_to or covered_to(self.mass_killings)

    def covered_months(self) -> list[str]:
        """Return the months with figures, sorted; a month that is not here is not known."""
        return self.country_month["month"].unique().sort().to_list()

    def source(self, source_id: str) -> SourceState:
        """Return the state of one source. Raises KeyError."""
        return {s.id: s for s in self.sources}[source_id]

    def release(self, source_id: str) -> str:
        """Return the release a source's figures are from; empty where nothing of it is in force."""
        return next((s.release for s in self.sources if s.id == source_id), "")


def load_tables(ctx: Context, as_of: date | None = None, *, hindsight: bool = False) -> Tables:
    """Read the tables as known on a date (default: now).

    What counts is what had been retrieved by then, or published where that is stated (``store.known``); years and
    months that had not ended are left out. ``hindsight`` lets the bundled figures stand in for a day before them.
    Raises Damaged when a stored or bundled table is not what was written.
    """
    today = ctx.now().date()
    day = as_of or today
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in SCHEMAS}
    states: list[SourceState] = []
    killings_to = 0
    for source_id in source_ids():
        found = known(ctx.settings.store, source_id, day, today=today, hindsight=hindsight)
        for name, frame in found.tables.items():
            frames[name].append(_shaped(frame, name, source_id, found.release))
        if "mass_killings" in found.tables:
            killings_to = max(killings_to, found.facts_to(day))
        states.append(_state(spec(source_id), found, day, ctx))
    return Tables(
        country_year=pl.concat(frames["country_year"]).sort("indicator", "place_id", "year"),
        country_month=_zeros(pl.concat(frames["country_month"])),
        mass_killings=pl.concat(frames["mass_killings"]),
        coups=pl.concat(frames["coups"]),
        sources=states,
        mass_killings_to=killings_to,
    )


def _shaped(frame: pl.DataFrame, name: str, source_id: str, release: str) -> pl.DataFrame:
    """Return the frame in the declared columns and types."""
    if name == "country_year":
        frame = frame.with_columns(status=pl.lit("observed"), source_id=pl.lit(source_id), vintage=pl.lit(release))
    return frame.select([pl.col(c).cast(t) for c, t in SCHEMAS[name].items()])


def _zeros(frame: pl.DataFrame) -> pl.DataFrame:
    """Add a zero for every state that existed in a covered month and is not named: absent is zero there, only there."""
    covered = frame.group_by("month").agg(pl.col("release").first(), pl.col("provisional").first()).sort("month")
    rows = [
        (p.place_id, month, release, provisional)
        for month, release, provisional in covered.rows()
        for p in places().by_id.values()
        if p.valid_from[:7] <= month and (not p.valid_to or p.valid_to[:7] >= month)
    ]
    columns = ("place_id", "month", "release", "provisional")
    grid = pl.DataFrame(rows, schema={c: SCHEMAS["country_month"][c] for c in columns}, orient="row")
    absent = grid.join(frame, on=["place_id", "month"], how="anti").with_columns(
        [pl.lit(0, dtype=pl.Int64).alias(c) for c in COUNTS]
    )
    return pl.concat([frame, absent.select(frame.columns)]).sort("place_id", "month")


def _state(declared: SourceSpec, found: Known, day: date, ctx: Context) -> SourceState:
    """Return the source's line: stale when a load is older than its cadence and grace."""
    newest = found.rests[-1] if found.rests else None
    entry = newest.record if newest else {}
    rows = sum(f.height for f in found.tables.values())
    status: Literal["snapshot", "loaded", "stale", "missing"] = "snapshot"
    retrieved = came = None
    if found.held:
        retrieved = str(found.held.record["retrieved_at"])
        # A row that was mended makes the publisher's file none newer: what is silent stays silent.
        came = good.came_at(found.held.record)
        age = day - min(found.held.known_on, date.fromisoformat(came[:10]))
        status = "stale" if age > timedelta(days=declared.cadence_days + declared.grace_days) else "loaded"
    if not rows:
        status = "missing"
    last_try = good.last_attempt(ctx.settings.store, declared.id, day) or {}
    return SourceState(
        id=declared.id,
        title=declared.title,
        publisher=declared.publisher,
        licence=declared.licence,
        licence_url=declared.licence_url,
        citation=declared.citation.strip(),
        status=status,
        rows=rows,
        newest=good.newest(found.tables),
        retrieved_at=retrieved,
        cadence_days=declared.cadence_days,
        grace_days=declared.grace_days,
        last_good=came,
        quarantined=int(last_try.get("quarantined", entry.get("quarantined", 0)) or 0),
        issues=list(last_try.get("issues", [])),
        release=found.release,
        sha256=newest.sha256 if newest else "",
        grounds=found.grounds,
        known_on=newest.known_on.isoformat() if newest else None,
        published=newest.published.isoformat() if newest and newest.published else None,
    )
