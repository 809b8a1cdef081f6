"""Battle-related deaths by dyad and year, to deaths at a place in a year."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.common import LONG, codes, most_common, zero_filled
from tocsin.evidence.sources.fields import Fields, by_gw
from tocsin.evidence.sources.issues import FileRefused

FIRST = 1989


UNREAD = (
    "battle_location", "conflict_id", "gwno_?", "gwno_?_2nd", "incompatibility", "location_inc", "region",
    "side_?", "side_?_*", "territory_name", "type_of_conflict",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_year`` rows of ``battle_deaths``: zero where the list is silent inside its years."""
    year = fields.year("year", earliest=FIRST)
    best = fields.number("bd_best", required=True)
    low, high = fields.number("bd_low"), fields.number("bd_high")
    fields.note((best < low) | (best > high), "bd_best", "bounds", "the best estimate is outside its own bounds")
    dyad = fields.pop("dyad_id")
    twice = pl.DataFrame({"d": dyad, "y": year}).is_duplicated() & dyad.is_not_null()
    fields.flag(twice, "dyad_id", dyad, "duplicate", "this dyad and year stand in the file twice")
    battle, location = fields.pop("gwno_battle"), fields.pop("gwno_loc")
    version = fields.pop("version")
    shared = [_shared(b, c, y) for b, c, y in zip(battle, location, year, strict=True)]
    unknown = pl.Series([bool(u) for _, u in shared], dtype=pl.Boolean)
    fields.flag(unknown, "gwno_battle", battle, "unknown-place", "not in the list of places")
    fields.skip(*UNREAD)
    frame = fields.keep(
        pl.DataFrame(
            {"year": year, "best": best, "places": pl.Series([p for p, _ in shared], dtype=pl.List(pl.String))}
        )
    )
    if frame.is_empty():
        raise FileRefused("empty", "no dyad-year could be placed")
    parts = frame.with_columns(value=pl.col("best") / pl.col("places").list.len()).explode("places")
    table = (
        parts.group_by(pl.col("places").alias("place_id"), "year")
        .agg(pl.col("value").sum())
        .with_columns(indicator=pl.lit("battle_deaths"))
    )
    table = table.select([pl.col(c).cast(t) for c, t in LONG.items()])
    years = frame["year"]
    table = zero_filled(table, ["battle_deaths"], int(years.min()), int(years.max()))  # type: ignore[arg-type]
    return Reading({"country_year": table}, release=most_common(version))


def _shared(battle: str | None, location: str | None, year: int | None) -> tuple[list[str], list[str]]:
    """Return the places that share a dyad-year's deaths, and any number that is no place."""
    fought = codes(battle) or codes(location)
    inside = [c for c in fought if c in codes(location)] or fought
    found = {c: by_gw(c, year) for c in inside}
    unknown = [c for c in {*fought, *codes(location)} if by_gw(c, year) is None]
    return sorted({p for p in found.values() if p}), unknown or ([] if inside else ["none"])
