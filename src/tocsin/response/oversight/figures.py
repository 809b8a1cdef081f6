"""Was the warning answered, and when: figures for anybody, without an account.

Country level and after the fact: a question that is undecided, or decided and still being carried out, appears in
counts alone. A row of its own comes when the item is closed. No person is named anywhere, only posts.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.clock import iso
from tocsin.response.docket import letters
from tocsin.response.docket.models import Commitment, Decision, Item, Lapse, Step
from tocsin.response.register import mandate
from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry

WITHHELD = "named when the question is closed"


def figures(now: datetime) -> dict[str, Any]:
    """Return every figure of the accountability page. Hours per step are the scorecard's."""
    items = Item.objects.all()
    states = Counter(items.values_list("state", flat=True))
    return {
        "as_of": iso(now),
        "items": {"opened": sum(states.values()), **{state: states.get(state, 0) for state in Item.State.values}},
        "tiers": tiers(),
        "posts": posts(),
        "lapses": {
            **Counter(Lapse.objects.values_list("clock", flat=True)),
            "published": Lapse.objects.filter(at_ceiling=True).count(),
        },
        "published_lapses": published(),
        "commitments": commitments(),
        "decisions": dict(Counter(Decision.objects.values_list("kind", flat=True))),
        "signed": {
            "by_a_person": Decision.objects.filter(via="desk").count(),
            "by_command_line": Decision.objects.filter(via="cli").count(),
        },
        "closed": closed(),
        "withheld": items.exclude(state=Item.State.CLOSED).count(),
        "ledger": _ledger(),
    }


def tiers() -> list[dict[str, Any]]:
    """Return for each tier how often an item stood there and was answered in time, late, or not at all."""
    rows, today = [], directive.current()
    stood = set(Step.objects.order_by().values_list("tier", flat=True))
    for number in sorted({t.tier for t in today.tiers} | stood):
        steps = list(Step.objects.filter(tier=number).select_related("item"))
        # The hours are those of the versions the questions run under; without any, of the one in force.
        ran = [directive.version(name) for name in {s.item.directive_version for s in steps}] or [today]
        allowed = sorted({hours for rules in ran if (hours := _tier_hours(rules, number))})
        has = next(rules for rules in [today, *ran] if _tier_hours(rules, number))
        answered = [s for s in steps if s.acknowledged_at is not None]
        late = [s for s in answered if s.acknowledged_at and s.acknowledged_at > s.delivery_due]
        rows.append(
            {
                "tier": number,
                "owner": has.tier(number).owner,
                "allowed_hours": allowed[0] if len(allowed) == 1 else None,
                "allowed": allowed,
                "stood": len(steps),
                "answered_in_time": len(answered) - len(late),
                "answered_late": len(late),
                "unanswered": sum(s.lapsed and s.acknowledged_at is None for s in steps),
            }
        )
    return rows


def _tier_hours(rules: Directive, number: int) -> int:
    """Return the hours of a tier; 0 in a version that has fewer tiers."""
    return next((t.hours for t in rules.tiers if t.tier == number), 0)


def posts() -> list[dict[str, Any]]:
    """Return lapses by post and clock, every post of the directive listed, those without a lapse too."""
    counts: dict[str, Counter[str]] = {}
    published: Counter[str] = Counter()
    for lapse in Lapse.objects.all():
        for post in lapse.posts:
            counts.setdefault(post, Counter())[lapse.clock] += 1
            published[post] += lapse.at_ceiling
    ids = [p.id for p in directive.current().posts if p.tier is not None]
    ids += sorted(set(counts) - {p.id for p in directive.current().posts})
    clocks = ("delivery", "decision", "commitment", "review")
    return [
        {
            "post": post,
            "title": mandate.title(post),
            **{clock: counts.get(post, Counter())[clock] for clock in clocks},
            "total": sum(counts.get(post, Counter()).values()),
            "published": published[post],
        }
        for post in ids
    ]


def published() -> list[dict[str, Any]]:
    """Return the lapses at a ceiling, newest first; the country is withheld while the question is not closed."""
    rows = Lapse.objects.filter(at_ceiling=True).select_related("item").order_by("-due", "-id")
    return [
        {
            "due": iso(row.due),
            "clock": row.clock,
            "tier": row.tier,
            "posts": row.posts,
            "place_id": (row.item.place_id or None) if row.item.state == Item.State.CLOSED else None,
            "about": letters.about(row.item) if row.item.state == Item.State.CLOSED else WITHHELD,
            "ledger_seq": row.ledger_seq,
        }
        for row in rows
    ]


def commitments() -> dict[str, int]:
    """Return how many commitments were made, kept in time, kept late, broken (overdue, not shown), still running."""
    lapsed = set(Lapse.objects.filter(clock="commitment").values_list("commitment_id", flat=True))
    rows = list(Commitment.objects.all())
    return {
        "made": len(rows),
        "kept": sum(r.done_at is not None and r.pk not in lapsed for r in rows),
        "kept_late": sum(r.done_at is not None and r.pk in lapsed for r in rows),
        "broken": sum(r.done_at is None and r.pk in lapsed for r in rows),
        "running": sum(r.done_at is None and r.pk not in lapsed for r in rows),
    }


def closed() -> list[dict[str, Any]]:
    """Return what was decided and what followed, one row a closed item, newest first."""
    rows = []
    found = Item.objects.filter(state=Item.State.CLOSED).order_by("-closed_at", "-id")
    for item in found.prefetch_related("decisions", "commitments", "lapses", "followed_by"):
        last = max(item.decisions.all(), key=lambda d: d.pk, default=None)
        made = item.commitments.all()
        rows.append(
            {
                "item": item.pk,
                "place_id": item.place_id or None,
                "about": letters.about(item),
                "level": item.level,
                "opened_on": item.opened_at.date().isoformat(),
                "decided_on": last.at.date().isoformat() if last else None,
                "decision": last.kind if last else None,
                "decided_by": last.post if last else None,
                "tier": item.tier,
                "lapses": len(item.lapses.all()),
                "commitments": len(made),
                "commitments_kept": sum(c.done_at is not None for c in made),
                "warned_again": bool(item.followed_by.all()),
                "closed_on": item.closed_at.date().isoformat() if item.closed_at else None,
            }
        )
    return rows


def _ledger() -> dict[str, Any]:
    last = LedgerCheckpoint.objects.order_by("-size").first()
    return {
        "entries": LedgerEntry.objects.count(),
        "checkpoint_size": last.size if last else None,
        "checkpoint_at": iso(last.time) if last else None,
    }
