"""Who may answer an item: the rules of the register, seats in bodies, recusals, and that no post undoes what a post
above it decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tocsin.catalog import directive
from tocsin.response.docket import bodies, deputies, recusals
from tocsin.response.docket.models import Item
from tocsin.response.register.people import Actor, Verdict, may

DECIDED = (Item.State.ACTING, Item.State.DECLINED)


def answering(actor: Actor, act: str, item: Item, at: datetime) -> Actor:
    """Return the actor of an act with the post they do it for. Raises Refused when they may not."""
    verdict = may_answer(actor, act, item, at)
    verdict.enforce()
    return replace(actor, acting_for=verdict.acting_for, acting_why=verdict.rule if verdict.acting_for else "")


def may_answer(actor: Actor, act: str, item: Item, at: datetime) -> Verdict:
    """Judge an act on an item at a moment: by the item's tier and, once it is decided, by the tier that decided it.

    ``decide`` is deciding alone, ``propose`` putting a decision to a body or saying yes or no to one. Whoever may not
    by their own post may for one that they deputise for, while nobody of it is there.
    """
    refusal = _of_another_version(actor, act, item) or recusals.barred(actor, item)
    if refusal is not None:
        return refusal
    verdict = _own(actor, act, item)
    return verdict if verdict.allowed else _as_deputy(actor, act, item, at) or verdict


def _as_deputy(actor: Actor, act: str, item: Item, at: datetime) -> Verdict | None:
    """Return the verdict of acting for another post; None when the actor deputises for none that may do this."""
    rules, waits = directive.version(item.directive_version), None
    for post in deputies.of(actor, item):
        alone = act != "propose" and (act != "decide" or bodies.decides(rules, post.id) is None)
        if not alone or (post.tier or 0) < _floor(act, item):
            continue
        why = deputies.why(post, act, at)
        if why:
            return replace(_here(actor, item, f"{actor.post} acts for {post.id}: {why}"), acting_for=post.id)
        waits = waits or Verdict(
            False,
            f"{actor.post} deputises for {post.id} and may acknowledge; to {act}, nobody of {post.id} may be there",
            f"Ask {post.id}",
        )
    return waits


def _floor(act: str, item: Item) -> int:
    """Return the lowest tier that may do an act: the item's, or that of the decision it would undo."""
    last = item.decisions.order_by("id").last() if item.state in DECIDED or act == "reopen" else None
    return max(item.tier, last.tier if last else 0)


def _own(actor: Actor, act: str, item: Item) -> Verdict:
    """Judge an act by what an actor's own post answers for."""
    verdict, mine = _by_tier(actor, act, item)
    last = item.decisions.order_by("id").last() if item.state in DECIDED else None
    if not verdict.allowed or last is None or mine >= last.tier:
        return verdict
    return Verdict(
        False,
        f"{last.post} decided this at tier {last.tier} and {actor.post} answers for tier {mine}: "
        f"no tier below the decision's may {act} it",
        f"Ask {last.post}, or ring the bell: a new warning asks anew",
    )


def _of_another_version(actor: Actor, act: str, item: Item) -> Verdict | None:
    """Return the refusal for a post that the item's version does not have; None when it does."""
    known = any(p.id == actor.post for p in directive.version(item.directive_version).posts)
    return None if known else may(actor, act, item)


def acting_as(actor: Actor, item: Item) -> str:
    """Return the post an act on an item is the duty of: the body, where the actor has a seat in one and no more."""
    rules = directive.version(item.directive_version)
    own = rules.post(actor.post).tier or 0
    seat = bodies.seat(item, actor.post)
    return seat if seat is not None and own < item.tier and not actor.acting_for else actor.duty


def _by_tier(actor: Actor, act: str, item: Item) -> tuple[Verdict, int]:
    """Return the verdict of the tiers alone, and the tier that the actor answers for here."""
    rules = directive.version(item.directive_version)
    seat = bodies.seat(item, actor.post)
    own = bodies.effective_tier(item, actor.post)
    seated = bodies.effective_tier(item, seat) if seat else 0
    if act == "propose":
        if seat is None:
            none = f"{actor.post} sits in no body that answers this item"
            return Verdict(False, none, "Decide alone, or ask a member"), 0
        return _here(actor, item, f"{actor.post} sits in {seat}"), seated
    if act == "decide":
        together = bodies.decides(rules, actor.post)
        if together is None and own >= item.tier:
            return _judge(actor, act, item, own), own
        if together is not None or seat is not None:
            return _together(actor, item, seat or together or ""), max(own, seated)
    mine = max(own, seated)
    return _judge(actor, act, item, mine), mine


def _judge(actor: Actor, act: str, item: Item, mine: int) -> Verdict:
    """Judge by the tier that a post has on this item, its own or one that it stands in for or sits for."""
    own = directive.version(item.directive_version).post(actor.post).tier or 0
    if mine > own and mine >= item.tier:
        rules = directive.version(item.directive_version)
        stood_for = [p for p in recusals.stands_for(item, actor.post) if (rules.post(p).tier or 0) == mine]
        verdict = _here(actor, item, f"{actor.post} answers here for tier {mine}")
        return replace(verdict, acting_for=stood_for[0] if stood_for else "")
    return may(actor, act, item)


def _here(actor: Actor, item: Item, rule: str) -> Verdict:
    """Judge whether somebody is who they act as, with the rank settled already."""
    verdict = may(actor, "read", item)
    return Verdict(True, rule) if verdict.allowed else verdict


def _together(actor: Actor, item: Item, body: str) -> Verdict:
    """Refuse to decide alone what a body decides together, and say how it is done."""
    rules = directive.version(item.directive_version)
    found = rules.body(body)
    assert found is not None
    above = bodies.effective_tier(item, body) < item.tier
    members = ", ".join(found.members)
    todo = f"Ask a post of tier {item.tier}" if above else f"Put it to them with --minutes TEXT, --by one of {members}"
    return Verdict(
        False,
        f"{rules.post(body).title} decides as a body: {found.quorum} of {len(found.members)} members say yes"
        + (f", and no tier below the item's may decide it ({item.tier})" if above else ""),
        todo,
    )
