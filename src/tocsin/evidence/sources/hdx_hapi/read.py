"""People in need by sector and internally displaced people, as HDX HAPI (version 2) passes them on, whole countries.

Fields are those of the interface's own code (github.com/OCHA-DAP/hdx-hapi, endpoints/models) and of its documentation,
https://hdx-hapi.readthedocs.io/en/latest/data_usage_guides/affected_people/: people in need must not be added up over
sectors or statuses; the figure for all sectors is the one named intersectoral.
"""

from __future__ import annotations

import polars as pl

from tocsin.evidence.indicators.popping import by_iso3, months, not_after
from tocsin.evidence.indicators.schema import table
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

PERSONS = "persons"
IN_NEED = "INN"
WHOLE = ("", "all", "total")
GROUPS = ("category", "population_group", "gender", "age_range")
ROUND = ("operation", "reporting_round", "assessment_type")
AHEAD = 12
"""Months that a plan's year may lie ahead."""


UNREAD = (
    "admin?_name", "admin?_ref", "admin_level", "disabled_marker", "has_hrp", "in_gho", "location_name",
    "location_ref", "max_age", "min_age", "provider_admin?_name", "resource_hdx_id",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``indicators``: people in need by sector, or internally displaced people by round of assessment."""
    place = fields.place("location_code", by_iso3)
    begin = months(fields, "reference_period_start")
    end = months(fields, "reference_period_end", required=False)
    fields.flag((begin > end).fill_null(False), "reference_period_start", begin, "span", "ends before it begins")
    value = fields.number("population", required=True)
    not_after(fields, "reference_period_start", begin, ahead=AHEAD)
    base = {"place_id": place, "period": begin, "until": end, "value": value}
    told = _needs(fields) if fields.raw.shape_id == "needs" else _displaced(fields)
    inner = _inner(fields)
    fields.skip(*UNREAD)
    frame = fields.keep(pl.DataFrame({**base, **told, "inner": inner})).filter(~pl.col("inner")).drop("inner")
    same = pl.when(pl.col("until") == pl.col("period")).then(pl.lit("")).otherwise("until")
    rows = table(frame.with_columns(until=same, unit=pl.lit(PERSONS)))
    return Reading({"indicators": rows.unique(maintain_order=True)})


def _needs(fields: Fields) -> dict[str, pl.Series]:
    """Take what makes a figure of people in need: sector, and the group it is of where it is of one."""
    status, sector, named = fields.pop("population_status"), fields.pop("sector_code"), fields.pop("sector_name")
    fields.flag(status != IN_NEED, "population_status", status, "unknown-status", "people in need (INN) are expected")
    fields.flag(sector.is_null(), "sector_code", sector, "missing", "a sector is required")
    there = fields.raw.columns
    groups = [fields.pop(c).fill_null("") for c in GROUPS if c in there]
    detail = [
        ", ".join(part for part in parts if part.casefold() not in WHOLE) for parts in zip(*groups, strict=True)
    ] or [""] * len(sector)
    code = "in_need_" + sector.fill_null("").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "_")
    label = pl.select(pl.concat_str(pl.lit("People in need, "), named.fill_null(sector))).to_series()
    return {"indicator": code, "label": label, "detail": pl.Series(detail, dtype=pl.String)}


def _displaced(fields: Fields) -> dict[str, pl.Series]:
    """Take what tells one count of displaced people from another: round, kind of assessment, operation."""
    there = fields.raw.columns
    names = [n for n in ROUND if n in there]
    parts = [fields.pop(n).fill_null("") for n in names]
    detail = [
        ", ".join(f"{n.replace('_', ' ')} {v}" for n, v in zip(names, row, strict=True) if v)
        for row in zip(*parts, strict=True)
    ]
    size = fields.raw.height
    return {
        "indicator": pl.Series(["idps"] * size),
        "label": pl.Series(["Internally displaced people (DTM)"] * size),
        "detail": pl.Series(detail or [""] * size, dtype=pl.String),
    }


def _inner(fields: Fields) -> pl.Series:
    """Tell which rows are of a part of a country: they are asked for as little as possible, and never shown as it."""
    there = fields.raw.columns
    inner = pl.Series([False] * fields.raw.height)
    for column in ("admin1_code", "admin2_code"):
        if column in there:
            inner |= fields.pop(column).is_not_null()
    return inner
