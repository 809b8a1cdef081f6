"""What another directive would change, shown before it takes effect: open items, posts and their duties, clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.clock import iso
from tocsin.response.docket.adoption.duties import duties
from tocsin.response.docket.models import Item
from tocsin.response.register.models import Holding


@dataclass
class Effects:
    """The effects of one directive on this home. ``orphans`` are posts whose duties nobody would have."""

    before: str
    after: str
    items: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the effects as plain values."""
        return asdict(self)


def effects(new: Directive, successors: Mapping[str, str] | None = None) -> Effects:
    """Return what changes when a directive takes the place of the one in force; nothing is changed by asking."""
    old, heirs = directive.current(), dict(successors or {})
    told = Effects(before=old.version, after=new.version)
    for item in Item.objects.exclude(state=Item.State.CLOSED).order_by("id"):
        told.items.append(
            {
                "item": item.pk,
                "question": item.question,
                "level": item.level,
                "state": item.state,
                "tier": item.tier,
                "owner": item.owner_post,
                "runs_on_under": item.directive_version,
                "decision_due": iso(item.decision_due),
            }
        )
    kept, owed = {p.id for p in new.posts}, duties()
    titles = {p.id: p.title for p in old.posts}
    held: dict[str, list[str]] = {}
    for holding in Holding.objects.filter(until=None).select_related("person").order_by("id"):
        held.setdefault(holding.post, []).append(holding.person.get_username())
    for post in sorted({*titles, *owed, *held} - kept, key=lambda p: ([*titles, p].index(p), p)):
        heir = heirs.get(post)
        told.gone.append(
            {
                "post": post,
                "title": titles.get(post, post),
                "held_by": held.get(post, []),
                "duties": owed.get(post, []),
                "successor": heir,
            }
        )
        if owed.get(post) and heir not in kept:
            told.orphans.append(post)
    told.new = [
        {"post": p.id, "title": p.title, "tier": p.tier, "held_by": held.get(p.id, [])}
        for p in new.posts
        if p.id not in titles
    ]
    told.clocks = _clocks(old, new)
    return told


def _clocks(old: Directive, new: Directive) -> list[dict[str, Any]]:
    """Return every clock, entry and ceiling that differs, with its number before and after (None: there is none)."""
    before, after = _numbers(old), _numbers(new)
    return [
        {"what": what, "before": before.get(what), "after": after.get(what)}
        for what in dict.fromkeys([*before, *after])
        if before.get(what) != after.get(what)
    ]


def _numbers(rules: Directive) -> dict[str, int]:
    """Return the numbers of a directive that a clock runs by, each with its name."""
    found = {f"tier {t.tier}, hours to answer": t.hours for t in rules.tiers}
    for rule in rules.levels:
        found |= {
            f"{rule.level}, enters at tier": rule.entry,
            f"{rule.level}, ceiling": rule.ceiling,
            f"{rule.level}, hours to a decision": rule.decision_hours,
            f"{rule.level}, longest deferral in days": rule.defer_cap_days,
        }
        found |= {f"{rule.level}, hours at tier {tier}": hours for tier, hours in sorted(rule.hours.items())}
    return found | {
        "deferrals before the tier above": rules.decisions.deferrals_before_tier_above,
        "review at the latest, days": rules.decisions.review_cap_days,
        "outcome asked after, days": rules.decisions.outcome_after_days,
        "report receipt, hours": rules.reports.receipt_hours,
        "report read, hours": rules.reports.read_hours,
        "surge at most, days": rules.surge.cap_days,
        "share kept for prevention, percent": rules.upstream.floor_pct,
    }
