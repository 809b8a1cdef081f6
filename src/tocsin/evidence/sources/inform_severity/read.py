"""INFORM Severity: how severe each humanitarian crisis on ACAPS's list is, by month.

The interface (``inform-severity-index/{MonYYYY}/``, pages of ``results`` with ``count`` and ``next``, token in the
header) and its fields are read from the code of HDX Signals, which collects it (github.com/OCHA-DAP/hdx-signals). A
whole record was not seen: fields not named there are new to this reader, and are said.
"""

from __future__ import annotations

import json

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.indicators.popping import months, not_after
from tocsin.evidence.indicators.schema import table
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields

FIGURES = {
    "INFORM Severity Index": ("severity", "INFORM Severity Index"),
    "Impact of the crisis": ("impact", "Impact of the crisis"),
    "Conditions of affected people": ("people", "Conditions of affected people"),
    "Complexity": ("complexity", "Complexity of the crisis"),
}
"""The publisher's field: our indicator and its name."""
SCALE = "0 to 5"


UNREAD = (
    "INFORM Severity category*", "Last updated", "Reliability", "country", "country_level", "drivers",
    "individual_aggregated", "regions", "reliability", "reliability_score",
)  # fmt: skip
"""Columns that are declared and not read."""


def read(fields: Fields, name: str) -> Reading:
    """Return ``indicators``: four figures a crisis and month, on each country that the crisis is in."""
    listed = fields.pop("iso3")
    found = [_codes(v) for v in listed]
    unknown = pl.Series([not codes or any(c not in places() for c in codes) for codes in found])
    fields.flag(unknown, "iso3", listed, "unknown-place", "countries of the list of places are expected")
    month = months(fields, "_internal_filter_date")
    not_after(fields, "_internal_filter_date", month)
    crisis, title = fields.pop("crisis_id"), fields.pop("crisis_name")
    fields.flag(crisis.is_null(), "crisis_id", crisis, "missing", "a value is required")
    values = {code: fields.number(column, high=5) for column, (code, _) in FIGURES.items()}
    twice = pl.DataFrame({"c": crisis, "m": month, "p": listed}).is_duplicated()
    fields.flag(twice, "crisis_id", crisis, "duplicate", "this crisis stands in the file twice for the month")
    fields.skip(*UNREAD)
    frame = fields.keep(
        pl.DataFrame({"codes": found, "period": month, "crisis": crisis, "title": title, **values}, strict=False)
    )
    wide = pl.concat_str(pl.lit("crisis "), "crisis", pl.lit(": "), pl.col("title").fill_null("without a name"))
    many = pl.when(pl.col("codes").list.len() > 1).then(
        pl.concat_str(pl.lit(", over "), pl.col("codes").list.len().cast(pl.String), pl.lit(" countries"))
    )
    long = (
        frame.with_columns(detail=pl.concat_str(wide, many.otherwise(pl.lit(""))))
        .explode("codes")
        .rename({"codes": "place_id"})
        .unpivot(list(values), index=["place_id", "period", "detail"], variable_name="indicator", value_name="value")
    )
    labels = dict(FIGURES.values())
    return Reading({
        "indicators": table(long.with_columns(label=pl.col("indicator").replace_strict(labels), unit=pl.lit(SCALE)))
    })  # fmt: skip


def _codes(text: str | None) -> list[str]:
    """Return the codes of a list that the table carries as JSON text; one code may stand without a list."""
    try:
        found = json.loads(text) if text and text.startswith("[") else [text]
    except ValueError:
        return []
    return [str(code) for code in found if code]
