"""A panel as the guard reads it, and what the guard says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.panel import PanelColumn
from tocsin.evidence.panel.history import NON_STATE_FROM, STATE_FROM

SHOWN = 4
Row = tuple[str, int]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: by which rule, in which column (empty: the rows themselves), in which rows.

    ``refuses``: nothing may be learnt from the panel as it is; otherwise the finding is told and the fit goes on.
    """

    rule: str
    column: str
    says: str
    rows: tuple[Row, ...] = ()
    refuses: bool = False

    def sentence(self) -> str:
        """Return the finding in words: rule, column, what, and the first rows."""
        named = f"{self.rule}, {self.column}" if self.column else self.rule
        shown = ", ".join(f"{place} {year}" for place, year in self.rows[:SHOWN])
        more = f" and {len(self.rows) - SHOWN:,} more" if len(self.rows) > SHOWN else ""
        return f"{named}: {self.says}" + (f" ({shown}{more})" if shown else "")


@dataclass(frozen=True)
class Sheet:
    """Rows of place and year before they become a design.

    ``place`` (n,) text and ``year`` (n,); ``columns`` name → (n,) floats, NaN unknown; ``event`` (n,) 1.0, 0.0, NaN:
    whether an onset began in the row's year. ``labels`` are columns that speak of years ahead: name → (years ahead,
    values). ``event_to`` is the last year of which anybody knows events; ``facts`` the (place, year) of onsets by an
    independent list, None without one; ``unknown`` says which rows bear a place code nobody declares. ``lags`` are
    columns that are an earlier year's on purpose, ``changes`` those that are a change since one; ``carried`` marks the
    values (n,) of a column that are declared to be an earlier year's. ``foreign`` panels are somebody else's: what they
    fill in and we do not read is flagged, not refused.
    """

    place: np.ndarray
    year: np.ndarray
    columns: Mapping[str, np.ndarray]
    event: np.ndarray
    event_to: int
    unknown: np.ndarray
    labels: Mapping[str, tuple[int, np.ndarray]] = field(default_factory=dict)
    facts: frozenset[Row] | None = None
    lags: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    carried: Mapping[str, np.ndarray] = field(default_factory=dict)
    foreign: bool = False

    def rows(self, where: np.ndarray) -> tuple[Row, ...]:
        """Return the rows where ``where`` (n,) is true."""
        return tuple((str(self.place[i]), int(self.year[i])) for i in np.flatnonzero(where))

    @cached_property
    def _at(self) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
        """Return each row's number of place and of year, and how many there are."""
        names, which = np.unique(self.place.astype(str), return_inverse=True)
        first = int(self.year.min())
        return which, self.year - first, (len(names), int(self.year.max()) - first + 1)

    def grid(self, values: np.ndarray) -> np.ndarray:
        """Return values (n,) as (places, years), NaN where there is no row. Of a doubled row the last counts."""
        place, year, size = self._at
        out = np.full(size, np.nan)
        out[place, year] = values
        return out


def own(panel: pl.DataFrame, declared: Sequence[PanelColumn], onsets: frozenset[Row] | None, facts_to: int) -> Sheet:
    """Return our own country-year panel as a sheet. ``onsets`` are read from the list of facts, not from the panel."""
    wanted = [c.id for c in declared if c.id in panel.columns]
    place = np.array(panel["place_id"].to_list(), dtype=object)
    year = panel["year"].to_numpy().astype(int)
    known = places()
    unknown = np.array([p not in known or not known[p].existed(int(y)) for p, y in zip(place, year, strict=True)])
    marked = panel["carried"] if "carried" in panel.columns else None
    return Sheet(
        place=place,
        year=year,
        columns={c: _floats(panel[c]) for c in wanted},
        event=_floats(panel["onset"]),
        event_to=facts_to,
        unknown=unknown,
        facts=onsets,
        changes=frozenset(c.id for c in declared if c.transform.startswith("change")),
        carried={c: marked.list.contains(c).fill_null(value=False).to_numpy() for c in wanted if marked is not None},
    )


def rival(panel: pl.DataFrame, columns: Sequence[str], onsets: frozenset[Row] | None) -> Sheet:
    """Return a rival's panel (Early Warning Project shape, Correlates of War numbers) as a sheet.

    Its events are known to the last year it holds; its own columns of labels are looked at and never learnt from.
    ``onsets`` are by our place letters; rows keep the rival's numbers.
    """
    year = panel["year"].to_numpy().astype(int)
    codes = [str(c) for c in panel["ccode"].to_list()]
    found = [places().from_code("cow", c, int(y)) for c, y in zip(codes, year, strict=True)]
    rows = zip(codes, found, year.tolist(), strict=True)
    facts = None if onsets is None else frozenset((c, y) for c, f, y in rows if (f, y) in onsets)
    ahead = {"mk_onset_1": 1, "mk_onset_2": 2, "mk_onset_1or2": 2}
    return Sheet(
        place=np.array(codes, dtype=object),
        year=year,
        columns={c: _floats(panel[c]) for c in columns},
        event=_floats(panel["mk_onset"]),
        event_to=int(year.max()),
        unknown=np.array([f is None for f in found]),
        labels={c: (n, _floats(panel[c])) for c, n in ahead.items() if c in panel.columns},
        facts=facts,
        lags=frozenset({"mk_onset_prev_year"}),
        foreign=True,
    )


def onsets(mass_killings: pl.DataFrame) -> frozenset[Row]:
    """Return the (place, year) of onsets by the list of facts, read apart from the panel that is being judged."""
    led = pl.when(pl.col("led_by") == "state").then(STATE_FROM).otherwise(NON_STATE_FROM)
    chosen = mass_killings.filter(pl.col("in_window") & (pl.col("start_year") >= led))
    return frozenset((p, int(y)) for p, y in chosen.select("place_id", "start_year").iter_rows())


def reference(signals: pl.DataFrame) -> dict[str, dict[Row, float]]:
    """Return the panel an earlier run kept in its signals: column → (place, year) → value."""
    yearly = signals.filter((pl.col("period").str.len_chars() == 4) & pl.col("value").is_not_null())
    numbered = yearly.select("indicator", "place_id", pl.col("period").cast(pl.Int32), "value")
    return {
        str(column): dict(zip(zip(part["place_id"], part["period"], strict=True), part["value"], strict=True))
        for (column,), part in numbered.partition_by("indicator", as_dict=True).items()
    }


def _floats(column: pl.Series) -> np.ndarray:
    """Return a column as floats, NaN where it is null or not finite."""
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    return values
