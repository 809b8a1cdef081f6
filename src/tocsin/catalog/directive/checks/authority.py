"""The authority behind each step: named, there, and not lapsed without anybody noticing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places


def _cited(rules: Directive) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield each authority that a step cites: its id, the step in words, the place."""
    for i, tier in enumerate(rules.tiers):
        for j, one in enumerate(tier.authority):
            yield one, f"tier {tier.tier}", ("tiers", i, "authority", j)
    for act, ids in rules.acts.items():
        for j, one in enumerate(ids):
            yield one, f"the act {act}", ("acts", act, j)


def named(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that an authority that a step cites is described."""
    known = {a.id for a in rules.authorities}
    for one, step, place in _cited(rules):
        if one not in known:
            yield at.fault(
                f"{step} rests on the authority {one!r}, which does not exist",
                "Describe it under authorities, or take it out", *place,
            )  # fmt: skip


def behind_every_rung(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a rung says by whose leave it acts."""
    for i, tier in enumerate(rules.tiers):
        if not tier.authority:
            yield at.fault(
                f"tier {tier.tier} names no authority",
                "Name what permits or obliges it, if only your own order (basis: own)", "tiers", i, "authority",
            )  # fmt: skip


def lapsed(rules: Directive, at: Places, on: date | None = None) -> Iterator[Fault]:
    """Warn of an authority whose last day has passed: the step may still be right, but not by it.

    ``on`` is the day of asking; without one nothing is said, for then it cannot be known.
    """
    cited = {one for one, _, _ in _cited(rules)}
    for i, one in enumerate(rules.authorities):
        if on is not None and one.lapsed(on):
            cites = " and a step rests on it" if one.id in cited else ""
            yield at.fault(
                f"the authority {one.id} was in force until {one.in_force_until}{cites}",
                "Find out whether it was renewed, or name another",
                "authorities", i, "in_force_until", warning=True,
            )  # fmt: skip
