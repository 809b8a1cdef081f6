"""Bodies: a post that several people answer for. It decides when enough of those not recused have said yes.

Read from rows under the item's lock: whether a proposal stands, who has said what, and what is still needed. A seat
counts by its last word, a hand once whichever seats it holds, and a recused member neither way. The quorum is a
number of the directive; no recusal makes it smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.directive import Directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import clocks, ladder, ranked, recusals
from tocsin.response.docket.models import Item
from tocsin.response.docket.models_deciding import Concurrence, Minutes, Proposal
from tocsin.response.register.people import hand


@dataclass(frozen=True)
class Quorum:
    """How a body stands on an item: assents needed, and members by what they have said (post ids, directive order)."""

    body: str
    needed: int
    assents: tuple[str, ...]
    dissents: tuple[str, ...]
    recused: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether enough members who are not recused have assented."""
        return len(self.assents) >= self.needed

    @property
    def possible(self) -> bool:
        """Whether as many members are left as must say yes."""
        return len(self.assents) + len(self.dissents) + len(self.silent) >= self.needed


def standing(item: Item, post: str, proposal: Proposal | None = None) -> Quorum:
    """Return how a body stands on an item: on a proposal, or before any. Raises Misuse when there is no such post."""
    rules = directive.version(item.directive_version)
    body = rules.body(post)
    assert body is not None, f"{post} is no body"
    said = proposal.concurrences.order_by("id").select_related("person") if proposal is not None else []
    last = {row.post: row for row in said}
    out = {m for m in body.members if recusals.vacant(item, m)}
    hands_out = recusals.hands(item)
    by_stand: dict[str, list[str]] = {"assent": [], "dissent": [], "silent": []}
    spoke: set[str] = set()
    for member in body.members:
        row = last.get(member)
        whose = hand(row.person, row.os_user) if row is not None else ""
        if member in out or whose in hands_out:
            out.add(member)
        elif row is None:
            by_stand["silent"].append(member)
        elif row.stand == Concurrence.Stand.ASSENT and whose in spoke:
            continue  # one hand, one voice: the second seat adds nothing
        else:
            by_stand[row.stand].append(member)
            spoke |= {whose} if row.stand == Concurrence.Stand.ASSENT else set()
    return Quorum(
        body=post,
        needed=body.quorum,
        assents=tuple(by_stand["assent"]),
        dissents=tuple(by_stand["dissent"]),
        recused=tuple(m for m in body.members if m in out),
        silent=tuple(by_stand["silent"]),
    )


def decides(rules: Directive, post: str) -> str | None:
    """Return the body in whose hands a post's own tier is, None when the post decides for itself.

    A post of a tier that a body owns cannot decide alone what the body decides together.
    """
    if rules.body(post) is not None:
        return post
    tier = rules.post(post).tier
    if tier is None:
        return None
    owner = rules.tier(tier).owner
    return owner if rules.body(owner) is not None else None


def seat(item: Item, post: str) -> str | None:
    """Return the body in which a post sits for an item: the lowest of the item's tier or above; None without a seat."""
    rules = directive.version(item.directive_version)
    found = [
        (p.tier or 0, p.id)
        for p in rules.posts
        if p.body is not None and post in p.body.members and effective_tier(item, p.id) >= item.tier
    ]
    return min(found)[1] if found else None


def effective_tier(item: Item, post: str) -> int:
    """Return the tier a post answers for on an item: its own, or that of a recused post whose duty it has."""
    rules = directive.version(item.directive_version)
    tiers = [rules.post(p).tier or 0 for p in (post, *recusals.stands_for(item, post)) if _known(rules, p)]
    return max(tiers, default=0)


def _known(rules: Directive, post: str) -> bool:
    return any(p.id == post for p in rules.posts)


def until(ctx_now: datetime, item: Item) -> datetime:
    """Return the clock that something put to a body now ends with: the decision's; past it, the rung's hours."""
    rules = directive.version(item.directive_version)
    if not item.decision_lapsed and item.decision_due > ctx_now:
        return item.decision_due
    step = ladder.standing_step(item)
    if step.delivery_due > ctx_now:
        return step.delivery_due
    return clocks.delivery_due(rules, item.level, item.tier, ctx_now)


def ended(item: Item, proposal: Proposal, now: datetime) -> str:
    """Return in words why a proposal can take no more assents; empty while it can."""
    taken = proposal.decisions.first()
    if taken is not None:
        return f"it took effect as decision {taken.pk}"
    if now >= proposal.until:
        return f"it lapsed with the clock at {iso(proposal.until)}"
    return _overtaken(item, proposal)


def _overtaken(item: Item, proposal: Proposal) -> str:
    """Return in words what has come in the place of a proposal; empty when nothing has."""
    later = item.decisions.filter(pk__gt=proposal.after).order_by("id").first()
    if later is not None:
        return f"decision {later.pk} was taken meanwhile"
    newer = item.proposals.filter(body=proposal.body, pk__gt=proposal.pk).order_by("id").last()
    if newer is not None:
        return f"proposal {newer.pk} was put in its place"
    if effective_tier(item, proposal.body) < item.tier:
        return f"the item went up to tier {item.tier}"
    if item.state == Item.State.CLOSED:
        return "the item is closed"
    if recusals.vacant(item, proposal.post) or hand(proposal.person, proposal.os_user) in recusals.hands(item):
        # It would take effect in the name of somebody who takes no part.
        return f"{proposal.post}, who put it, is recused"
    return ""


def open_proposal(item: Item, post: str, now: datetime) -> Proposal | None:
    """Return the proposal that a body can still assent to; None without one."""
    last = item.proposals.filter(body=post).order_by("id").last()
    return last if last is not None and not ended(item, last, now) else None


def told(proposal: Proposal, now: datetime) -> dict[str, Any]:
    """Return a proposal as pages and commands show it: what is proposed, who has said what, how it stands."""
    item = proposal.item
    stands = standing(item, proposal.body, proposal)
    over = ended(item, proposal, now)
    return {
        "id": proposal.pk,
        "body": proposal.body,
        "kind": proposal.kind,
        "proposed_by": proposal.post,
        "at": iso(proposal.at),
        "until": iso(proposal.until),
        "words": proposal.words,
        "minutes": proposal.minutes or None,
        "open": not over,
        "ended": over or None,
        "needed": stands.needed,
        "assents": list(stands.assents),
        "dissents": list(stands.dissents),
        "recused": list(stands.recused),
        "silent": list(stands.silent),
        "said": [word(row) for row in proposal.concurrences.order_by("id").select_related("person")],
        "ledger_seq": proposal.ledger_seq,
    }


def word(row: Concurrence) -> dict[str, Any]:
    """Return what somebody said of a proposal or a decision."""
    return {
        "post": row.post,
        "person": str(row.person) if row.person else None,
        "stand": row.stand,
        "signed": row.signed,
        "reasons": row.reasons or None,
        "at": iso(row.at),
        "ledger_seq": row.ledger_seq,
    }


def agenda(ctx: Context, post: str) -> list[Item]:
    """Return the open items that await a body, in the order of the directive's rule: those it owns undecided and those
    with a proposal to it.
    """
    undecided = Item.objects.filter(state__in=["open", "lapsed", "deferred"])
    found = {i.pk: i for i in undecided.filter(owner_post=post)}
    for proposal in Proposal.objects.filter(body=post).select_related("item"):
        if not ended(proposal.item, proposal, ctx.now()):
            found[proposal.item_id] = proposal.item
    return ranked.in_order(ctx, found.values())


def minutes(post: str) -> list[dict[str, Any]]:
    """Return the minutes of a body, newest first: those of sittings, and those its decisions were taken on."""
    sat = [
        {"held_on": m.held_on.isoformat(), "at": iso(m.at), "text": m.text, "by": m.post, "items": m.agenda}
        for m in Minutes.objects.filter(body=post)
    ]
    put = [
        {"held_on": p.at.date().isoformat(), "at": iso(p.at), "text": p.minutes, "by": p.post, "items": [p.item_id]}
        for p in Proposal.objects.filter(body=post).exclude(minutes="")
    ]
    return sorted([*sat, *put], key=lambda m: str(m["at"]), reverse=True)
