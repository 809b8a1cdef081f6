"""Who may do what on the registers of this room. Every verdict names its rule and whom to ask."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.catalog.directive import Post
from tocsin.response.register.people import Actor, Verdict, may


def legislature() -> list[str]:
    """Return the offices of the directive's legislatures, in its order."""
    return directive.current().legislature()


def of_legislature(post: Post) -> bool:
    """Tell whether a post belongs to a legislature."""
    return post.office in legislature()


def may_ask(actor: Actor) -> Verdict:
    """Judge who may put a question: a post of an office of the legislature."""
    held = may(actor, "read")
    if not held.allowed:
        return held
    if of_legislature(directive.current().post(actor.post)):
        return Verdict(True, "An office of the legislature may ask")
    return Verdict(
        False,
        f"{actor.post} belongs to no office of a legislature",
        f"Act as a post of {', '.join(legislature()) or 'a legislature: the directive names none'}",
    )


def may_keep(actor: Actor) -> Verdict:
    """Judge who may keep the registers: any post of an organisation that is not the legislature itself."""
    held = may(actor, "read")
    if held.allowed and of_legislature(directive.current().post(actor.post)):
        return Verdict(
            False, "The legislature asks and reads; it does not keep these registers", "Ask the desk officer"
        )
    return held


def may_answer_for(actor: Actor, post: str) -> Verdict:
    """Judge who may answer for a post: the post itself, or one with a tier at or above its own."""
    held = may_keep(actor)
    if not held.allowed or actor.post == post:
        return held
    rules = directive.current()
    mine, theirs = rules.post(actor.post).tier, rules.post(post).tier
    if mine is not None and mine >= (theirs or 0):
        return held
    return Verdict(False, f"{actor.post} stands below {post} and may not answer for it", f"Ask {post}")
