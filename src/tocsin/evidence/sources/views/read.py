"""Expected state-based deaths of one ViEWS run as forecasts of the hub: origin, target, place, horizon, mean.

Fields are those of the interface's own code and codebook (github.com/prio-data/views_api): ``month_id`` counts from
January 1980, ``country_id`` is ViEWS's own number, ``main_mean`` is expected deaths. The month of the run's name is the
last month with data, and so the origin. ``main_dich`` (at least 25 deaths in the month) is of no outcome kept here.
"""

from __future__ import annotations

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.core.months import month_index
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.ucdp_ged.read import VIEWS_FIRST, views_ids
from tocsin.evidence.sources.views.fetch import RUN

TARGET = "state_based_deaths"
COLUMNS = ("origin", "target", "place_id", "horizon", "output_type", "output_type_id", "value")


UNREAD = ("gwcode", "isoab", "main_dich", "main_mean_ln", "name")
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``forecasts``: one row a place and month. Raises FileRefused when the name says no run."""
    run = RUN.match(name.partition(".")[0])
    if run is None:
        raise FileRefused("run", f"the file is called {name}; a run is expected, as fatalities003_2026_05_t01.json")
    origin = f"{run[2]}-{run[3]}"
    first = month_index(origin) - VIEWS_FIRST + 1
    numbers = fields.pop("country_id")
    ids = views_ids()
    place = pl.Series([ids.get(v or "") for v in numbers], dtype=pl.String)
    fields.flag(place.is_null(), "country_id", numbers, "unknown-place", "no ViEWS country has this id")
    month = fields.number("month_id", required=True)
    year, of_year = fields.number("year"), fields.number("month")
    said = (year * 12 + of_year - 1) - VIEWS_FIRST + 1
    fields.flag(
        (said != month).fill_null(False), "month_id", month.cast(pl.String), "month", "is not its year and month"
    )
    steps = outcomes()[TARGET].target.horizons
    horizon = (month - first).cast(pl.Int32)
    fields.flag(~horizon.is_in(list(steps)).fill_null(False), "month_id", month.cast(pl.String), "unknown-horizon",
                f"not {steps[0]} to {steps[-1]} months after {origin}")  # fmt: skip
    value = fields.number("main_mean", required=True)
    twice = pl.DataFrame({"p": place, "h": horizon}).is_duplicated() & place.is_not_null()
    fields.flag(twice, "country_id", numbers, "duplicate", "this country and month stands in the file twice")
    fields.skip(*UNREAD)
    frame = fields.keep(pl.DataFrame({"place_id": place, "horizon": horizon, "value": value}))
    rows = frame.with_columns(
        origin=pl.lit(origin), target=pl.lit(TARGET), output_type=pl.lit("mean"), output_type_id=pl.lit("")
    )
    reading = Reading({"forecasts": rows.select(COLUMNS).sort("place_id", "horizon")})
    reading.release = run[0]
    return reading
