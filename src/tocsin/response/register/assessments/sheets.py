"""A sheet: one assessor's answers in a round, seen by nobody else before the reveal; and what was saved twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import substantial
from tocsin.ledger import canonical
from tocsin.ledger.leaf import new_salt
from tocsin.response.register.assessments import answers, rounds
from tocsin.response.register.assessments.words import Words, sources_of
from tocsin.response.register.models import Answer, Round, Sheet, Twice
from tocsin.response.register.people import Actor, hand, may

RULE = "A sheet is its assessor's alone until the round is revealed"


@dataclass(frozen=True)
class Kept:
    """What became of an answer handed in: the row it stands in, or the pair about which its assessor is asked.

    ``same`` tells that the last answer said the same words already, so that nothing was added.
    """

    answer: Answer | None
    twice: Twice | None = None
    same: bool = False


def mine(one: Round, actor: Actor) -> Sheet | None:
    """Return this assessor's own sheet of a round; None when they have none."""
    whose = hand(actor.person, actor.os_user)
    return one.sheets.filter(hand=whose, post=actor.post).first() if whose else None


def take_seat(ctx: Context, one: Round, actor: Actor) -> Sheet:
    """Return this assessor's sheet, opened when it is not yet.

    Raises Refused, naming the rule, for whoever is not invited, whose hand has a sheet already, or whose seat is taken;
    and for a first look after the reveal, which would no longer be blind.
    """
    may(actor, "assess").enforce()
    own = mine(one, actor)
    if own is not None:
        return own
    with transaction.atomic():
        one = Round.objects.select_for_update().get(pk=one.pk)
        if one.revealed_at is not None or one.closes_at <= ctx.now():
            raise Refused(f"Round {one.number} is over", todo="Answer the framework in the open, or open another round")
        whose = hand(actor.person, actor.os_user)
        if not whose or one.sheets.filter(hand=whose).exists():
            raise Refused("One hand fills one sheet of a round", todo="Let the other assessor answer for themselves")
        return Sheet.objects.create(
            round=one,
            post=actor.post,
            person=actor.person,
            hand=whose,
            seat=_free(one, actor),
            opened_at=ctx.now(),
        )


def put(
    ctx: Context, one: Round, actor: Actor, code: str, words: Words, *, made_from: int, suggestion: str = ""
) -> Kept:
    """Keep an answer in this assessor's sheet.

    ``made_from`` is the number of the answer that the form or file was made from, 0 for none. When another was saved
    since, both are kept and the assessor is asked (``settle``). Before the reveal a submitted sheet is shut; after it a
    revision says why. Raises Refused and Misuse as ``take_seat``, and for a question the round does not ask.
    """
    _asks(one, code)
    own = take_seat(ctx, one, actor)
    with transaction.atomic():
        one = Round.objects.select_for_update().get(pk=one.pk)
        own.refresh_from_db()
        last = last_on(own, code)
        if last is not None and alike(last, words):
            return Kept(last, same=True)
        _open_to_change(one, own, words)
        if made_from != (last.pk if last else 0):
            if last is None:
                raise Misuse(f"{made_from} is no answer of this sheet to {code}", todo="Write 0 for a first answer")
            return Kept(None, keep_twice(ctx, own, actor, last, words, made_from=made_from))
        return Kept(write(ctx, own, actor, code, words, suggestion=suggestion))


def submit(ctx: Context, one: Round, actor: Actor) -> Round:
    """Submit this assessor's sheet; when it is the last of the invited, the round is revealed in the same transaction.

    Raises Refused when there is no sheet, nothing in it, something saved twice and not settled, or it was submitted.
    """
    may(actor, "assess").enforce()
    with transaction.atomic():
        one = Round.objects.select_for_update().get(pk=one.pk)
        own = mine(one, actor)
        if own is None or not Answer.every.filter(sheet=own).exists():
            raise Refused("There is nothing to submit", todo=f"Answer a question of round {one.number} first")
        if own.submitted_at is not None:
            raise Refused("This sheet is submitted", todo="After the reveal an answer may be revised, with why")
        if waiting := open_pairs(own):
            codes = ", ".join(pair.code for pair in waiting)
            raise Refused(f"Saved twice and not settled: {codes}", todo="Choose which stands, or keep both")
        own.submitted_at = ctx.now()
        own.save(update_fields=["submitted_at"])
        _enter(ctx, "assessment.submitted", one, {"sheet": own.pk, "by": actor.body()})
        if one.revealed_at is not None:
            rounds.unseal(ctx, one, [own])
            return one
        seats = one.sheets.exclude(submitted_at=None).count()
        return (rounds.reveal(ctx, one.pk, Round.Revealed.ALL) if seats == len(one.invited) else None) or one


def last_on(own: Sheet, code: str) -> Answer | None:
    """Return the last answer of a sheet to a question."""
    return Answer.every.filter(sheet=own, code=code).select_related("beside").order_by("-id").first()


def open_pairs(own: Sheet) -> list[Twice]:
    """Return what was saved twice and is not settled, oldest first."""
    return list(own.twice.filter(settled=None).select_related("against").order_by("id"))


def alike(row: Answer, words: Words) -> bool:
    """Tell whether an answer says these words already; why it was revised is not part of them."""
    fields = ("state", "trend", "confidence", "no_evidence_reason", "note")
    cited = sources_of(row.evidence, row.grades) == sources_of(words.evidence, words.grades)
    return cited and all(getattr(row, field) == getattr(words, field) for field in fields)


def _free(one: Round, actor: Actor) -> int:
    """Return the number of a free seat for an actor. Raises Refused with the rule."""
    taken = set(one.sheets.values_list("seat", flat=True))
    name = actor.person.get_username() if actor.person else None
    fits = [n for n, seat in enumerate(one.invited) if seat["post"] == actor.post and seat["person"] in ("", name)]
    if not fits:
        named = ", ".join(f"{s['post']}:{s['person']}" if s["person"] else s["post"] for s in one.invited)
        raise Refused(
            f"You are not invited to round {one.number}", todo=f"It was opened by {one.opened_post} for {named}"
        )
    # A seat held for one person by name goes before one of the post.
    free = sorted((n for n in fits if n not in taken), key=lambda n: (not one.invited[n]["person"], n))
    if not free:
        raise Refused(f"The seat of {actor.post} in round {one.number} is taken", todo=f"Ask {one.opened_post}")
    return free[0]


def _asks(one: Round, code: str) -> None:
    if code not in rounds.questions_of(one):
        raise Misuse(f"Round {one.number} does not ask {code!r}", todo="Choose one of its questions")


def _open_to_change(one: Round, own: Sheet, words: Words) -> None:
    """Raise Refused for a sheet submitted and still blind, or a revision after the reveal that does not say why."""
    if own.submitted_at is None:
        return
    if one.revealed_at is None:
        raise Refused("Your sheet is submitted", todo="After the reveal you may revise an answer, and say why")
    if not substantial(words.why):
        raise Refused("After the reveal a revision says why", todo="Write what you learnt, and from whom or what")


def keep_twice(ctx: Context, own: Sheet | None, actor: Actor, last: Answer, words: Words, *, made_from: int) -> Twice:
    """Keep what was saved on top of another answer, in a sheet or in the open. The same words again are one pair."""
    from tocsin.response.register.record import enter

    plain = words.plain()
    waiting = Twice.objects.filter(settled=None, sheet=own, against=last, post=actor.post, person=actor.person)
    for pair in waiting:
        if pair.words == plain:
            return pair
    pair = Twice.objects.create(
        place_id=last.place_id,
        framework=last.framework,
        sheet=own,
        person=actor.person,
        post=actor.post,
        code=last.code,
        words=plain,
        made_from=made_from,
        against=last,
        at=ctx.now(),
        via=actor.via,
    )
    sealed, _ = seal(plain)
    body = {"place_id": last.place_id, "sheet": own.pk if own else None, "sealed": sealed, "by": actor.body()}
    enter(ctx, kind="assessment.saved_twice", item=own.round.item if own else None, body=body)
    return pair


def write(ctx: Context, own: Sheet, actor: Actor, code: str, words: Words, **more: Any) -> Answer:
    """Append an answer to a sheet. Open to all already, it is entered as it is; before that only its seal is."""
    from tocsin.response.register.record import enter

    one = own.round
    before = last_on(own, code) or answers.last_of(actor, one.place_id, code, one.framework)
    fields = {"framework": one.framework, "supersedes": before, "sheet": own, **more}
    if one.revealed_at is not None and own.submitted_at is not None:
        row = answers.append(ctx, actor, one.place_id, code, words, **fields)
        body = {**answers.body(row), "round": one.number, "by": actor.body()}
        enter(ctx, kind="assessment.answered", item=one.item, body=body)
        return row
    sealed, salt = seal(words.plain() | {"code": code})
    row = answers.append(ctx, actor, one.place_id, code, words, **fields, seal=salt)
    _enter(ctx, "assessment.sealed", one, {"sheet": own.pk, "answer": row.pk, "sealed": sealed, "by": actor.body()})
    return row


def seal(words: dict[str, Any]) -> tuple[str, str]:
    """Return the SHA-256 over a new salt and the words, and the salt, both hex: what the ledger is given of them."""
    salt = new_salt()
    return sealed_with(salt, words), salt.hex()


def sealed_with(salt: bytes, words: dict[str, Any]) -> str:
    """Return the seal of words under a salt, to hold an answer against what the ledger was given before the reveal."""
    return hashlib.sha256(salt + canonical.encode(words)).hexdigest()


def _enter(ctx: Context, kind: str, one: Round, body: dict[str, Any]) -> None:
    from tocsin.response.register.record import enter

    enter(ctx, kind=kind, item=one.item, body={"place_id": one.place_id, "round": one.number, **body})
