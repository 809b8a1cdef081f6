"""Who may do what to the catalogue of a home. Every verdict names its rule and whom to ask."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.response.register.models import OptionProposal
from tocsin.response.register.people import OPERATOR, Actor, Verdict, hand, may


def may_keep(actor: Actor) -> Verdict:
    """Judge who may withdraw a source, publish an option or take one back: a post that has a tier."""
    held = may(actor, "read")
    if not held.allowed:
        return held
    rules = directive.current()
    tiered = [p.id for p in rules.posts if p.tier is not None]
    rule = "The catalogue of this home is kept by posts that have a tier: those who will choose from it"
    return Verdict(rules.post(actor.post).tier is not None, rule, f"Ask one of {', '.join(tiered)}")


def may_review(actor: Actor, proposal: OptionProposal) -> Verdict:
    """Judge who may review a proposal: a post with a tier, by another hand than proposed it or reviewed it already."""
    verdict = may_keep(actor)
    if not verdict.allowed:
        return verdict
    mine = hand(actor.person, actor.os_user)
    if mine == proposal.hand:
        return Verdict(False, "Nobody reviews what came by their own hand", "Ask somebody else with a tier")
    reviews = list(proposal.reviews.all())
    if any(r.post == actor.post for r in reviews):
        return Verdict(False, f"{actor.post} has reviewed this proposal", "Ask another post with a tier")
    if any(r.hand == mine for r in reviews):
        return Verdict(
            False,
            "One hand is one review, whatever posts it holds",
            "Ask somebody else, at the desk or by command line",
        )
    return verdict


def may_withdraw(actor: Actor) -> Verdict:
    """Judge who may say what became of a source: a post with a tier, or the operator."""
    return may(actor, "read") if actor.post == OPERATOR else may_keep(actor)
