"""Conflict-years of UCDP/PRIO, to the highest intensity and the number of conflicts at a place in a year."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.common import codes, long, most_common, zero_filled
from tocsin.evidence.sources.fields import Fields, by_gw
from tocsin.evidence.sources.issues import FileRefused

FIRST = 1946


UNREAD = (
    "cumulative_intensity", "ep_end*", "gwno_?", "gwno_?_2nd", "incompatibility", "location", "region", "side_?",
    "side_?_*", "start_*", "territory_name", "type_of_conflict",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows of ``conflict_intensity`` and ``conflicts_count`` from 1946."""
    year = fields.year("year", earliest=FIRST)
    level = fields.number("intensity_level", required=True, low=1, high=2)
    conflict = fields.pop("conflict_id")
    fields.flag(conflict.is_null(), "conflict_id", conflict, "missing", "a value is required")
    twice = pl.DataFrame({"c": conflict, "y": year}).is_duplicated() & conflict.is_not_null() & year.is_not_null()
    fields.flag(twice, "conflict_id", conflict, "duplicate", "this conflict and year stand in the file twice")
    location = fields.pop("gwno_loc")
    version = fields.pop("version")
    known = fields.spec.non_places
    found = [[(c, by_gw(c, y)) for c in codes(text) if c not in known] for text, y in zip(location, year, strict=True)]
    unknown = pl.Series(
        [text is None or any(p is None for _, p in row) for text, row in zip(location, found, strict=True)],
        dtype=pl.Boolean,
    )
    fields.flag(unknown, "gwno_loc", location, "unknown-place", "not in the list of places")
    fields.skip(*UNREAD)
    where = pl.Series([sorted({p for _, p in row if p}) for row in found], dtype=pl.List(pl.String))
    frame = fields.keep(pl.DataFrame({"year": year, "level": level, "conflict": conflict, "place_id": where}))
    if frame.is_empty():
        raise FileRefused("empty", "no conflict-year could be placed")
    table = (
        frame.explode("place_id")
        .filter(pl.col("place_id").is_not_null())
        .group_by("place_id", "year")
        .agg(
            pl.col("level").max().alias("conflict_intensity"),
            pl.col("conflict").n_unique().cast(pl.Float64).alias("conflicts_count"),
        )
    )
    years = frame["year"]
    both = ["conflict_intensity", "conflicts_count"]
    filled = zero_filled(long(table, both), both, int(years.min()), int(years.max()))  # type: ignore[arg-type]
    return Reading({"country_year": filled}, release=most_common(version))
