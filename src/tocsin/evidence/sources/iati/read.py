"""Activities of IATI files to one row an activity and place; the rules are those of the register's import.

https://iatistandard.org/en/iati-standard/203/activity-standard/. Amounts stay in their currency.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tocsin.catalog import iati
from tocsin.evidence.activities.schema import ACTIVITIES, shaped
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import Issue


def read(fields: Fields, name: str) -> Reading:
    """Return ``activities``: a row for each place an activity names; the last of an activity that came twice."""
    columns = {c: fields.text(c).fill_null("") for c in fields.raw.columns if c in _KNOWN}
    lines = [iati.read(cells) for cells in pl.DataFrame(columns).iter_rows(named=True)]
    fields.skip("recipient_region")
    for number, line in zip(fields.rows, lines, strict=True):
        for r in line.reasons:
            fields.issues.append(Issue("iati", f"{r['rule']}. {r['todo']}", number, r["column"], r["value"] or None))
            fields.bad.add(number)
    today = fields.now.date()
    begun = pl.Series([str(line.values["starts"] or "") for line in lines])
    actual = columns.get("start", pl.Series([""] * len(lines))) != ""
    late = pl.Series([bool(line.values["starts"] and line.values["starts"] > today) for line in lines])
    fields.flag(actual & late, "start", begun, "future", f"an actual start after {today}")
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, line in zip(fields.rows, lines, strict=True):
        if number not in fields.bad:
            for row in _rows(fields.spec.id, line):
                rows[row["activity_id"], row["place_id"]] = row
    table = pl.DataFrame(list(rows.values()), schema=ACTIVITIES)
    return Reading({"activities": shaped(table)})


_KNOWN = {*iati.NEEDED, *iati.OPTIONAL}


def _rows(source_id: str, line: iati.Line) -> list[dict[str, Any]]:
    said = line.values
    own = {
        "source_id": source_id,
        "activity_id": said["iati_identifier"],
        "reporting_org": said["reporting_org"],
        "title": said["title"],
        "sectors": said["sectors"],
        "starts": said["starts"],
        "ends": said["ends"],
        "status": said["status"] or None,
        "money": said["money"] or [],
    }
    return [
        {**own, "place_id": r["place_id"], "share_pct": float(r["percent"]) if r["percent"] else None}
        for r in said["recipients"]
    ]
