"""The country-year panel: one row a state and year, one column a declared predictor, missing where it is missing."""

from __future__ import annotations

from typing import Literal

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.panel import history, transforms
from tocsin.evidence.panel.columns import PanelColumn, columns, regions_as_fitted
from tocsin.evidence.sources import spec
from tocsin.evidence.store.tables import Tables

FEWEST_PERSONS = 250_000
GRID_FROM = 1946
State = Literal["under way", "none known", "not assessed"]


def country_year(tables: Tables, *, first: int = 1960, last: int = 2024) -> pl.DataFrame:
    """Return the panel: ``place_id, year``, the predictors (f64), labels, and what is carried or missing.

    States independent at the end of the year with at least 250,000 people; where the population is not known, those
    that Gleditsch and Ward do not count as microstates. ``onset``, ``onset_state``, ``onset_non_state`` are this
    year's; ``ongoing`` the number of mass killings under way; ``carried`` the columns whose value is an earlier year's.
    """
    declared = columns()
    frame = _grid(last).join(_wide(tables), on=["place_id", "year"], how="left").sort("place_id", "year")
    frame = frame.join(
        history.killings(frame, tables.mass_killings, tables.mass_killings_to), on=["place_id", "year"], how="left"
    )
    frame = frame.join(
        history.coups(frame.select("place_id", "year", "from_year"), tables.coups), on=["place_id", "year"], how="left"
    )
    frame = _zeros_and_carry(frame.sort("place_id", "year"), declared, tables)
    frame = frame.with_columns(population_persons=pl.col("SP.POP.TOTL"))
    frame = frame.with_columns([_predictor(c) for c in declared])
    people = (
        pl.when(pl.col("population_persons").is_not_null())
        .then(pl.col("population_persons") >= FEWEST_PERSONS)
        .otherwise(~pl.col("microstate"))
    )
    frame = frame.filter(pl.col("independent") & people & pl.col("year").is_between(first, last))
    ids = [c.id for c in declared]
    return frame.with_columns(missing=pl.sum_horizontal([pl.col(i).is_null().cast(pl.Int32) for i in ids])).select(
        "place_id", "year", *[pl.col(i).cast(pl.Float64) for i in ids],
        "onset_state", "onset_non_state", "onset", "ongoing", "population_persons", "carried", "missing",
    ).sort("place_id", "year")  # fmt: skip


def state_of(place_id: str, year: int, tables: Tables) -> State:
    """Return whether a mass killing is under way, on what the list of facts says of the year.

    Not assessed: the year is after the list ends, or the list does not cover the place.
    """
    facts = tables.mass_killings
    if place_id not in places() or not places()[place_id].existed(year) or year > tables.mass_killings_to:
        return "not assessed"
    open_ = facts.filter(
        (pl.col("place_id") == place_id)
        & (pl.col("start_year") <= year)
        & (pl.col("end_year").is_null() | (pl.col("end_year") >= year))
    )
    if open_.height:
        return "under way"
    return "not assessed" if place_id in spec("facts_mass_killing").not_covered else "none known"


def _grid(last: int) -> pl.DataFrame:
    """Return every place in every year from 1946, with its region, first year and whether it was independent."""
    as_fitted = regions_as_fitted()
    rows = [
        (p.place_id, year, as_fitted.get(p.place_id, p.region), int(p.valid_from[:4]), p.existed(year), p.microstate)
        for p in places().by_id.values()
        for year in range(GRID_FROM, last + 1)
    ]
    schema = {
        "place_id": pl.String,
        "year": pl.Int32,
        "region": pl.String,
        "from_year": pl.Int32,
        "independent": pl.Boolean,
        "microstate": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _wide(tables: Tables) -> pl.DataFrame:
    """Return the indicators as columns; internally displaced people as the larger of two counts."""
    tags = {c.tag for c in columns() if not c.source_id.startswith("facts_")} - {"idps_any"} | {
        "idps",
        "idps_idmc",
        "SP.POP.TOTL",
    }
    wide = (
        tables.country_year.filter(pl.col("indicator").is_in(list(tags)))
        .pivot(on="indicator", index=["place_id", "year"], values="value", aggregate_function="first")
        .sort("place_id", "year")
    )
    absent = [pl.lit(None, dtype=pl.Float64).alias(t) for t in sorted(tags) if t not in wide.columns]
    return wide.with_columns(absent).with_columns(idps_any=pl.max_horizontal("idps", "idps_idmc"))


def _zeros_and_carry(frame: pl.DataFrame, declared: list[PanelColumn], tables: Tables) -> pl.DataFrame:
    """Fill zeros where the declaration says absent is zero, carry where it allows it, and list what was carried."""
    newest = dict(tables.country_year.group_by("indicator").agg(pl.col("year").max()).rows())
    newest["idps_any"] = max(newest.get("idps", 0), newest.get("idps_idmc", 0))
    marks = []
    for column in declared:
        value = pl.col(column.tag)
        if column.zero_from is not None:
            inside = pl.col("year").is_between(column.zero_from, newest.get(column.tag, 0)) & pl.col("independent")
            frame = frame.with_columns(pl.when(value.is_null() & inside).then(0.0).otherwise(value).alias(column.tag))
        if column.carry_years:
            mark = f"_carried_{column.id}"
            filled = value.forward_fill(limit=column.carry_years).over("place_id")
            frame = frame.with_columns((value.is_null() & filled.is_not_null()).alias(mark), filled.alias(column.tag))
            marks.append(pl.when(pl.col(mark)).then(pl.lit(column.id)))
    listed = pl.concat_list(marks).list.drop_nulls() if marks else pl.lit([], dtype=pl.List(pl.String))
    return frame.with_columns(carried=listed)


def _predictor(column: PanelColumn) -> pl.Expr:
    """Return the expression of one declared predictor."""
    value = pl.col(column.tag) if column.transform not in ("history", "coups") else pl.col(column.id)
    if column.transform in ("history", "coups"):
        return value.alias(column.id)
    if column.transform == "others":
        return transforms.others_share(value).alias(column.id)
    if column.transform == "others_mean":
        return transforms.others_mean(value).alias(column.id)
    return transforms.apply(column.transform, value, column.before).alias(column.id)
