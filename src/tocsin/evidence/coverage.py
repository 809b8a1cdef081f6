"""What is known of each place, and how much of it: the coverage and signals tables of a run."""

from __future__ import annotations

from typing import Any

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.store import Tables

COVERAGE = {
    "place_id": pl.String,
    "name": pl.String,
    "region": pl.String,
    "state": pl.String,
    "under_way_since": pl.Int32,
    "under_way_led_by": pl.String,
    "predictors_present": pl.Int32,
    "predictors_total": pl.Int32,
    "stale": pl.Boolean,
    "carried": pl.List(pl.String),
}
SIGNALS = {
    "place_id": pl.String,
    "indicator": pl.String,
    "label": pl.String,
    "unit": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "status": pl.String,
    "source_id": pl.String,
    "release": pl.String,
}
FIRST_YEAR = 1989
MONTHLY = {
    "one_sided_deaths": "Civilians killed in one-sided violence",
    "state_based_deaths": "Deaths in fighting with a state",
    "non_state_deaths": "Deaths in fighting between groups",
}


def coverage(panel: pl.DataFrame, tables: Tables, columns: list[Any], state_of: Any) -> pl.DataFrame:
    """Return one row a place of the panel's newest year: state, what is present, what was carried, what is stale.

    ``state_of(place_id, year, tables)`` answers under way, none known or not assessed.
    """
    year = int(panel["year"].max())  # type: ignore[arg-type]
    ids = [c.id for c in columns]
    stale_sources = {s.id for s in tables.sources if s.status in ("stale", "missing")}
    stale = any(c.source_id in stale_sources for c in columns)
    running = under_way(tables.mass_killings, year)
    rows = []
    for row in panel.filter(pl.col("year") == year).sort("place_id").iter_rows(named=True):
        place = places()[row["place_id"]]
        state = state_of(row["place_id"], year, tables)
        since, led_by = running.get(row["place_id"], (None, None)) if state == "under way" else (None, None)
        rows.append(
            {
                "place_id": row["place_id"],
                "name": place.name,
                "region": place.region,
                "state": state,
                "under_way_since": since,
                "under_way_led_by": led_by,
                "predictors_present": sum(row[c] is not None for c in ids),
                "predictors_total": len(ids),
                "stale": stale,
                "carried": sorted(row["carried"] or []),
            }
        )
    return pl.DataFrame(rows, schema=COVERAGE)


def under_way(mass_killings: pl.DataFrame, year: int) -> dict[str, tuple[int, str]]:
    """Return for each place with a mass killing under way in a year: since when, led by whom."""
    running: dict[str, list[tuple[int, str]]] = {}
    for place, start, end, led_by in mass_killings.select("place_id", "start_year", "end_year", "led_by").iter_rows():
        if start <= year and (end is None or end >= year):
            running.setdefault(place, []).append((start, led_by))
    return {
        place: (min(start for start, _ in spells), " and ".join(sorted({led_by for _, led_by in spells}, reverse=True)))
        for place, spells in running.items()
    }


def signals(panel: pl.DataFrame, tables: Tables, columns: list[Any], covered: list[str]) -> pl.DataFrame:
    """Return the series behind each place: panel columns by year, deaths by month, gaps as rows without a value."""
    releases = {s.id: s.release for s in tables.sources}
    recent = panel.filter((pl.col("year") >= FIRST_YEAR) & pl.col("place_id").is_in(covered))
    yearly = [
        recent.select(
            "place_id",
            pl.lit(c.id).alias("indicator"),
            pl.lit(c.label).alias("label"),
            pl.lit(c.unit).alias("unit"),
            pl.col("year").cast(pl.String).alias("period"),
            pl.when(~_uncounted(c)).then(pl.col(c.id)).cast(pl.Float64).alias("value"),
            pl.when(pl.col(c.id).is_null() | _uncounted(c))
            .then(pl.lit("gap"))
            .when(pl.col("carried").list.contains(c.id))
            .then(pl.lit("carried"))
            .otherwise(pl.lit("observed"))
            .alias("status"),
            pl.lit(c.source_id).alias("source_id"),
            pl.lit(releases.get(c.source_id, "")).alias("release"),
        )
        for c in columns
    ]
    return pl.concat([*yearly, monthly(tables, covered)]).select(list(SIGNALS)).cast(SIGNALS).sort(  # type: ignore[arg-type]
        "place_id", "indicator", "period"
    )  # fmt: skip


def _uncounted(column: Any) -> pl.Expr:
    """Tell whether a zero stands for nobody having counted: before the year from which absence counts as zero.

    UNHCR lists no displaced people of its concern for Sudan before 2004, and there were millions. The predictor that
    ``onset_v1`` was fitted on has that zero; what people are shown has a gap.
    """
    return (pl.col(column.id) == 0) & (pl.col("year") < (column.zero_from or 0))


def monthly(tables: Tables, covered: list[str]) -> pl.DataFrame:
    """Return deaths by month for the places covered: every month has a row, a month not counted has no value."""
    from tocsin.core.months import month_text
    from tocsin.evidence.series import months

    parts = []
    those = pl.DataFrame({"place_id": covered}, schema={"place_id": pl.String})
    for column, label in MONTHLY.items():
        counted = months(tables.country_month, column)
        if counted.newest is None:
            continue
        span = range(min(counted.known), counted.newest + 1)
        by_month = pl.DataFrame(
            {
                "period": [month_text(m) for m in span],
                "release": [counted.release.get(m, "") for m in span],
                "provisional": [m in counted.provisional for m in span],
            },
            schema={"period": pl.String, "release": pl.String, "provisional": pl.Boolean},
        )
        values = tables.country_month.select("place_id", pl.col("month").alias("period"), pl.col(column).alias("value"))
        whole = those.join(by_month, how="cross").join(values, on=["place_id", "period"], how="left")
        status = (
            pl.when(pl.col("value").is_null())
            .then(pl.lit("gap"))
            .when(pl.col("provisional"))
            .then(pl.lit("provisional"))
            .otherwise(pl.lit("observed"))
        )
        said = {"indicator": column, "label": label, "unit": "deaths a month", "source_id": "ucdp_ged"}
        named = whole.with_columns(status.alias("status"), *[pl.lit(v).alias(k) for k, v in said.items()])
        parts.append(named.select([pl.col(c).cast(kind) for c, kind in SIGNALS.items()]))
    return pl.concat(parts) if parts else pl.DataFrame(schema=SIGNALS)
