"""One line of a list of projects, read as an IATI activity is shaped; what does not fit is said column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tocsin.catalog.development import lens
from tocsin.catalog.geography import places
from tocsin.core.errors import Refused
from tocsin.core.words import said

NEEDED: dict[str, tuple[str, ...]] = {
    "iati_identifier": ("iati_identifier", "iati-identifier", "identifier", "project_id"),
    "reporting_org": ("reporting_org", "reporting-org", "reporting_org_narrative", "reporting-org-ref", "donor"),
    "title": ("title", "title_narrative", "project_title"),
    "sector_code": ("sector_code", "sector-code", "sector", "purpose_code"),
    "recipient_country": ("recipient_country", "recipient-country-code", "recipient_country_code", "country"),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "description": ("description", "description_narrative"),
    "sector_vocabulary": ("sector_vocabulary", "sector-vocabulary", "sector_vocabulary_code"),
    "recipient_location": ("recipient_location", "location", "location_name"),
    "start": ("start", "start-actual", "start-planned", "start_date"),
    "end": ("end", "end-actual", "end-planned", "end_date"),
    "status": ("status", "activity-status-code", "activity_status", "activity-status"),
    "budget": ("budget", "budget_value", "total-commitment"),
    "currency": ("currency", "default-currency", "budget_currency"),
}
DAC5, DAC3 = "1", "2"
"""The two vocabularies of IATI that the rules know: purpose codes of five digits, categories of three."""
STATUS: dict[str, str] = {
    "1": "in preparation",
    "2": "under way",
    "3": "being wound up",
    "4": "closed",
    "5": "cancelled",
    "6": "suspended",
}
_PUBLISHED = {"pipeline/identification": "1", "pipeline": "1", "implementation": "2", "finalisation": "3"}
_WORDS = {**{name: code for code, name in STATUS.items()}, **_PUBLISHED}
_NUMBER = re.compile(r"^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$")
LONGEST = 120_000
MOST_PLACES = 250


@dataclass
class Line:
    """A line as it will be kept (``values``, by the register's columns), or why it is not (``reasons``)."""

    values: dict[str, Any] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, column: str, value: str, rule: str, todo: str) -> None:
        """Note why a cell does not fit."""
        self.reasons.append(
            {"column": column, "value": value[:200].replace("\0", "\ufffd"), "rule": rule, "todo": todo}
        )


def read(cells: Mapping[str, str]) -> Line:
    """Read a line by our names of its columns. Every fault of it is found, not the first alone."""
    line = Line()
    text = _texts(line, cells)
    for column in ("iati_identifier", "reporting_org", "title"):
        if not text[column]:
            line.refuse(column, "", "is empty", "Fill the cell")
    line.values = {
        "iati_identifier": text["iati_identifier"],
        "reporting_org": text["reporting_org"],
        "title": text["title"],
        "description": text["description"],
        "location": text["recipient_location"],
        "sectors": _sectors(line, text["sector_code"], text["sector_vocabulary"]),
        "recipients": _recipients(line, text["recipient_country"]),
        "starts": _day(line, "start", text["start"]),
        "ends": _day(line, "end", text["end"]),
        "status": _status(line, text["status"]),
    }
    line.values["budget"], line.values["currency"] = _budget(line, text["budget"], text["currency"])
    line.places = [r["place_id"] for r in line.values["recipients"]]
    starts, ends = line.values["starts"], line.values["ends"]
    if starts and ends and ends < starts:
        line.refuse("end", ends.isoformat(), f"is before the start, {starts}", "Correct one of the two days")
    return line


def _texts(line: Line, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells made safe to keep; one that cannot be kept is a fault."""
    text = {}
    limits = {"iati_identifier": 200, "reporting_org": 300, "title": 4000}
    for column in (*NEEDED, *OPTIONAL):
        value = cells.get(column, "")
        if any("\udc80" <= c <= "\udcff" for c in value):
            line.refuse(column, value.encode("utf-8", "replace").decode(), "is not UTF-8", "Save the file as UTF-8")
            value = ""
        try:
            text[column] = said(value, LONGEST)
        except Refused:
            line.refuse(column, value, f"has {len(value):,} characters", f"Keep to {LONGEST:,}")
            text[column] = ""
        if len(text[column]) > limits.get(column, LONGEST):
            line.refuse(column, value, f"has {len(value):,} characters", f"Keep to {limits[column]:,}")
            text[column] = text[column][: limits[column]]
    return text


def _parts(
    line: Line, column: str, text: str, known: Callable[[str], str | None], *, what: str, todo: str
) -> list[tuple[str, str]]:
    """Return (what is meant, percent as text) of each part of ``a:60; b:40``."""
    found: list[tuple[str, str]] = []
    total = Decimal(0)
    for part in (p.strip() for p in re.split(r"[;|]", text) if p.strip()):
        name, _, share = part.partition(":")
        meant = known(name.strip())
        if meant is None:
            line.refuse(column, part, what, todo)
            continue
        share = share.strip().removesuffix("%").strip()
        if share and not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", share):
            line.refuse(column, part, "its share is no percentage", "Write CODE:60 for sixty in a hundred")
            continue
        total += Decimal(share or 0)
        if meant in {m for m, _ in found}:
            line.refuse(column, part, "stands twice in the cell", "Name it once")
            continue
        found.append((meant, share))
    if total > Decimal("100.5"):
        line.refuse(column, text, f"the shares add up to {total}", "Shares are percentages of the whole")
    return found


def _sectors(line: Line, text: str, vocabulary: str) -> list[dict[str, str]]:
    """Return the sectors as they were named. A code that nobody here knows is kept: it is not screened, and says so."""
    short = "is no sector code"
    parts = _parts(line, "sector_code", text, lambda t: t[:40] or None, what=short, todo="Write a code, as 15130")
    named = [v.strip() for v in re.split(r"[;|]", vocabulary) if v.strip()]
    if len(named) > 1 and len(named) != len(parts):
        line.refuse("sector_vocabulary", vocabulary, f"names {len(named)} for {len(parts)} sectors", "One, or one each")
    sectors = []
    for i, (code, percent) in enumerate(parts):
        own = named[i] if len(named) == len(parts) and len(named) > 1 else named[0] if named else ""
        guess = DAC3 if re.fullmatch(r"\d{3}", code) else DAC5
        sectors.append({"vocabulary": (own or guess)[:20], "code": code, "percent": percent})
    return sectors


def _recipients(line: Line, text: str) -> list[dict[str, str]]:
    todo = "Write a two- or three-letter country code, as SD or SDN; a region cannot be screened"
    rule = "is no state or territory of the list of places"
    parts = _parts(line, "recipient_country", text, place_of, what=rule, todo=todo)
    if not parts and not any(r["column"] == "recipient_country" for r in line.reasons):
        line.refuse("recipient_country", text, "names no country", todo)
    if len(parts) > MOST_PLACES:
        line.refuse("recipient_country", text, f"names {len(parts)} places", "Split the project")
    return [{"place_id": place_id, "percent": percent} for place_id, percent in parts]


def place_of(text: str) -> str | None:
    """Return the place that two letters, three letters or a name mean; None when none."""
    return lens().countries.get(text.upper()) or places().find(text)


def _day(line: Line, column: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        line.refuse(column, text, "is no day", "Write days as 2026-01-31")
        return None


def _status(line: Line, text: str) -> str:
    code = text if text in STATUS else _WORDS.get(text.casefold(), "")
    if text and not code:
        line.refuse("status", text, "is no status", f"Write a code: {', '.join(f'{c} {n}' for c, n in STATUS.items())}")
    return code


def _budget(line: Line, text: str, currency: str) -> tuple[Decimal | None, str]:
    if not text:
        return None, ""
    if not _NUMBER.match(text):
        line.refuse("budget", text, "is no amount", "Write digits with a point, as 1200000.50")
        return None, ""
    try:
        amount = round(Decimal(text.replace(",", "")), 2)
    except InvalidOperation:  # more digits than money has
        amount = Decimal("1e18")
    if amount >= Decimal("1e18"):
        line.refuse("budget", text, "is larger than any budget", "Correct the cell")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        line.refuse("currency", currency, "an amount needs its currency", "Write three capital letters, as USD")
    return amount, currency[:3]
