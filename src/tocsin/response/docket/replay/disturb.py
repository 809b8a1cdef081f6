"""What a chain is tried with before a pass is believed: noise, a lost source, wrong codes, missing codes.

Everything is drawn from one seed: the same disturbance of the same items is the same, byte for byte.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse
from tocsin.core.places import fold
from tocsin.response.docket.replay.items import Codes, Dated, Timeline


@dataclass(frozen=True)
class Disturbance:
    """What is done to a chain: noise items, sources taken out, per cent of factor codes changed or taken out."""

    noise: int = 0
    drop: tuple[str, ...] = ()
    relabel: int = 0
    blank: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return plain values."""
        return {"noise": self.noise, "drop": list(self.drop), "relabel_pct": self.relabel, "blank_pct": self.blank}


def disturbed(items: Sequence[Dated], timeline: Timeline, how: Disturbance, seed: int) -> list[Dated]:
    """Return the items of a chain as disturbed, in the order of days. Raises Misuse for a source that is not there.

    Codes are spoiled before noise is mixed in: the chain's are the ones in question.
    """
    own = [item for item in items if item.timeline == timeline.id]
    own = dropped(own, how.drop)
    if how.relabel or how.blank:
        own = spoiled(own, how.relabel, how.blank, random.Random(f"{seed}/codes/{timeline.id}"))  # noqa: S311
    others = [item for item in items if item.timeline != timeline.id]
    more = noise(own, others, how.noise, random.Random(f"{seed}/noise/{timeline.id}")) if how.noise else []  # noqa: S311
    return sorted([*own, *more], key=lambda item: item.day)


def dropped(own: Sequence[Dated], sources: Sequence[str]) -> list[Dated]:
    """Return the items without those of some sources. Raises Misuse, naming the sources there are."""
    there = {fold(item.source): item.source for item in own}
    for source in sources:
        if fold(source) not in there:
            raise Misuse(f"No item comes from {source!r}", todo=f"Its sources are {'; '.join(sorted(there.values()))}")
    gone = {fold(source) for source in sources}
    return [item for item in own if fold(item.source) not in gone]


def noise(own: Sequence[Dated], others: Sequence[Dated], number: int, draw: random.Random) -> list[Dated]:
    """Return real items of other chains, each moved to another place and to a day of this chain's window.

    Places are drawn evenly from all states but the chain's own, days evenly from its first item to its last. Codes,
    sources, markings stay as they are. Raises Misuse when there is no other chain to draw from.
    """
    if not others:
        raise Misuse("There is no other timeline to draw noise from", todo="Give a file with several timelines")
    first, last = own[0].day, max(item.day for item in own)
    known = places()
    free = [p for p in sorted(known.by_id) if p != own[0].place_id and not known.by_id[p].valid_to]
    return [
        replace(
            draw.choice(others),
            item_id=f"noise-{n:05d}",
            place_id=draw.choice(free),
            day=first + timedelta(days=draw.randint(0, (last - first).days)),
            noise=True,
        )
        for n in range(number)
    ]


def spoiled(own: Sequence[Dated], relabel: int, blank: int, draw: random.Random) -> list[Dated]:
    """Return the items with so many per cent of their factor codes changed for another, or taken out."""
    every = list(library().framework.factors)

    def one(code: str) -> str | None:
        if draw.random() * 100 < blank:
            return None
        return draw.choice([other for other in every if other != code]) if draw.random() * 100 < relabel else code

    def reading(codes: Codes) -> Codes:
        kept = (one(code) for code in sorted(codes.factors))
        return replace(codes, factors=frozenset(code for code in kept if code is not None))

    return [replace(item, codes=tuple(reading(codes) for codes in item.codes)) for item in own]
