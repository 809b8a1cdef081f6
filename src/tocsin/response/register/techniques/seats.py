"""Who takes part in a technique, and whether they still say it blind."""

from __future__ import annotations

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.register.people import Actor, hand, may
from tocsin.response.register.techniques.kinds import Part
from tocsin.response.register.techniques.models import Technique, TechniqueSeat

RULE = "What a seat says in a blind technique is its own until the reveal"


def mine(one: Technique, actor: Actor) -> TechniqueSeat | None:
    """Return this person's own seat; None when they have none."""
    whose = hand(actor.person, actor.os_user)
    return one.seats.filter(hand=whose, post=actor.post).first() if whose else None


def take(ctx: Context, one: Technique, actor: Actor) -> TechniqueSeat:
    """Return this person's seat, taken when they have none: one they are invited to, else one beside those.

    Call it inside a transaction that holds the technique. Raises Refused for a second invited seat of one hand.
    """
    may(actor, "assess").enforce()
    own = mine(one, actor)
    if own is not None:
        return own
    whose = hand(actor.person, actor.os_user)
    if not whose:
        raise Refused("A technique is filled in by somebody", todo="Sign in, or give the command a user")
    number = _free(one, actor, whose)
    return TechniqueSeat.objects.create(
        technique=one, number=number, post=actor.post, person=actor.person, hand=whose, at=ctx.now()
    )


def invited(seat: TechniqueSeat) -> bool:
    """Tell whether a seat was invited."""
    return seat.number < len(seat.technique.invited)


def sealed(seat: TechniqueSeat, part: Part) -> bool:
    """Tell whether what this seat says now is sealed. Raises Refused when it may not say it now.

    Before the reveal only the invited say anything of their own, until they have handed in. After it, whoever was
    invited and never handed in goes on blind; what anybody else says is open, and was not said blind.
    """
    one = seat.technique
    if not (one.blind and part.own):
        return False
    handed = hasattr(seat, "handed_in")
    if not one.still_blind:
        return invited(seat) and not handed
    if not invited(seat):
        named = ", ".join(f"{s['post']}:{s['person']}" if s["person"] else s["post"] for s in one.invited)
        raise Refused(f"You are not invited to technique {one.number}", todo=f"It was opened for {named}; wait for it")
    if handed:
        raise Refused("You have handed in", todo="After the reveal you may say more")
    return True


def hand_over(ctx: Context, one: Technique, actor: Actor) -> TechniqueSeat:
    """Return the seat that hands in, checked. Raises Refused when it has nothing to hand in, or did."""
    if not one.blind:
        raise Refused(f"Technique {one.number} is open", todo="There is nothing to hand in; everybody sees it")
    own = mine(one, actor)
    if own is None or not own.parts(manager="every").exclude(seal="").exists():
        raise Refused("There is nothing to hand in", todo="Say something of your own first")
    if hasattr(own, "handed_in"):
        raise Refused("You have handed in", todo="After the reveal you may say more")
    return own


def _free(one: Technique, actor: Actor, whose: str) -> int:
    taken = set(one.seats.values_list("number", flat=True))
    name = actor.person.get_username() if actor.person else None
    fits = [n for n, seat in enumerate(one.invited) if seat["post"] == actor.post and seat["person"] in ("", name)]
    # A seat held for one person by name goes before one of the post.
    free = sorted((n for n in fits if n not in taken), key=lambda n: (not one.invited[n]["person"], n))
    if free and one.blind and one.seats.filter(hand=whose, number__lt=len(one.invited)).exists():
        raise Refused("One hand has one seat of a blind technique", todo="Let the other one speak for themselves")
    return free[0] if free else max([len(one.invited), *(n + 1 for n in taken)])


def lock(one: Technique) -> Technique:
    """Return the technique, held until the transaction ends."""
    assert transaction.get_connection().in_atomic_block
    return Technique.objects.select_for_update().get(pk=one.pk)
