"""Against the failure of imagination (M48): before an escalated item is decided, a premortem and an unusual option.

It holds nobody up. What is missing is said before signing and kept with the decision, with the reason if one is given;
only where the directive asks for it (``packages.premortem``) are declining and deferring refused, never acting: doing
nothing must not be easier than imagining what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from tocsin.core.clock import iso
from tocsin.options import NOTHING, Answer
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages.models import Line
from tocsin.response.register.techniques import ideas
from tocsin.response.register.techniques import show as techniques
from tocsin.response.register.techniques.keep import standing_keys
from tocsin.response.register.techniques.models import Technique

PREMORTEM = "premortem"
RANKED = 24
"""How far down the ranked options combinations are looked for."""


@dataclass(frozen=True)
class Imagined:
    """What there is before a decision: premortems that are open, unusual options in words, and what is missing."""

    premortems: list[Technique]
    unusual: list[str]
    missing: list[str] = field(default_factory=list)

    def plain(self, item: Item) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "item": item.pk,
            "escalated": escalated(item),
            "premortems": [one.number for one in self.premortems],
            "unusual": self.unusual,
            "missing": self.missing,
        }


def escalated(item: Item) -> bool:
    """Tell whether an item is escalated: about a place, and above watch or above the first tier."""
    return bool(item.place_id) and (item.level != "watch" or item.tier > 1)


def of_item(item: Item) -> Imagined:
    """Return what was imagined for an item, and what was not."""
    if not item.place_id:
        return Imagined([], [])
    all_of_it = [one for one in techniques.of_item(item.pk) if one.kind == PREMORTEM]
    ready = [one for one in all_of_it if not one.still_blind and standing_keys(one, "reason")]
    odd = unusual(item)
    missing = [] if ready else [_no_premortem(all_of_it)]
    if not odd:
        missing.append("no option out of the usual")
    return Imagined(ready, odd, missing)


def unusual(item: Item) -> list[str]:
    """Return the options out of the usual that were put forward for an item.

    They are the ideas recorded for it that were not rejected, and the lines of its last package that are an idea of
    their own or an option that stands in no package of another item.
    """
    kept = [f"idea {row['id']}: {row['title']}" for row in ideas.search(item=item.pk) if row["state"] != "rejected"]
    return [*kept, *unusual_lines(item)]


def unusual_lines(item: Item) -> list[str]:
    """Return the lines of an item's last package that are out of the usual, in words."""
    last = item.packages.prefetch_related("lines").order_by("version").last()
    if last is None:
        return []
    usual = set(Line.objects.exclude(package__item=item).values_list("option_id", flat=True))
    return [
        f"package {last.version}, line {row.position}: {row.option_id or 'an idea of its own'}"
        for row in last.lines.all()
        if not row.option_id or row.option_id not in usual
    ]


def untried(answer: Answer) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return pairs of options of different instruments that no package and no idea here holds together."""
    ranked = [(o.id, o.instrument) for o in answer.options if o.id != NOTHING][:RANKED]
    names = {o.id: o.name for o in answer.options}
    together = ideas.pairs()
    by_package: dict[int, set[str]] = {}
    for package, option in Line.objects.exclude(option_id="").values_list("package_id", "option_id"):
        by_package.setdefault(package, set()).add(option)
    together |= {frozenset(two) for held in by_package.values() for two in combinations(sorted(held), 2)}
    pairs = ideas.untried(ranked, together)
    return [({"id": a, "name": names[a]}, {"id": b, "name": names[b]}) for a, b in pairs]


def _no_premortem(begun: list[Technique]) -> str:
    blind = [one for one in begun if one.still_blind]
    if blind:
        return f"no premortem: number {blind[-1].number} is still blind, until {iso(blind[-1].closes_at)}"
    if begun:
        return f"no premortem: nobody gave a reason in number {begun[-1].number}"
    return "no premortem"
