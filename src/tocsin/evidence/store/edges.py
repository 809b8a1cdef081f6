"""What a reading must keep to, whatever is in force: the share of rows set aside, and the source's two-edged checks."""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources import Issue, Reading, SourceSpec

MOST_QUARANTINED = 0.05


def too_many(reading: Reading) -> list[Issue]:
    """Refuse a file of which more than one row in twenty breaks a rule."""
    if len(reading.bad) <= MOST_QUARANTINED * reading.rows_in:
        return []
    limit = f"more than {MOST_QUARANTINED:.0%} refuses the file"
    said = f"{len(reading.bad):,} of {reading.rows_in:,} rows break a rule; {limit}"
    return [Issue("quarantine-share", said, weight="file")]


def checks(declared: SourceSpec, reading: Reading) -> list[Issue]:
    """Apply the declared two-edged checks: rows read, places named."""
    places: set[str] = set()
    for table in reading.tables.values():
        named = table.filter(pl.col("value") != 0) if "value" in table.columns else table
        places |= set(named["place_id"]) if "place_id" in named.columns else set()
    values = {"rows": reading.rows_in - len(reading.bad), "places": len(places)}
    issues = []
    for name, edge in {**declared.checks, **declared.shapes[reading.shape_id].checks}.items():
        value = values.get(name)
        if value is not None and edge.min is not None and value < edge.min:
            issues.append(
                Issue(f"{name}-min", f"{value:,} {name}; at least {edge.min:,.0f} are expected", weight="file")
            )
        if value is not None and edge.max is not None and value > edge.max:
            issues.append(
                Issue(f"{name}-max", f"{value:,} {name}; at most {edge.max:,.0f} are expected", weight="warn")
            )
    return issues
