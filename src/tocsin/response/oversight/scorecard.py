"""The scorecard: how quickly, how often not, with what outcome, for which reasons, and whether for all alike.

Folded from the ledger. ``open_to_all`` keeps to what an open page may say: counts of everything, rows only of questions
that are closed, and no reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tocsin.core.clock import iso
from tocsin.response.oversight import escalation, latency
from tocsin.response.oversight.blocked import by_month
from tocsin.response.oversight.entries import Entry, Record, fields_of
from tocsin.response.oversight.passed_on import passed_on
from tocsin.response.oversight.repeats import RULE, Groups, Repeat
from tocsin.response.oversight.story import Story, go_on

CAME = ("onset", "no_onset", "no_onset_acted")
APART = ("assessment.answered", "option.blocked")
DECIDED = ("act", "decline", "defer", "no decision")


class Fold:
    """What the scorecard needs of a record, folded entry by entry: a further entry costs itself and no other."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.told: dict[int, Story] = {}
        self.reasons = Groups()
        self.apart: list[Entry] = []
        """Entries that are read again each time: of assessments, reports and barriers."""
        self.entries = 0
        self.withheld = 0
        self.masked: Counter[str] = Counter()

    def take(self, entry: Entry) -> None:
        """Fold one more entry, the next of the record."""
        self.entries += 1
        self.withheld += entry.body is None
        self.masked.update(fields_of(entry))
        if entry.kind in APART or entry.kind.startswith("report."):
            self.apart.append(entry)
        found = go_on(self.told, entry)
        if found is not None and entry.kind == "item.decided":
            self.reasons.add(found[1], found[0])


def scorecard(record: Record, now: datetime, *, host: str = "", open_to_all: bool = False) -> dict[str, Any]:
    """Return the scorecard of a record as of a moment. ``host`` is the place that hosts the installation, if named."""
    fold = Fold()
    for entry in record.entries:
        fold.take(entry)
    return card(fold, now, source=record.source, host=host, open_to_all=open_to_all)


def card(fold: Fold, now: datetime, *, source: str, host: str = "", open_to_all: bool = False) -> dict[str, Any]:
    """Return the scorecard of what was folded, as of a moment."""
    told = list(fold.told.values())
    rows = [story for story in told if story.closed] if open_to_all else told
    same = fold.reasons.repeated()
    closed = {story.item for story in rows}
    shown = [group for group in same if not open_to_all or group.items <= closed]
    return {
        "as_of": iso(now),
        "source": source,
        "entries": fold.entries,
        "withheld_bodies": fold.withheld,
        "masked_fields": dict(sorted(fold.masked.items())),
        "items": len(told),
        "items_not_closed": sum(story.closed is None for story in told),
        "latency": latency.by_step(told, latency.assessments(fold.apart), now),
        "posts": latency.by_post(told),
        "offices": latency.by_office(told),
        "lapses": dict(Counter(str(la.body.get("clock", "withheld")) for s in told for la in s.lapses)),
        "reports": passed_on(fold.apart, open_to_all=open_to_all),
        "barriers": by_month(fold.apart),
        "outcomes": outcomes(rows),
        "repeats": [_repeat(group, reasons=not open_to_all) for group in shown],
        "repeats_not_shown": len(same) - len(shown),
        "repeats_rule": RULE,
        "escalation": {
            "far_is_tier": escalation.FAR,
            "of": "closed questions" if open_to_all else "all questions",
            "as_of": escalation.known.alignment().as_of,
            "host": host or None,
            "places": escalation.by_place(rows),
            "groups": escalation.by_alignment(rows, host),
        },
    }


def outcomes(told: Iterable[Story]) -> dict[str, Any]:
    """Return decisions against outcomes: for each kind of decision how often what came, and how often nobody recorded.

    An outcome that was corrected counts as its last record has it; one that is there and not to be seen is withheld.
    """
    table = {kind: dict.fromkeys((*CAME, "not_recorded", "withheld"), 0) for kind in DECIDED}
    for story in told:
        kind = str(story.decision.body.get("kind") or "withheld") if story.decision else "no decision"
        came = str(story.outcomes[-1].body.get("came") or "withheld") if story.outcomes else "not_recorded"
        row = table.setdefault(kind, dict.fromkeys((*CAME, "not_recorded", "withheld"), 0))
        row[came] = row.get(came, 0) + 1
    return {
        "rows": [{"decision": kind, **counts, "total": sum(counts.values())} for kind, counts in table.items()],
        "not_recorded": sum(counts["not_recorded"] for counts in table.values()),
    }


def _repeat(group: Repeat, *, reasons: bool) -> dict[str, Any]:
    told = {
        "times": len(group.entries),
        "items": sorted(group.items),
        "entries": [{"item": item, "ledger_seq": seq} for item, seq in group.entries],
    }
    return {**told, "reasons": group.reasons[:400]} if reasons else told
