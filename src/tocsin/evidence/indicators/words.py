"""A figure as a person reads it, and a table of figures as a file with HXL hashtags under its header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from tocsin.core.words import in_cell
from tocsin.evidence.indicators.seen import Figure, Seen
from tocsin.evidence.sources import hxl

LEAST = 0.005
"""Below it a share would be rounded to none, which it is not."""
TAGGED = {
    "place": "#country+code",
    "area": "#adm+name",
    "indicator": "#indicator+code",
    "name": "#indicator+name",
    "value": "#indicator+value+num",
    "unit": "#indicator+unit",
    "from": "#date+start",
    "to": "#date+end",
    "kind": "#status",
    "detail": "#description",
    "published": "#date+published",
    "retrieved": "#date+retrieved",
    "source": "#meta+source",
    "licence": "#meta+license",
}
"""Columns of the file that is written, with their hashtags."""


def amount(figure: Figure) -> str:
    """Return a value as it is read: ``16,000,000 persons``, ``40% of the people analysed``, ``7.4 (0 to 10)``."""
    if figure.unit.startswith("share of "):
        part = "under 1%" if 0 < figure.value < LEAST else f"{figure.value:.0%}"
        return f"{part} {figure.unit.removeprefix('share ')}"
    number = f"{figure.value:,.0f}" if float(figure.value).is_integer() else f"{figure.value:,.6g}"
    return f"{number} ({figure.unit})" if " to " in figure.unit else f"{number} {figure.unit}".strip()


def when(figure: Figure) -> str:
    """Return what the figure is of: ``2024``, ``2026-09 to 2026-12``."""
    return f"{figure.period} to {figure.until}" if figure.until else figure.period


def as_dict(figure: Figure, licence: str) -> dict[str, Any]:
    """Return a figure under the column names of the file."""
    return {
        "place": "",
        "area": figure.area,
        "indicator": figure.indicator,
        "name": figure.label,
        "value": figure.value,
        "unit": figure.unit,
        "from": figure.period,
        "to": figure.until or figure.period,
        "kind": figure.status,
        "detail": figure.detail,
        "published": figure.published.isoformat() if figure.published else "",
        "retrieved": figure.retrieved_at,
        "source": figure.source,
        "licence": licence,
    }


def rows(seen: Seen) -> list[dict[str, Any]]:
    """Return every figure of a place with its licence, for a file or for JSON."""
    licences = {source.id: source.licence for source, _ in seen.sources}
    return [{**as_dict(f, licences[f.source]), "place": seen.place_id} for f in seen.figures]


def as_csv(found: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV with a row of HXL hashtags under the header; no text that a spreadsheet would compute."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TAGGED)
    writer.writerow(hxl.row(list(TAGGED), TAGGED))
    for row in found:
        writer.writerow([in_cell(row[c]) for c in TAGGED])
    return out.getvalue()
