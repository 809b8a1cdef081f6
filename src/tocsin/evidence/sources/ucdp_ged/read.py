"""Events and country-months of UCDP GED, in six shapes, to deaths by place, month and type of violence."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import polars as pl

from tocsin.core.months import month_text
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields, by_gw, by_name
from tocsin.evidence.sources.issues import FileRefused, Issue
from tocsin.evidence.sources.tabular import ROW
from tocsin.evidence.sources.ucdp_ged import events

VIEWS_FIRST = 1980 * 12
"""ViEWS counts months from 1980-01 as month 1."""
GED_FIRST = "1989-01"
LAST_FINAL = "2024-12"
"""Events after this month are in no yearly release yet: whatever file brings them, they are candidates."""
MOST_IN_AN_EVENT, MOST_IN_A_MONTH = 1_000_000, 10_000_000
"""More than any event or country-month has counted, by far: a slip of the keyboard, not a figure."""
MOST_EXACT = 2**53
"""Above, two numbers of events may be one here."""
TYPES = {1: "state_based_deaths", 2: "non_state_deaths", 3: "one_sided_deaths"}


UNREAD = (
    "active_year", "adm_2", "code_status", "conflict_*", "dyad_*id", "event_clarity", "geom_wkt", "gwno?", "iso3",
    "number_of_sources", "priogrid_gid", "region", "relid", "side_?_*", "source_*", "where_description",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``country_month``: deaths and events by place and covered month, absent filled with nothing."""
    if fields.raw.shape_id == "country_months":
        return _country_months(fields)
    return _events(fields, name)


@cache
def views_ids() -> dict[str, str]:
    """Return ViEWS country_id to place_id (``views_ids.csv``), dissolved states included."""
    text = (files(__package__) / "views_ids.csv").read_text(encoding="utf-8")
    return {r["views_country_id"]: r["place_id"] for r in csv.DictReader(text.splitlines())}


def _country_months(fields: Fields) -> Reading:
    """Read the country-month sums; months without any figure are outside coverage and are counted, not kept."""
    ids = views_ids()
    place = fields.place("country_id", lambda code, _: ids.get(code))
    month_id = fields.number("month_id", required=True, low=1, high=1452)  # 2100-12, where the index of ViEWS ends
    sums = {
        c: fields.number(c, high=MOST_IN_A_MONTH)
        for c in ("ged_best_sb", "ged_best_ns", "ged_best_os", "ged_count_sb", "ged_count_ns", "ged_count_os")
    }
    frame = pl.DataFrame({"place_id": place, "month_id": month_id.cast(pl.Int64, strict=False), **sums})
    frame = fields.keep(frame).filter(pl.col("ged_best_sb").is_not_null(), pl.col("place_id").is_not_null())
    frame = frame.with_columns(
        month=pl.col("month_id").map_elements(lambda m: month_text(VIEWS_FIRST + m - 1), return_dtype=pl.String)
    ).filter(pl.col("month") >= GED_FIRST)  # month 108 is 1988-12, all zero: before GED begins
    table = frame.group_by("place_id", "month").agg(
        pl.col("ged_best_sb").sum().cast(pl.Int64).alias("state_based_deaths"),
        pl.col("ged_best_ns").sum().cast(pl.Int64).alias("non_state_deaths"),
        pl.col("ged_best_os").sum().cast(pl.Int64).alias("one_sided_deaths"),
        pl.sum_horizontal("ged_count_sb", "ged_count_ns", "ged_count_os").sum().cast(pl.Int64).alias("events"),
    )
    release = "GED country-months"
    table = table.with_columns(release=pl.lit(release), provisional=pl.lit(False)).sort("place_id", "month")
    return Reading({"country_month": table}, release=release)


def _events(fields: Fields, name: str) -> Reading:
    """Read events and count them by place and month; only months the file covers worldwide are figures."""
    full = fields.raw.shape_id != "events_seven"
    ident = fields.number("id", required=True, high=MOST_EXACT)  # 6e+05 is how one export writes 600000
    # Of a row given twice to the letter one is the event; of two that differ nobody knows which.
    first = _first(fields, ident)
    said = ident.filter(first)
    disputed = said.filter(said.is_duplicated())
    fields.flag(
        (~first | ident.is_in(disputed.implode())) & ident.is_not_null(),
        "id",
        ident.cast(pl.Int64, strict=False).cast(pl.String),
        "duplicate",
        "this event stands in the file twice",
    )
    best = fields.number("best", required=True, high=MOST_IN_AN_EVENT)
    kind = fields.number("type_of_violence", required=True, low=1, high=3)
    day = fields.day("date_start" if full else "date")
    years = day.dt.year()
    place = fields.place("country", by_name, years)
    said = events.popped(fields, full=full)
    if full:
        said |= _audit_full(fields, place, day, best, years)
    fields.skip(*UNREAD)
    frame = fields.keep(
        pl.DataFrame({"place_id": place, "day": day, "kind": kind.cast(pl.Int64, strict=False), "best": best})
    )
    frame = frame.filter(pl.col("place_id").is_not_null()).with_columns(month=pl.col("day").dt.strftime("%Y-%m"))
    table = _covered(fields, frame)
    release = _release(name, str(frame["month"].max() or ""))
    table = table.with_columns(release=pl.lit(release), provisional=pl.lit(release.startswith("candidate"))).sort(
        "place_id", "month"
    )
    del frame
    said |= {"event_id": ident, "date_start": day, "kind": kind, "deaths_best": best, "place_id": place}
    aside = events.set_aside(fields, ident)
    return Reading(
        {"country_month": table, "events": events.table(fields, said, release)},
        release=release,
        whole_months=frozenset() if aside is None else frozenset(table["month"]),
        set_aside=aside or frozenset(),
    )


def _first(fields: Fields, ident: pl.Series) -> pl.Series:
    """Tell which rows are not another row to the letter, given before."""
    if not ident.drop_nulls().is_duplicated().any():
        return pl.Series([True]).new_from_index(0, len(ident))
    return fields.raw.pieces.marks(but=ROW).select(pl.struct(pl.all()).is_first_distinct()).to_series()


def _release(name: str, last: str) -> str:
    """Return the release: the file's name says it (``GEDEvent_v26_0_8``, ``ged261-csv.zip``), else its last month."""
    if monthly := re.search(r"v(\d\d)_0_(\d+)", name):
        return f"candidate {monthly[1]}.0.{monthly[2]}"
    if yearly := re.search(r"(?:ged|GEDEvent_v)(\d\d)_?1(?!\d)", name):
        return f"GED {yearly[1]}.1"
    return "candidate events" if last > LAST_FINAL else "GED events"


def _audit_full(
    fields: Fields, place: pl.Series, day: pl.Series, best: pl.Series, years: pl.Series
) -> dict[str, pl.Series]:
    """Check what the long releases let one check: bounds, the end of the event, the country's number; return those."""
    low, high = fields.number("low"), fields.number("high")
    fields.note((best < low) | (best > high), "best", "bounds", "the best estimate is outside its own bounds")
    for column in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"):
        fields.number(column)
    year = fields.pop("year")
    fields.flag(
        year.cast(pl.Float64, strict=False) != years,
        "year",
        year,
        "year",
        "the year is not the year of the date",
    )
    end = fields.day("date_end")
    fields.flag(end < day, "date_end", end.cast(pl.String), "order", "the event ends before it begins")
    code = fields.pop("country_id")
    by_code = pl.Series([by_gw(c, y) if c else None for c, y in zip(code, years, strict=True)], dtype=pl.String)
    fields.flag(
        code.is_not_null() & by_code.is_null() & place.is_not_null(),
        "country_id",
        code,
        "unknown-place",
        "not in the list of places",
    )
    fields.flag(
        by_code.is_not_null() & place.is_not_null() & (by_code != place),
        "country_id",
        code,
        "code",
        "name and number of the country disagree",
    )
    return {"deaths_low": low, "deaths_high": high, "date_end": end}


def _covered(fields: Fields, frame: pl.DataFrame) -> pl.DataFrame:
    """Count events by place and month, for the months that the file covers worldwide."""
    need_events, need_places = (int(fields.spec.checks[f"covered_month_{k}"].min or 0) for k in ("events", "places"))
    months = frame.group_by("month").agg(pl.len().alias("n"), pl.col("place_id").n_unique().alias("p")).sort("month")
    thin = months.filter((pl.col("n") < need_events) | (pl.col("p") < need_places))
    if thin.height:
        shown = ", ".join(f"{m} ({n})" for m, n, _ in thin.head(6).rows()) + (" …" if thin.height > 6 else "")
        fields.issues.append(
            Issue(
                "partial-month",
                f"{int(thin['n'].sum()):,} events in {thin.height} months are kept but not taken for whole months "
                f"(fewer than {need_events} events or {need_places} places worldwide): {shown}",
                weight="warn",
            )
        )
    if frame.is_empty() and not fields.bad:
        raise FileRefused("empty", "no event could be placed")
    deaths = [pl.col("best").filter(pl.col("kind") == k).sum().cast(pl.Int64).alias(c) for k, c in TYPES.items()]
    counted = frame.group_by("place_id", "month").agg(*deaths, pl.len().cast(pl.Int64).alias("events"))
    return counted.join(thin, on="month", how="anti")
