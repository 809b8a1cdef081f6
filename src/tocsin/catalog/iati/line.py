"""One activity as cells of text, read by IATI's rules; what does not fit is said column by column.

Cells come from a table's line (CSV, XLSX) or from XML (``xml.py``). Several sectors or countries stand in one cell,
``15130:60; 15220:40``, or their shares in a cell beside it, as the standard's own CSV has them. Percentages add up by
vocabulary: each vocabulary names the whole activity again (reference.iatistandard.org, classifications).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    "sector_vocabulary": (
        "sector_vocabulary_code",
        "sector-vocabulary-code",
        "sector_vocabulary",
        "sector-vocabulary",
    ),
    "recipient_location": ("recipient_location", "location", "location_name"),
    "start": ("start", "start-actual", "start_actual", "start_date"),
    "end": ("end", "end-actual", "end_actual", "end_date"),
    "status": ("status", "activity-status-code", "activity_status", "activity-status"),
    "budget": ("budget", "budget_value", "total-commitment"),
    "currency": ("currency", "default-currency", "budget_currency"),
    "sector_percentage": ("sector_percentage", "sector-percentage", "sector-percentages"),
    "recipient_country_percentage": (
        "recipient_country_percentage",
        "recipient-country-percentage",
        "recipient-country-percentages",
    ),
    "start_planned": ("start_planned", "start-planned"),
    "end_planned": ("end_planned", "end-planned"),
    "money": ("money",),
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
MONEY: dict[str, str] = {
    "budget-1": "original budget",
    "budget-2": "revised budget",
    "1": "incoming funds",
    "2": "commitment",
    "3": "disbursement",
    "4": "expenditure",
    "5": "interest",
    "6": "loan repayment",
    "7": "reimbursement",
    "8": "purchase of equity",
    "9": "sale of equity",
    "10": "credit guarantee",
    "11": "incoming commitment",
    "12": "pledge",
    "13": "incoming pledge",
}
"""What an amount is: IATI's BudgetType after ``budget-``, else its TransactionType. Kinds are never added together."""
_NUMBER = re.compile(r"^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$")
_AMOUNT = re.compile(r"^(\S{1,20}) ([A-Z]{3}) (-?\d{1,24}(?:\.\d{1,12})?) (\d{1,7})$")
LONGEST = 120_000
MOST_SHARE = Decimal("100.5")
"""Shares may add up to a little more than the whole: publishers round."""
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
        "sectors": _sectors(line, text),
        "recipients": _recipients(line, text),
        "starts": _day(line, "start", text["start"] or text["start_planned"]),
        "ends": _day(line, "end", text["end"] or text["end_planned"]),
        "status": _status(line, text["status"]),
    }
    line.values["budget"], line.values["currency"] = _budget(line, text["budget"], text["currency"])
    line.values["money"] = _money(line, text["money"])
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


def _shares(line: Line, column: str, text: str, percentages: str) -> list[tuple[str, str]]:
    """Return (name, percent as text) of each part of ``a:60; b:40``, or of ``a;b`` beside ``60;40``."""
    parts = [p.strip() for p in re.split(r"[;|]", text) if p.strip()]
    beside = [p.strip() for p in re.split(r"[;|]", percentages)] if percentages else []
    if beside and len(beside) != len(parts):
        line.refuse(f"{column}_percentage", percentages, f"names {len(beside)} for {len(parts)}", "One each")
        beside = []
    found: list[tuple[str, str]] = []
    for i, part in enumerate(parts):
        name, _, share = part.partition(":")
        share = (share.strip() or (beside[i] if beside else "")).removesuffix("%").strip()
        if share and not re.fullmatch(r"\d{1,3}(\.\d{1,20})?", share):
            line.refuse(column, part, "its share is no percentage", "Write CODE:60 for sixty in a hundred")
            share = ""
        found.append((name.strip(), share))
    return found


def _whole(line: Line, column: str, parts: Iterable[tuple[str, str]], text: str, of: str = "") -> None:
    """Refuse parts that are named twice, or that are more than the whole."""
    parts = list(parts)
    names = [name for name, _ in parts]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        line.refuse(column, name, "stands twice in the cell", "Name it once")
    total = sum((Decimal(share) for _, share in parts if share), Decimal(0))
    if total > MOST_SHARE:
        line.refuse(column, text, f"the shares{of} add up to {total}", "Shares are percentages of the whole")


def _sectors(line: Line, text: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the sectors as they were named. A code that nobody here knows is kept: it is not screened, and says so."""
    column, vocabulary = "sector_code", text["sector_vocabulary"]
    parts = _shares(line, column, text[column], text["sector_percentage"])
    for code, _ in parts:
        if not code or len(code) > 40:
            line.refuse(column, code, "is no sector code", "Write a code, as 15130")
    named = [v.strip() for v in re.split(r"[;|]", vocabulary) if v.strip()]
    if len(named) > 1 and len(named) != len(parts):
        line.refuse("sector_vocabulary", vocabulary, f"names {len(named)} for {len(parts)} sectors", "One, or one each")
    sectors = []
    for i, (code, percent) in enumerate(parts):
        own = named[i] if len(named) == len(parts) and len(named) > 1 else named[0] if named else ""
        guess = DAC3 if re.fullmatch(r"\d{3}", code) else DAC5
        sectors.append({"vocabulary": (own or guess)[:20], "code": code[:40], "percent": percent})
    for one in dict.fromkeys(s["vocabulary"] for s in sectors):
        mine = [(s["code"], s["percent"]) for s in sectors if s["vocabulary"] == one]
        _whole(line, column, mine, text[column], f" of vocabulary {one}")
    return sectors


def _recipients(line: Line, text: Mapping[str, str]) -> list[dict[str, str]]:
    column = "recipient_country"
    todo = "Write a two- or three-letter country code, as SD or SDN; a region cannot be screened"
    parts = _shares(line, column, text[column], text["recipient_country_percentage"])
    found: list[tuple[str, str]] = []
    for name, share in parts:
        place_id = place_of(name)
        if place_id is None:
            line.refuse(column, name, "is no state or territory of the list of places", todo)
        else:
            found.append((place_id, share))
    if not parts:
        line.refuse(column, text[column], "names no country", todo)
    _whole(line, column, found, text[column])
    if len(found) > MOST_PLACES:
        line.refuse(column, text[column], f"names {len(found)} places", "Split the project")
    return [{"place_id": place_id, "percent": percent} for place_id, percent in found]


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


def _money(line: Line, text: str) -> list[dict[str, str | int]] | None:
    """Return sums by kind and currency, ``KIND CURRENCY SUM COUNT`` each; None when the list says nothing of them."""
    rows: list[dict[str, str | int]] = []
    for part in (p.strip() for p in text.split(";") if p.strip()):
        match = _AMOUNT.match(part)
        if match is None:
            line.refuse("money", part, "is no sum", "Write KIND CURRENCY SUM COUNT, as 3 USD 1200000.50 4")
            continue
        rows.append({"kind": match[1], "currency": match[2], "amount": match[3], "count": int(match[4])})
    return rows or None


def kind_of_money(kind: str) -> str:
    """Return what an amount of a kind is, in words; a kind that no list here has keeps its code."""
    return MONEY.get(kind, f"kind {kind.removeprefix('budget-')}")
