"""Chains of dated items, as CSV files give them: read whole, checked row by row, never guessed at."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse
from tocsin.core.places import fold

NEEDED = ("timeline", "item_id", "date", "source_actor", "addressee", "visibility")
CODED = ("kind", "risk_factors", "severity")
NOBODY = ("", "-")
UNNAMED = "ZZZ"
"""Stands for a place when the title names none that the list of places has. ISO 3166 keeps it free for such use."""


@dataclass(frozen=True)
class Codes:
    """What one reader assigned: a kind, risk factors, and a severity (0–3; None: not graded)."""

    kind: str
    factors: frozenset[str]
    severity: int | None


@dataclass(frozen=True)
class Dated:
    """One item of a chain. ``content`` and ``fate`` are for people; no rule is handed them."""

    timeline: str
    item_id: str
    day: date
    source: str
    addressee: str
    channel: str
    content: str
    codes: tuple[Codes, ...]
    visibility: str
    fate: str
    place_id: str
    noise: bool = False


@dataclass(frozen=True)
class Timeline:
    """A chain: its place, whether an onset followed and when, and what whoever compiled it asks of it."""

    id: str
    title: str
    place_id: str
    negative: bool
    onset: date | None
    latest_top: date | None
    should_have_received: tuple[str, ...]
    question: str


def read_timelines(path: Path) -> dict[str, Timeline]:
    """Return the chains of a file by id. Raises Misuse with the line when something in it cannot be read."""
    found = {}
    for line, row in _rows(path, ("timeline", "title", "onset_date")):
        ident = row["timeline"].strip()
        found[ident] = Timeline(
            id=ident,
            title=row["title"].strip(),
            place_id=place_in(row["title"]),
            negative=(row.get("control_type") or "").strip().lower().startswith("negative"),
            onset=_day(path, line, row["onset_date"]),
            latest_top=_day(path, line, row.get("latest_defensible_top_tier_trigger") or ""),
            should_have_received=tuple(
                part.strip() for part in (row.get("who_should_have_received") or "").split(";") if part.strip()
            ),
            question=(row.get("test_question") or "").strip(),
        )
    return found


def read_items(path: Path, timelines: dict[str, Timeline]) -> list[Dated]:
    """Return every item of a file in the order of days, those of one day in the order of the file.

    Raises Misuse, with the line, for a date, a severity or a factor that cannot be read, for a chain that the other
    file does not have, and for an item named twice.
    """
    found: list[Dated] = []
    seen: set[str] = set()
    for line, row in _rows(path, NEEDED):
        ident, chain = row["item_id"].strip(), row["timeline"].strip()
        if chain not in timelines:
            raise Misuse(f"{chain!r} is no timeline", where=f"{path}, line {line}", todo="Give it in --timelines")
        if ident in seen:
            raise Misuse(f"There are two items {ident!r}", where=f"{path}, line {line}", todo="Give each its own id")
        seen.add(ident)
        day = _day(path, line, row["date"])
        if day is None:
            raise Misuse("An item has no date", where=f"{path}, line {line}", todo="Write it as 1994-01-11")
        found.append(
            Dated(
                timeline=chain,
                item_id=ident,
                day=day,
                source=row["source_actor"].strip(),
                addressee=row["addressee"].strip(),
                channel=(row.get("channel") or "").strip(),
                content=(row.get("content") or "").strip(),
                codes=_codes(path, line, row),
                visibility=row["visibility"].strip(),
                fate=(row.get("what_happened_to_it") or "").strip(),
                place_id=timelines[chain].place_id,
            )
        )
    return sorted(found, key=lambda item: item.day)


def place_in(title: str) -> str:
    """Return the one place that a title names; ``ZZZ`` when it names none, or more than one."""
    known, words = places(), re.findall(r"[\w'’-]+", title)
    found = {
        place
        for size in range(4, 0, -1)
        for start in range(len(words) - size + 1)
        if (place := known.find(" ".join(words[start : start + size]))) is not None
        and not (size == 1 and len(words[start]) <= 3)  # letters of a code in a title are a word, not a code
    }
    return found.pop() if len(found) == 1 else UNNAMED


def source_key(name: str, item_id: str) -> str:
    """Return what tells one source from another: its name, folded; an item without one stands for itself."""
    return fold(name) if name not in NOBODY else f"nobody:{item_id}"


def _codes(path: Path, line: int, row: dict[str, str]) -> tuple[Codes, ...]:
    """Return the codes of each reader who coded the row: one, or two."""
    known, read = library().framework.factors, []
    for reader in ("1", "2"):
        kind, factors, severity = ((row.get(f"{name}_{reader}") or "").strip() for name in CODED)
        if not (kind or factors or severity):
            continue
        named = [code.strip() for code in factors.split(";") if code.strip()]
        unknown = [code for code in named if code not in known]
        if unknown:
            raise Misuse(f"{unknown[0]!r} is no risk factor", where=f"{path}, line {line}", todo="Write RF1 to RF14")
        if severity and severity not in {"0", "1", "2", "3"}:
            raise Misuse(f"{severity!r} is no severity", where=f"{path}, line {line}", todo="Write 0, 1, 2 or 3")
        read.append(Codes(kind, frozenset(named), int(severity) if severity else None))
    return tuple(read)


def _day(path: Path, line: int, text: str) -> date | None:
    """Return a date; None for an empty field or one that says there is none."""
    text = text.strip()
    if text.lower() in {"", "-", "none", "n/a", "na"}:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Misuse(f"{text!r} is not a date", where=f"{path}, line {line}", todo="Write it as 1994-01-11") from None


def _rows(path: Path, needed: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file, each with its line. Raises Misuse when it is no such file or lacks a column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}", todo="Name a file") from None
    except UnicodeDecodeError:
        raise Misuse(f"{path} is not UTF-8 text", todo="Save it as CSV in UTF-8") from None
    try:
        reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
        missing = [name for name in needed if name not in (reader.fieldnames or [])]
        if missing:
            raise Misuse(f"{path} has no column {missing[0]}", todo=f"It needs {', '.join(needed)}")
        return [(reader.line_num, {k: v or "" for k, v in row.items() if k is not None}) for row in reader]
    except csv.Error as error:
        raise Misuse(f"{path} is not CSV: {error}", where=f"line {reader.line_num}") from None
