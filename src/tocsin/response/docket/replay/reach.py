"""Who could know of an item on its day: what its marking allows, and which of those hold a post on the chain.

``public`` is everybody's from its day. ``internal`` and ``restricted`` are its source's and its addressee's. ``secret``
and ``hidden`` are its source's alone and never enter the chain. Whatever is public only later, or marked in a way that
is not known, is treated as the strictest word in its marking. Tocsin is taken to stand at whoever an item was sent to,
except the actors that ``catalog/replays`` puts outside the chain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.catalog.replays import actors
from tocsin.response.docket.replay.items import NOBODY, Dated

ONE_ADDRESSEE = ("internal", "restricted")
SOURCE_ALONE = ("secret", "hidden")
LATER = re.compile(r"\b(later|then)\b", re.IGNORECASE)
WITHIN = "internal"
"""An addressee that stands for the source's own house."""


@dataclass(frozen=True)
class Reach:
    """Whether an item reached the chain on its day; by whom, or why not. ``offices`` are empty for what is public."""

    reached: bool
    offices: tuple[str, ...]
    why: str


def reach(item: Dated) -> Reach:
    """Return whether an item reached anybody on the chain on its day."""
    marking = item.visibility.strip().casefold()
    if marking == "public":
        return Reach(True, (), "public from its day")
    if any(word in marking for word in SOURCE_ALONE):
        return Reach(False, (), "known to its source alone")
    later = bool(LATER.search(marking))
    if not later and not any(word in marking for word in ONE_ADDRESSEE):
        return Reach(False, (), f"marked {item.visibility!r}, which is no marking: taken for the strictest")
    got = offices(item)
    if got:
        return Reach(True, got, "sent to an office of the chain")
    return Reach(False, (), "not public on its day, and sent to nobody on the chain")


def offices(item: Dated) -> tuple[str, ...]:
    """Return the addressees of an item that stand on the chain, each as the file names it."""
    known, named = actors(), item.addressee.strip()
    if named in NOBODY or named.casefold() == "public":
        return ()
    if named.casefold() == WITHIN:
        named = item.source
    if named in NOBODY or known.outside_the_chain(named):
        return ()
    return tuple(part for part in _parts(named) if not known.outside_the_chain(part))


def standing_at(items: Iterable[Dated]) -> dict[int, list[str]]:
    """Return the actors of a chain by the tier they are declared to stand for; those undeclared are left out."""
    known, found = actors(), {}
    for item in items:
        for part in _parts(item.addressee):
            tier = known.tier_of(part)
            if tier is not None and not known.outside_the_chain(part):
                found.setdefault(tier, {})[part] = None
    return {tier: list(names) for tier, names in sorted(found.items())}


def _parts(addressee: str) -> list[str]:
    """Return the actors of a field that names several."""
    parts = re.split(r";\s*(?:then\s+)?|,\s+then\s+", addressee)
    return [part.strip() for part in parts if part.strip() and part.strip() not in NOBODY]
