"""IATI activity files, element by element: memory holds one activity, whatever the size of the file.

Shapes of versions 1.x and 2.x as the standard's reference has them (reference.iatistandard.org, activity standard):
text of 2.x stands in ``narrative``, dates and vocabularies of 1.x are words and not numbers. An entity, a document type
or anything fetched from outside is refused: nobody needs them to say what a project is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO

from lxml import etree

from tocsin.catalog.iati.elements import STANDARD
from tocsin.core.errors import Refused

ACTIVITY = "iati-activity"
WATCHED = ("iati-activities", "result", ACTIVITY)
"""The elements an event is asked of: the two roots that publishers and the Datastore use, and each activity."""
ONE_AT_MOST = 20_000_000
"""Bytes of one activity: its parts are held until it ends, so one without an end must not fill the memory."""
MOST_OF_A_KIND = 5_000
"""Transactions, sectors or other parts of one kind in one activity: more is no project, and is quarantined."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OLD_DATES = {"1": "start-planned", "2": "start-actual", "3": "end-planned", "4": "end-actual"}
OLD_VOCABULARIES = {"DAC": "1", "DAC-3": "2", "RO": "99"}
OLD_MONEY = {"IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7", "QP": "8", "QS": "9", "CG": "10"}
Fault = dict[str, str]


@dataclass
class Activity:
    """One activity: its number in the file from 1, the line near which it stands, its cells, what cannot be read."""

    number: int
    near_line: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    """Its elements that are of no version of the standard: nothing of them is read."""

    def refuse(self, column: str, value: str, rule: str, todo: str) -> None:
        """Note why a part of it does not fit."""
        self.faults.append({"column": column, "value": value[:200], "rule": rule, "todo": todo})


class _Meter:
    """A file that counts what was read of it since the last activity ended."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.since = file, 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises Refused when one activity has more than it may."""
        part = self.file.read(size)
        self.since += len(part)
        if self.since > ONE_AT_MOST:
            raise Refused(f"More than {ONE_AT_MOST:,} bytes stand between two activities", todo="Split the file")
        return part


def _elements(file: IO[bytes]) -> Iterator[etree._Element]:
    """Yield each activity when it has ended; it is emptied afterwards, and what stood before it is dropped."""
    meter = _Meter(file)
    events = etree.iterparse(
        meter,  # type: ignore[arg-type]
        events=("start", "end"),
        tag=WATCHED,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            if element.getroottree().docinfo.internalDTD is not None:
                raise Refused(
                    "The file has a document type or entities of its own", todo="Take the DOCTYPE out; IATI has none"
                )
            if event == "start" or element.tag != ACTIVITY:
                continue
            yield element
            meter.since = 0
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise Refused(
            "The file is no whole XML", where=str(error)[:200], todo="Fetch it again; nothing of it is taken"
        ) from None


def count(file: IO[bytes]) -> int:
    """Return how many activities a file has. Raises Refused when it is no XML to its end, or carries entities."""
    return sum(1 for _ in _elements(file))


def activities(file: IO[bytes], after: int = 0) -> Iterator[Activity]:
    """Yield the activities behind number ``after``, each with what cannot be read of it. Raises as ``count``."""
    for number, element in enumerate(_elements(file), 1):
        if number > after:
            yield flatten(element, number)


def flatten(element: etree._Element, number: int) -> Activity:
    """Return an activity as cells by our names (``line.NEEDED``, ``line.OPTIONAL``)."""
    one = Activity(number, int(element.sourceline or 0), {})
    crowd = Counter(child.tag for child in element if isinstance(child.tag, str))
    one.unknown = tuple(tag for tag in crowd if tag not in STANDARD and not tag.startswith("{"))
    for tag, count in crowd.items():
        if count > MOST_OF_A_KIND:
            one.refuse(str(tag), str(count), f"stands {count:,} times; {MOST_OF_A_KIND:,} are read", "Split it")
    one.cells = {
        "iati_identifier": _said(element.find("iati-identifier")),
        "reporting_org": _said(element.find("reporting-org")) or _of(element.find("reporting-org"), "ref"),
        "title": _said(element.find("title")),
        "description": _said(element.find("description")),
        "recipient_location": "; ".join(filter(None, (_said(n) for n in element.findall("location/name")[:20]))),
        "status": _of(element.find("activity-status"), "code"),
    }
    if one.faults:
        return one
    for child in element.iter(etree.Entity):
        one.refuse("", str(child.text)[:40], "an entity stands in it", "Write the character itself")
        return one
    _dates(one, element)
    _classified(one, element)
    _money(one, element)
    return one


def _said(element: etree._Element | None) -> str:
    """Return the text of an element: its narrative in English if it has one, else the first, else its own text."""
    if element is None:
        return ""
    said = [(n.get(LANG) or "", (n.text or "").strip()) for n in element.findall("narrative")]
    said = [(language, text) for language, text in said if text]
    english = [text for language, text in said if language.lower().startswith("en")]
    return english[0] if english else said[0][1] if said else (element.text or "").strip()


def _of(element: etree._Element | None, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()


def _dates(one: Activity, element: etree._Element) -> None:
    """Fill the four days: as it was, and as it was planned where nothing happened yet."""
    found: dict[str, str] = {}
    for day in element.findall("activity-date"):
        kind = _of(day, "type")
        found.setdefault(OLD_DATES.get(kind, kind), _of(day, "iso-date") or (day.text or "").strip())
    for cell, name in (("start", "start-actual"), ("end", "end-actual")):
        one.cells[cell] = found.get(name, "")
        one.cells[f"{cell}_planned"] = found.get(name.replace("actual", "planned"), "")


def _classified(one: Activity, element: etree._Element) -> None:
    """Fill sectors and countries; where the activity names none, those of its transactions, without a share."""
    sectors = element.findall("sector")
    named = [(_vocabulary(s), _of(s, "code"), _of(s, "percentage")) for s in sectors]
    if not named:
        found = {(_vocabulary(s), _of(s, "code")) for s in element.findall("transaction/sector")}
        named = [(vocabulary, code, "") for vocabulary, code in sorted(found)]
    else:
        alone = Counter(vocabulary for vocabulary, _, _ in named)
        # The standard: a sector alone in its vocabulary is the whole activity.
        named = [(v, code, percent or ("100" if alone[v] == 1 else "")) for v, code, percent in named]
    for _, code, _ in named:
        if not code or any(mark in code for mark in ":;|"):
            one.refuse("sector_code", code, "is no sector code", "Name the sector by its code")
    one.cells["sector_code"] = "; ".join(code for _, code, _ in named)
    one.cells["sector_percentage"] = "; ".join(p for _, _, p in named) if any(p for _, _, p in named) else ""
    one.cells["sector_vocabulary"] = "; ".join(vocabulary for vocabulary, _, _ in named)
    countries = [(_of(c, "code"), _of(c, "percentage")) for c in element.findall("recipient-country")]
    if not countries:
        countries = [
            (code, "") for code in sorted({_of(c, "code") for c in element.findall("transaction/recipient-country")})
        ]
    one.cells["recipient_country"] = "; ".join(f"{code}:{share}" if share else code for code, share in countries)
    regions = [_said(r) or _of(r, "code") for r in element.findall("recipient-region")]
    if regions:
        one.cells["recipient_region"] = "; ".join(regions)[:300]


def _vocabulary(sector: etree._Element) -> str:
    """Return a sector's vocabulary by its number; the standard says that none means purpose codes (1)."""
    said = _of(sector, "vocabulary") or "1"
    return OLD_VOCABULARIES.get(said, said)


def _money(one: Activity, element: etree._Element) -> None:
    """Sum budgets and transactions by kind and currency, exactly; no amount is converted, and kinds stay apart."""
    own = _of(element, "default-currency").upper()
    sums: dict[tuple[str, str], list[Decimal]] = {}
    parts = [(f"budget-{_of(b, 'type') or '1'}", b) for b in element.findall("budget")]
    parts += [(_kind(t), t) for t in element.findall("transaction")]
    for kind, part in parts:
        value = part.find("value")
        text = (value.text or "").strip() if value is not None else ""
        currency = _of(value, "currency").upper() or own
        amount = _amount(text)
        if amount is None:
            one.refuse("value", text, f"is no amount (kind {kind})", "Write digits with a point, as 1200000.50")
        elif len(currency) != 3 or not currency.isascii() or not currency.isalpha():
            one.refuse("currency", currency, "an amount needs its currency", "Write three letters, as USD")
        elif not kind or " " in kind or len(kind) > 20:
            one.refuse("transaction-type", kind, "is no kind of transaction", "Name it by its code")
        else:
            sums.setdefault((kind, currency), []).append(amount)
    one.cells["money"] = "; ".join(f"{k} {c} {sum(many):f} {len(many)}" for (k, c), many in sorted(sums.items()))
    budgets = [(c, sum(many)) for (k, c), many in sums.items() if k.startswith("budget-")]
    if len(budgets) == 1:  # of one kind and currency: with more, which one stands is not for us to guess
        one.cells["currency"], total = budgets[0]
        one.cells["budget"] = f"{total:f}" if total >= 0 else ""


def _kind(transaction: etree._Element) -> str:
    said = _of(transaction.find("transaction-type"), "code")
    return OLD_MONEY.get(said, said)


def _amount(text: str) -> Decimal | None:
    """Return a number as XML Schema's decimal writes it; None when it is none, or longer than any sum of money."""
    if len(text) > 30 or not text.isascii() or any(c.isalpha() or c == "_" for c in text):
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal("1e18") else None
