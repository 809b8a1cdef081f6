"""One report of an event in the form in which it is compared: days as numbers, names in one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from tocsin.catalog.fusion import actor
from tocsin.catalog.geography.scripts import MOST_KEPT, plain, town

SLACK = {"day": 0, "week": 3, "month": 15, "year": 183}
"""Days by which a date may be off, by its precision."""
REACH_KM = {"point": 0.0, "near": 25.0, "admin2": 40.0}
"""How far off coordinates may be, by their precision; coarser ones say nothing of a distance."""
STOP = frozenset(
    ("the", "and", "for", "with", "from", "that", "were", "was", "are", "near", "city", "town", "village", "district")
)
WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Report:
    """A report to compare. ``ref`` is its identity as text; ``voice`` whose it is; days are ordinals."""

    ref: str
    voice: str
    places: frozenset[str]
    start: int
    end: int
    slack: int
    at: tuple[float, float] | None
    reach: float
    town: str
    province: str
    kind: str
    actors: frozenset[str]
    low: int | None
    best: int | None
    high: int | None
    words: frozenset[str]

    @property
    def coarse(self) -> bool:
        """Whether its coordinates are too rough to measure a distance from, or not said."""
        return self.at is None


def ref_of(source_id: str, said_by: str | None, event_id: str) -> str:
    """Return the identity of a report through its releases: 20 hexadecimal figures of source, voice and own number."""
    told = "\x1f".join((source_id, said_by or "", event_id))
    return blake2b(told.encode(), digest_size=10).hexdigest()


def voice_of(source_id: str, said_by: str | None) -> str:
    """Return whose report it is: two rows of one voice are two events, because it lists them as two."""
    return f"{source_id}/{said_by}" if said_by else source_id


def report(row: Mapping[str, Any], places: tuple[str, ...] = ()) -> Report:
    """Return a row of ``EVENTS`` as a report. ``places``: where it lies when the publisher names no place.

    A row of the store brings its ``ref``.
    """
    said = row["place_id"]
    start: date = row["date_start"]
    end: date = row["date_end"] or start
    rough = row["geo_precision"] not in (*REACH_KM, None)
    at = None if row["latitude"] is None or rough else (row["latitude"], row["longitude"])
    where = row["where_text"] or ""
    return Report(
        ref=row.get("ref") or ref_of(row["source_id"], row["said_by"], row["event_id"]),
        voice=voice_of(row["source_id"], row["said_by"]),
        places=frozenset((said,) if said else places),
        start=start.toordinal(),
        end=max(start, end).toordinal(),
        slack=SLACK[row["date_precision"] or "day"],
        at=at,
        reach=REACH_KM.get(row["geo_precision"] or "near", 0.0),
        town=town(said or "", _head(where)),
        province=_province(row["admin1"] or ""),
        kind=row["kind"] or "",
        actors=frozenset(actor(a) for a in (row["actor_a"], row["actor_b"]) if a),
        low=row["deaths_low"],
        best=row["deaths_best"],
        high=row["deaths_high"],
        words=frozenset(w for w in WORD.findall(plain(f"{row['title'] or ''} {where}")) if w not in STOP),
    )


@lru_cache(maxsize=MOST_KEPT)
def _head(where: str) -> str:
    """Return the name in ``Tasil town``, ``Al-Rai town (Choban Bey)``: what stands before the word for what it is."""
    name = re.split("[(,]", where, maxsplit=1)[0].strip()
    for tail in (" town", " village", " city", " district", " area", " neighborhood", " neighbourhood"):
        name = name.removesuffix(tail)
    return name


@lru_cache(maxsize=MOST_KEPT)
def _province(admin1: str) -> str:
    """Return a province, plain, without the word for it, which publishers write or leave out."""
    lowered = admin1.casefold()
    for word in (" province", " governorate", " state", " oblast", " region", " department", " division", " county"):
        lowered = lowered.removesuffix(word)
    return plain(lowered)
