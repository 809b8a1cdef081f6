"""Broken promises: a sealed tripwire that no longer does what it was armed for is itself a warning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire
from tocsin.tripwires.series import Because, Firing


def evaluate(tripwire: Tripwire, judged: Iterable[Mapping[str, Any]]) -> list[Firing]:
    """Return a firing for each cause for which a promise is broken; one a seal and cause, so that none repeats.

    ``judged`` are the results of ``judge.judge``.
    """
    firings = []
    for told in judged:
        of, since = str(told["tripwire_id"]), str(told["judged_from"])
        for broken in told["broken"]:
            name = told["title"]
            summary = f"The tripwire “{name}” broke its promise of {told['sealed_at']:%Y-%m-%d}: {broken['words']}."
            row = f"tripwire.armed: {told['seal_sha256']}"
            firings.append(
                Firing(
                    tripwire_id=tripwire.id,
                    version=tripwire.version,
                    kind=tripwire.kind,
                    level=tripwire.level,
                    place_id=None,
                    source_id=of,
                    period=f"{since}.{broken['cause']}",
                    value=broken["value"],
                    threshold=broken["limit"] or 1.0,
                    state=None,
                    summary=summary,
                    question=tripwire.question.format(source=name),
                    because=(Because(summary, broken["value"], of, row, since),),
                )
            )
    return firings
