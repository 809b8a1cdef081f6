"""What a load's record says of what became of its events."""

from __future__ import annotations

from tocsin.evidence.events.take import Taken
from tocsin.evidence.sources.issues import Issue


def found(taken: Taken, release: str) -> list[Issue]:
    """Return the findings: events revised, no longer told, or too many in one neighbourhood to be compared."""
    issues = []
    if taken.revised:
        said = f"{taken.revised:,} events that stood here say something else now; what they said before stays readable"
        if taken.fewer_dead:
            said += f"; {taken.fewer_dead:,} of them say fewer dead, or no number any more"
        issues.append(Issue("revised", said, weight="warn" if taken.fewer_dead else "note"))
    if taken.dropped:
        said = f"{taken.dropped:,} events that stood here are no longer in {release}, which covers their month"
        said += f"; {taken.dropped_dead:,} dead were told of them" if taken.dropped_dead else ""
        said += ". They stay listed and say so: a withdrawal is no zero"
        issues.append(Issue("dropped", said, weight="warn" if taken.dropped_dead else "note"))
    if taken.crowded:
        said = f"{taken.crowded:,} reports are listed and not compared: too many of this source in one neighbourhood"
        issues.append(Issue("crowded", said, weight="warn"))
    return issues
