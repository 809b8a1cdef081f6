"""The values tripwires read and the firings they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tocsin.core.errors import TocsinError


class Unable(TocsinError):
    """A tripwire that cannot be evaluated: itself a warning, one per cause and run, never one per place."""


@dataclass(frozen=True, slots=True)
class Point:
    """A forecast for one place from one base year. ``p`` None: no forecast could be made."""

    place_id: str
    base_year: int
    p: float | None
    state: str
    """State of the place at the base year: under way, none known or not assessed."""
    previous: float | None = None
    """The last forecast before this one."""
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Months:
    """Deaths by place and month number (``core.months``). A month that is not in the mapping is not known.

    ``known`` answers for the whole world: months that were counted at all. A gap is never zero.
    """

    deaths: Mapping[str, Mapping[int, int]]
    known: frozenset[int]
    provisional: frozenset[int] = frozenset()
    release: Mapping[int, str] = field(default_factory=dict)

    @property
    def newest(self) -> int | None:
        """The newest month counted; None when there is none."""
        return max(self.known, default=None)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a source was last heard from, and how often it should be."""

    source_id: str
    title: str
    loaded: bool
    """Whether somebody here has ever loaded it: the bundled snapshot is not a feed."""
    last_good: date | None
    cadence_days: int | float | None
    grace_days: int | float | None


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with the row it comes from, so that the chain can be followed back to the publisher."""

    text: str
    value: float | int | str | None
    source_id: str
    row: str
    vintage: str


@dataclass(frozen=True, slots=True)
class Firing:
    """A tripwire that fired on one place or one source."""

    tripwire_id: str
    version: int
    kind: str
    level: str
    place_id: str | None
    source_id: str | None
    period: str
    value: float
    threshold: float
    state: str | None
    summary: str
    question: str
    because: tuple[Because, ...]

    @property
    def warning_id(self) -> str:
        """One firing a tripwire, version, place and data period: the same figures never warn twice."""
        return f"{self.tripwire_id}.v{self.version}.{self.place_id or self.source_id}.{self.period}"

    @property
    def over(self) -> float:
        """How far over the threshold, as a factor: what firings of one tripwire are ranked by."""
        return self.value / self.threshold
