"""A mapping to begin with: columns recognised by title, HXL tag and content; the rest is left for a person to say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tocsin.catalog.geography import places
from tocsin.evidence.sources import carriers, hxl
from tocsin.evidence.sources.issues import FileRefused
from tocsin.evidence.sources.mapped_read import first_records, period_of
from tocsin.evidence.sources.part import Part

PLACE = re.compile(r"^(iso_?-?3?|iso3c?|country[ _]?code|location[ _]?code|country|place|location)$", re.IGNORECASE)
PERIOD = re.compile(r"^(year|month|date|period|day)$", re.IGNORECASE)
MOST_FIGURES = 40
LOOKED_AT = 1000
"""Rows of a Parquet file."""


def draft(part: Part, stem: str) -> tuple[str, dict[str, str]]:
    """Return a mapping as YAML text and what was guessed. Raises FileRefused when there is no table to look at."""
    records = [[str(c or "").strip() for c in r] for r in _first(part)]
    at = hxl.row_at(records)
    tags = hxl.tags(records)
    header = records[(at - 1 if at else 0)] if records else []
    body = records[(at if at is not None else 0) + 1 :]
    if not header or not body:
        raise FileRefused("truncated", "no table with a header and rows can be seen in the file")
    columns = {title: [r[i] for r in body if i < len(r) and r[i]] for i, title in enumerate(header) if title}
    place = _by_tag(tags, "#country+code") or _by_tag(tags, "#country") or _named(columns, PLACE, _is_place)
    period = _by_tag(tags, "#date") or _named(columns, PERIOD, lambda v: period_of(v) is not None)
    area = _by_tag(tags, "#adm2") or _by_tag(tags, "#adm1")
    guessed = {k: v for k, v in {"place": place, "period": period, "area": area}.items() if v}
    figures = [
        c for c, values in columns.items()
        if c not in (place, period, area) and _most(map(_number, values)) and not _meta(tags.get(c))
    ][:MOST_FIGURES]  # fmt: skip
    codes = _most(v in places() for v in columns.get(place or "", []))
    lines = [
        f"id: {re.sub(r'[^a-z0-9]+', '_', stem.casefold()).strip('_')[:40] or 'table'}",
        *(f'{name}: "FILL {what}"' for name, what in OPEN.items()),
        "cadence_days: 30",
        "grace_days: 30",
        f"places: {'iso3' if codes else 'name'}",
        "columns:",
        f"  place: {_quoted(place or 'FILL the column that names the country')}",
        f"  period: {_quoted(period or 'FILL the column of years or months')}",
        *([f"  area: {_quoted(area)}"] if area else []),
        "figures:",
    ]
    if not figures:
        lines += ["  - indicator: figure", '    column: "FILL the column that holds the figures"']
        lines += ['    label: "FILL what people call them"', '    unit: "FILL what is counted"']
    for column in figures:
        lines.append(f"  - indicator: {re.sub(r'[^a-z0-9]+', '_', column.casefold()).strip('_')[:40] or 'figure'}")
        lines += [f"    column: {_quoted(column)}", f"    label: {_quoted(column)}", '    unit: "FILL what is counted"']
        guessed[f"figure {column}"] = str(tags.get(column, "")) or column
    rest = [c for c in columns if c not in (place, period, area, *figures)]
    lines += [f"skip: [{', '.join(map(_quoted, rest))}]"] if rest else []
    return "\n".join(lines) + "\n", guessed


OPEN = {
    "title": "its title",
    "publisher": "whose it is",
    "url": "where it is published, https://…",
    "licence": "under which terms it may be used and shown",
    "licence_url": "where the terms stand, https://…",
    "citation": "how to cite it",
    "coverage": "what it covers, and what silence on a place means",
}
"""What nobody can guess."""


def _first(part: Part) -> list[list[object]]:
    """Return the header and the first rows of a table, whatever carries it."""
    if part.head(4) != carriers.PARQUET:
        return first_records(part)
    frame = next(carriers.parquet(part)).head(LOOKED_AT)
    return [list(frame.columns), *map(list, frame.iter_rows())]


def _by_tag(tags: dict[str, hxl.Tag], pattern: str) -> str | None:
    wanted = hxl.parse(pattern)
    return next((title for title, tag in tags.items() if wanted and tag.has(wanted)), None)


def _named(columns: dict[str, list[str]], pattern: re.Pattern[str], fits: object) -> str | None:
    """Return the first column whose title fits and whose values do; titles alone would take ``Country region``."""
    assert callable(fits)
    return next((c for c, v in columns.items() if pattern.match(c) and v and all(map(fits, v))), None)


def _is_place(value: str) -> bool:
    return places().find(value) is not None


def _most(told: Iterable[bool]) -> bool:
    """Tell whether more than half are so: a slip in one row makes a column of figures no other column."""
    each = list(told)
    return 2 * sum(each) > len(each)


def _number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value) is not None


def _meta(tag: hxl.Tag | None) -> bool:
    """Tell whether a column of numbers is none of figures: positions, identifiers."""
    return tag is not None and tag.name in {"geo", "meta", "date", "country", "adm1", "adm2"}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
