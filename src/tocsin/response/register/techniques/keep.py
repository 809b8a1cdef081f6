"""Open a technique, say things in it, take them back and bring them again, hand in, reveal. Each with its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog.geography import places
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import situations
from tocsin.response.register.assessments.rounds import LONGEST, seat_of
from tocsin.response.register.assessments.sheets import seal
from tocsin.response.register.models import Round
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import Act, enter, enter_many
from tocsin.response.register.techniques import kinds, seats, words
from tocsin.response.register.techniques.models import (
    Technique,
    TechniqueHandIn,
    TechniquePart,
    TechniqueReveal,
    TechniqueSeat,
)

USUAL = timedelta(days=7)


def open_technique(
    ctx: Context,
    actor: Actor,
    place_id: str,
    kind: str,
    *,
    question: str,
    invited: Sequence[str] = (),
    blind: bool = False,
    closes_at: datetime | None = None,
    round: Round | None = None,  # noqa: A002 - the word of the field
    item: int | None = None,
) -> Technique:
    """Open a technique on a place and enter it. ``invited`` are seats: a post, or ``post:username``.

    A premortem is always blind. Competing hypotheses are when they are asked to be, or belong to a round that is: then
    the invited and the day are the round's. Raises Misuse for a place, kind or post there is not; Refused when the
    question says nothing, or a blind one would close in the past or later than in a year.
    """
    it = kinds.kind(kind)
    may(actor, "assess").enforce()
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    asked = said(question, SHORT)
    if not substantial(asked):
        raise Refused("A technique is asked about a question", todo="Write it in a sentence: --question TEXT")
    if round is not None and round.place_id != place_id:
        raise Refused(f"Round {round.number} is on {round.place_id}", todo="Open the technique there")
    if blind and it.blind == "never":
        raise Refused(f"{it.title} is never blind", todo="Open it without")
    by_round = it.blind != "never" and round is not None and round.revealed_at is None
    blind = blind or it.blind == "always" or by_round
    chairs = [seat_of(one) for one in dict.fromkeys(invited)]
    if by_round and not chairs and round is not None:
        chairs, closes_at = list(round.invited), closes_at or round.closes_at
    if blind:
        chairs = chairs or [{"post": actor.post, "person": ""}]
        closes_at = closes_at or ctx.now() + USUAL
        if not ctx.now() < closes_at <= ctx.now() + LONGEST:
            raise Refused(f"A technique cannot close {iso(closes_at)}", todo="Give a moment to come, within a year")
    with transaction.atomic():
        situations.ensure(ctx, place_id)
        last = Technique.objects.select_for_update().filter(place_id=place_id).order_by("-number").first()
        fields: dict[str, Any] = {
            "kind": kind,
            "place_id": place_id,
            "number": last.number + 1 if last else 1,
            "question": asked,
            "item": item if item is not None or round is None else round.item,
            "blind": blind,
            "invited": chairs,
            "closes_at": closes_at if blind else None,
        }
        body = {**fields, "closes_at": iso(fields["closes_at"]), "round": round.number if round else None}
        entry = enter(ctx, kind="technique.opened", item=fields["item"], body={**body, "by": actor.body()})
        return Technique.objects.create(
            **fields, round=round, opened_at=ctx.now(), post=actor.post, person=actor.person, ledger_seq=entry.seq
        )


def found(place_id: str, number: int) -> Technique:
    """Return a technique. Raises Refused when there is none."""
    one = Technique.objects.filter(place_id=place_id, number=number).first()
    if one is None:
        raise Refused(f"There is no technique {number} on {place_id}", todo=f"See tocsin technique list {place_id}")
    return one


def put(
    ctx: Context,
    one: Technique,
    actor: Actor,
    part: str,
    given: Mapping[str, Any],
    *,
    key: str = "",
    made_from: int | None = None,
) -> TechniquePart:
    """Say something in a technique, or say it anew: a new version of ``key``. The same words again add nothing.

    ``made_from`` is the version that the form was made from. Raises Refused when somebody wrote another meanwhile,
    when the part is another seat's own, or it is not the time for it; Misuse and Refused as ``words.checked``.
    """
    declared = kinds.kind(one.kind).part(part)
    with transaction.atomic():
        one = seats.lock(one)
        if declared.after_reveal and one.still_blind:
            raise Refused(f"{declared.title} comes after the reveal", todo=f"It is blind until {iso(one.closes_at)}")
        seat = seats.take(ctx, one, actor)
        secret = seats.sealed(seat, declared)
        said_now = words.checked(declared, given, lambda of: standing_keys(one, of))
        if part == "cell":
            key = f"{seat.number + 1}.{said_now['evidence']}.{said_now['hypothesis']}"
        before = last_of(one, key) if key else None
        _may_write(one, seat, declared, key, before)
        if before is not None and not before.withdrawn and before.words == said_now:
            return before
        if before is not None and made_from is not None and made_from != before.version:
            raise Refused(
                f"{key} was written anew meanwhile, by {before.seat.post}",
                todo="Read it; what you wrote is still here, and keeping it again puts it after theirs",
            )
        version = before.version + 1 if before else 1
        return _append(ctx, one, seat, actor, part, key or _next_key(one, declared, seat), version, said_now, secret)


def take_back(ctx: Context, one: Technique, actor: Actor, key: str) -> TechniquePart:
    """Take a part back: a version that withdraws it. What it said stays readable, and ``bring_back`` undoes it."""
    return _again(ctx, one, actor, key, None)


def bring_back(ctx: Context, one: Technique, actor: Actor, key: str, version: int) -> TechniquePart:
    """Let an earlier version of a part stand again, as a new version. Raises Refused when there is no such version."""
    return _again(ctx, one, actor, key, version)


def hand_in(ctx: Context, one: Technique, actor: Actor) -> Technique:
    """Hand in what this seat has said blind; when it is the last of the invited, the technique is revealed.

    Raises Refused when there is nothing to hand in, or it was handed in.
    """
    may(actor, "assess").enforce()
    with transaction.atomic():
        one = seats.lock(one)
        own = seats.hand_over(ctx, one, actor)
        body = {"place_id": one.place_id, "technique": one.number, "seat": own.number, "by": actor.body()}
        entry = enter(ctx, kind="technique.handed_in", item=one.item, body=body)
        TechniqueHandIn.objects.create(seat=own, at=ctx.now(), ledger_seq=entry.seq)
        if not one.still_blind:
            _unseal(ctx, one, [own])
        elif one.seats.filter(number__lt=len(one.invited)).exclude(handed_in=None).count() == len(one.invited):
            _reveal(ctx, one, TechniqueReveal.Because.ALL)
    return Technique.objects.get(pk=one.pk)


def reveal_due(ctx: Context) -> int:
    """Reveal every blind technique whose time is over; return how many."""
    due = Technique.objects.filter(blind=True, reveal=None, closes_at__lte=ctx.now()).order_by("closes_at", "id")
    made = 0
    for row in due:
        with transaction.atomic():
            one = seats.lock(row)
            if one.still_blind:
                _reveal(ctx, one, TechniqueReveal.Because.CLOSED)
                made += 1
    return made


def last_of(one: Technique, key: str) -> TechniquePart | None:
    """Return the last version of a part, sealed or not; None when nothing has that key."""
    rows = TechniquePart.every.filter(technique=one, key=key).select_related("seat")
    return rows.order_by("-version").first()


def standing_keys(one: Technique, part: str) -> list[str]:
    """Return the keys of a part that stand and that everybody may see, in the order in which they came."""
    last = {row.key: row for row in TechniquePart.objects.filter(technique=one, part=part).order_by("version", "id")}
    return [row.key for row in sorted(last.values(), key=lambda r: key_order(r.key)) if not row.withdrawn]


def key_order(key: str) -> tuple[list[int], str]:
    """Return what keys are sorted by: H2 before H10, R1.2 before R2.1."""
    return [int(n) for n in key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").split(".") if n.isdigit()], key


def _again(ctx: Context, one: Technique, actor: Actor, key: str, version: int | None) -> TechniquePart:
    with transaction.atomic():
        one = seats.lock(one)
        before = last_of(one, key)
        if before is None:
            raise Refused(f"Technique {one.number} has no part {key[:40]!r}", todo="Name one as the page does, as H1")
        declared = kinds.kind(one.kind).part(before.part)
        seat = seats.take(ctx, one, actor)
        secret = seats.sealed(seat, declared)
        _may_write(one, seat, declared, key, before)
        old = before
        if version is not None:
            wanted = TechniquePart.every.filter(technique=one, key=key, version=version).first()
            if wanted is None:
                raise Refused(f"{key} has no version {version}", todo=f"It has 1 to {before.version}")
            old = wanted
        gone = version is None or old.withdrawn
        if before.withdrawn == gone and before.words == old.words:
            return before
        return _append(ctx, one, seat, actor, before.part, key, before.version + 1, old.words, secret, withdrawn=gone)


def _may_write(one: Technique, seat: TechniqueSeat, part: kinds.Part, key: str, before: TechniquePart | None) -> None:
    """Raise Refused for a key there is not, of another part, or another seat's own; and for who answers themselves."""
    if key and before is None and part.id != "cell":
        raise Refused(f"Technique {one.number} has no part {key[:40]!r}", todo="Leave the key out to add a new one")
    if before is not None and before.part != part.id:
        raise Refused(f"{key} is no {part.title.lower()}", todo=f"It is {before.part.replace('_', ' ')}")
    if before is not None and part.own and before.seat_id != seat.pk:
        raise Refused(f"{key} is another seat's own", todo="Add your own beside it")
    if part.id == "challenge" and one.invited and not seats.invited(seat):
        named = ", ".join(s["person"] or s["post"] for s in one.invited)
        raise Refused("The red team is named", todo=f"{named} argues against; answer it with a reply")
    argued = one.seats.filter(hand=seat.hand, parts__part="challenge").exists()
    if part.id == "reply" and argued:
        raise Refused("Who argues against does not answer it", todo="Let somebody else answer")


def _next_key(one: Technique, part: kinds.Part, seat: TechniqueSeat) -> str:
    """Return the next key of a part. A seat counts its own for itself: a number must not tell how much others said."""
    used = TechniquePart.every.filter(technique=one, part=part.id, version=1)
    if part.own:
        return f"{part.letter}{seat.number + 1}.{used.filter(seat=seat).count() + 1}"
    return f"{part.letter}{used.count() + 1}"


def _append(  # noqa: PLR0917 - the columns of one row
    ctx: Context,
    one: Technique,
    seat: TechniqueSeat,
    actor: Actor,
    part: str,
    key: str,
    version: int,
    said_now: dict[str, Any],
    secret: bool,
    *,
    withdrawn: bool = False,
) -> TechniquePart:
    place = {"place_id": one.place_id, "technique": one.number, "by": actor.body()}
    told = {"part": part, "key": key, "version": version, "words": said_now, "withdrawn": withdrawn}
    salt = ""
    if secret:
        sealed, salt = seal(told)
        entry = enter(
            ctx, kind="technique.sealed", item=one.item, body={**place, "seat": seat.number, "sealed": sealed}
        )
    else:
        entry = enter(ctx, kind="technique.said", item=one.item, body={**place, **told})
    return TechniquePart.every.create(
        technique=one,
        part=part,
        key=key,
        version=version,
        words=said_now,
        withdrawn=withdrawn,
        seat=seat,
        at=ctx.now(),
        seal=salt,
        ledger_seq=entry.seq,
    )


def _reveal(ctx: Context, one: Technique, because: str) -> None:
    handed = list(one.seats.exclude(handed_in=None))
    body = {"place_id": one.place_id, "technique": one.number, "because": str(because), "seats": len(handed)}
    entry = enter(ctx, kind="technique.revealed", item=one.item, body=body)
    TechniqueReveal.objects.create(technique=one, because=because, at=ctx.now(), ledger_seq=entry.seq)
    _unseal(ctx, one, handed)


def _unseal(ctx: Context, one: Technique, handed: Sequence[TechniqueSeat]) -> None:
    """Enter openly what was sealed, version by version, with the salt of its seal."""
    rows = TechniquePart.every.filter(seat__in=handed).exclude(seal="").select_related("seat").order_by("id")
    enter_many(
        ctx,
        (
            Act(
                "technique.said",
                {
                    "place_id": one.place_id,
                    "technique": one.number,
                    **{f: getattr(row, f) for f in ("part", "key", "version", "words", "withdrawn", "seal")},
                    "post": row.seat.post,
                },
                one.item,
            )
            for row in rows
        ),
    )
