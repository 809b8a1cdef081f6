"""A span of the record as a report needs it: its entries, and the questions as they stood at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tocsin.response.oversight.entries import Entry, Record
from tocsin.response.oversight.story import Act, Story, act_of, stories


@dataclass(frozen=True)
class Period:
    """From the first moment to the last, both in it."""

    record: Record
    first: datetime
    last: datetime

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries of the period."""
        return [e for e in self.record.entries if self.first <= e.time <= self.last]

    @cached_property
    def until(self) -> list[Entry]:
        """Every entry up to the end of the period: what was opened before it may be answered in it."""
        return [e for e in self.record.entries if e.time <= self.last]

    @cached_property
    def told(self) -> list[Story]:
        """Every question that was opened before the end, as it stood then."""
        return list(stories(self.until).values())

    @cached_property
    def opened(self) -> list[Story]:
        """The questions opened in the period."""
        return [s for s in self.told if s.opened.at >= self.first]

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many entries of each kind."""
        return Counter(e.kind for e in self.entries)

    def acts(self, *kinds: str) -> list[Act]:
        """Return the acts of some kinds in the period."""
        return [act_of(e) for e in self.entries if e.kind in kinds]

    def within(self, acts: list[Act]) -> list[Act]:
        """Return those of some acts that fell in the period."""
        return [a for a in acts if self.first <= a.at <= self.last]
