"""Are warnings about allies carried as far as warnings about rivals? Counts and shares, by place and by alignment.

A question counts once; it was carried far when it came to stand at tier 4 or above. The groups are facts of membership
(``catalog/oversight/alignment.yml``), from memory and marked so. Small groups have wide intervals: read those first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from tocsin.catalog import oversight as known
from tocsin.response.oversight.story import Story
from tocsin.tripwires.intervals import share

FAR = 4


def by_place(told: Iterable[Story]) -> list[dict[str, Any]]:
    """Return a row for each place with a question, most questions first."""
    places: dict[str, list[Story]] = {}
    for story in told:
        if story.place_id:
            places.setdefault(story.place_id, []).append(story)
    rows = [{"place_id": place, **_counted(mine)} for place, mine in places.items()]
    return sorted(rows, key=lambda row: (-row["items"], row["place_id"]))


def by_alignment(told: Iterable[Story], host: str = "") -> list[dict[str, Any]]:
    """Return a row for each declared group and one for every place in none of them; the host's when it is named."""
    stories = [story for story in told if story.place_id]
    listed = known.alignment()
    groups: list[tuple[str, str, str, Collection[str]]] = [(m.id, m.title, m.basis, m.places) for m in listed.measures]
    if host:
        groups.append(("host", "The state that hosts this installation", "named by the operator", {host}))
    every = frozenset[str]().union(*(places for *_, places in groups))
    rows = [
        {"id": name, "title": title, "basis": basis, **_counted([s for s in stories if s.place_id in places])}
        for name, title, basis, places in groups
    ]
    rest = [s for s in stories if s.place_id not in every]
    return [*rows, {"id": "none", "title": "Places in none of these", "basis": "the rest", **_counted(rest)}]


def _counted(mine: list[Story]) -> dict[str, Any]:
    far = sum((story.tier or 0) >= FAR for story in mine)
    levels = Counter(story.level for story in mine)
    low, high = share(far, len(mine)) if mine else (0.0, 1.0)
    return {
        "warnings": sum(len(story.warnings) for story in mine),
        "items": len(mine),
        "far": far,
        "share_interval": [round(low, 3), round(high, 3)] if mine else None,
        "emergencies": levels["emergency"],
    }
