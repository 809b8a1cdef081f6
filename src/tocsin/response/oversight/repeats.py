"""The same reasons again: decisions whose words are nearly those of an earlier one.

The rule, declared: words are compared without case, numbers and the names of what is cited; two texts repeat one
another when at least four fifths of their runs of three words are the same in both (Jaccard), or, under five words,
when all are. A repeat is no fault by itself: it is shown so that somebody asks whether anything was looked at anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tocsin.response.oversight.story import Act, Story

ENOUGH = 0.8
SHORT = 5
RULE = "at least 80% of runs of three words in common, without case, numbers and citations"


@dataclass
class Repeat:
    """Decisions that gave nearly the same reasons, oldest first: (item, entry) of each."""

    reasons: str
    entries: list[tuple[int, int]] = field(default_factory=list)
    items: set[int] = field(default_factory=set)


def repeats(told: Iterable[Story]) -> list[Repeat]:
    """Return the groups of decisions that repeat one another, the largest first.

    Each is compared with the first of every group that shares a run of words with it, in the order of the record.
    """
    groups = Groups()
    for act, story in sorted(((a, s) for s in told for a in s.decided), key=lambda pair: pair[0].seq):
        groups.add(act, story)
    return groups.repeated()


class Groups:
    """Groups of reasons, taken in one decision after another in the order of the record."""

    def __init__(self) -> None:
        self._groups: list[tuple[frozenset[tuple[str, ...]], Repeat]] = []
        self._found_at: dict[tuple[str, ...], list[int]] = {}

    def add(self, act: Act, story: Story) -> None:
        """Put a decision with the first group it repeats, or begin one with it."""
        runs = _runs(str(act.body.get("reasons") or ""))
        if not runs:
            return
        near = next((n for n in _candidates(runs, self._found_at) if _alike(runs, self._groups[n][0])), None)
        if near is None:
            near = len(self._groups)
            self._groups.append((runs, Repeat(reasons=str(act.body["reasons"]))))
            for run in runs:
                self._found_at.setdefault(run, []).append(near)
        group = self._groups[near][1]
        group.entries.append((story.item, act.seq))
        group.items.add(story.item)

    def repeated(self) -> list[Repeat]:
        """Return the groups of more than one decision, the largest first."""
        many = (g for _, g in self._groups if len(g.entries) > 1)
        return sorted(many, key=lambda g: (-len(g.entries), g.entries[0]))


def _candidates(runs: frozenset[tuple[str, ...]], found_at: dict[tuple[str, ...], list[int]]) -> list[int]:
    return sorted({number for run in runs for number in found_at.get(run, [])})


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    return len(one & other) >= ENOUGH * len(one | other)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = [w for w in re.findall(r"\w+", text.casefold()) if not any(c.isdigit() for c in w)]
    if len(words) < SHORT:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(tuple(words[i : i + 3]) for i in range(len(words) - 2))
