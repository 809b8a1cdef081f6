"""Who may answer an item: the rules of the register, and that no post undoes what a post above it decided."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.response.docket.models import Item
from tocsin.response.register.people import Actor, Verdict, may

DECIDED = (Item.State.ACTING, Item.State.DECLINED)


def may_answer(actor: Actor, act: str, item: Item) -> Verdict:
    """Judge an act on an item: by the item's tier and, once it is decided, by the tier that decided it."""
    verdict = may(actor, act, item)
    last = item.decisions.order_by("id").last() if item.state in DECIDED else None
    if not verdict.allowed or last is None:
        return verdict
    mine = directive.current().post(actor.post).tier or 0
    if mine >= last.tier:
        return verdict
    return Verdict(
        False,
        f"{last.post} decided this at tier {last.tier} and {actor.post} answers for tier {mine}: "
        f"no tier below the decision's may {act} it",
        f"Ask {last.post}, or ring the bell: a new warning asks anew",
    )
