"""Rounds: a question of policy put to several assessors, who answer blind until all have submitted or it closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import situations
from tocsin.response.register.assessments import answers
from tocsin.response.register.assessments.frames import FRAMEWORK, frame
from tocsin.response.register.models import Answer, Person, Round, Sheet
from tocsin.response.register.people import Actor, may

LEAST_SEATS = 2
LONGEST = timedelta(days=366)


def open_round(
    ctx: Context,
    actor: Actor,
    place_id: str,
    *,
    question: str,
    invited: Sequence[str],
    closes_at: datetime,
    framework: str = FRAMEWORK,
    codes: Sequence[str] = (),
    options: Sequence[str] = (),
    item: int | None = None,
) -> Round:
    """Open a round and enter it. ``invited`` are seats: a post, or ``post:username`` for one holder of it.

    ``codes`` narrow the framework: questions, or groups such as RF7, which stand for all of theirs. Raises Misuse for
    a place, post, person, option or code there is not; Refused when the question says nothing, when fewer than two
    are invited, when it would close in the past, or when another round on this place is still blind.
    """
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    asked = said(question, SHORT)
    if not substantial(asked):
        raise Refused("A round serves a question of policy", todo="Write what is to be decided with the answers")
    seats = [seat_of(one) for one in dict.fromkeys(invited)]
    if len(seats) < LEAST_SEATS:
        raise Refused(
            "A round needs two assessors or more", todo="Invite another; one alone answers the framework in the open"
        )
    if not ctx.now() < closes_at <= ctx.now() + LONGEST:
        raise Refused(f"A round cannot close {iso(closes_at)}", todo="Give a moment to come, within a year")
    narrowed = _codes(framework, codes)
    if unknown := [one for one in options if one not in library().options]:
        raise Misuse(f"{unknown[0]!r} is no option of the catalogue", todo="See tocsin options list")
    with transaction.atomic():
        situations.ensure(ctx, place_id)
        reveal_due(ctx, place_id)
        blind = Round.objects.filter(place_id=place_id, framework=framework, revealed_at=None).first()
        if blind is not None:
            raise Refused(
                f"Round {blind.number} on {place_id} is still blind, to {iso(blind.closes_at)}",
                todo="Wait for it; two blind rounds on one framework would leak into each other",
            )
        last = Round.objects.select_for_update().filter(place_id=place_id).order_by("-number").first()
        fields: dict[str, Any] = {
            "place_id": place_id,
            "number": last.number + 1 if last else 1,
            "framework": framework,
            "question": asked,
            "options": list(dict.fromkeys(options)),
            "codes": narrowed,
            "item": item,
            "invited": seats,
            "closes_at": closes_at,
        }
        body = {**fields, "item": item, "closes_at": iso(closes_at), "by": actor.body()}
        entry = enter(ctx, kind="assessment.round_opened", item=item, body=body)
        return Round.objects.create(
            **fields, opened_at=ctx.now(), opened_post=actor.post, opened_by=actor.person, ledger_seq=entry.seq
        )


def found(place_id: str, number: int) -> Round:
    """Return a round. Raises Refused when there is none."""
    one = Round.objects.filter(place_id=place_id, number=number).first()
    if one is None:
        raise Refused(f"There is no round {number} on {place_id}", todo=f"See tocsin assess rounds {place_id}")
    return one


def questions_of(one: Round) -> list[str]:
    """Return the codes that a round asks, in the order of the framework."""
    every = list(frame(one.framework).questions)
    return [code for code in every if code in set(one.codes)] if one.codes else every


def reveal_due(ctx: Context, place_id: str | None = None) -> list[Round]:
    """Reveal every round whose time is over (of one place, or of all); return those revealed now."""
    due = Round.objects.filter(revealed_at=None, closes_at__lte=ctx.now()).order_by("closes_at", "id")
    if place_id is not None:
        due = due.filter(place_id=place_id)
    return [one for one in (reveal(ctx, row.pk, Round.Revealed.CLOSED) for row in due) if one is not None]


def reveal(ctx: Context, pk: int, because: str) -> Round | None:
    """Open the submitted sheets of a round to everybody, for good; None when that was done before.

    What was sealed in the ledger is entered open, answer by answer, with the salt of its seal. A sheet that was never
    submitted stays its assessor's.
    """
    with transaction.atomic():
        one = Round.objects.select_for_update().get(pk=pk)
        if one.revealed_at is not None:
            return None
        one.revealed_at, one.revealed_because = ctx.now(), because
        one.save(update_fields=["revealed_at", "revealed_because"])
        sheets = list(one.sheets.exclude(submitted_at=None).order_by("seat"))
        unseal(ctx, one, sheets)
        return one


def unseal(ctx: Context, one: Round, sheets: Sequence[Sheet]) -> None:
    """Enter the answers of sheets openly. Call it inside the transaction of what opens them."""
    from tocsin.response.register.record import Act, enter, enter_many

    told = [{"sheet": s.pk, "post": s.post, "seat": s.seat, "submitted_at": iso(s.submitted_at)} for s in sheets]
    body = {"round": one.number, "place_id": one.place_id, "because": one.revealed_because, "sheets": told}
    enter(ctx, kind="assessment.revealed", item=one.item, body=body)
    rows = Answer.every.filter(sheet__in=sheets).exclude(seal="").order_by("id")
    enter_many(
        ctx,
        (
            Act("assessment.answered", {**answers.body(row), "round": one.number, "post": row.post, "seal": row.seal})
            for row in rows.iterator(chunk_size=500)
        ),
    )


def seat_of(word: str) -> dict[str, str]:
    """Return one seat from ``post`` or ``post:username``."""
    post, _, person = word.strip().partition(":")
    if post not in {p.id for p in directive.current().posts}:
        named = ", ".join(p.id for p in directive.current().posts)
        raise Misuse(f"{post!r} is no post of the directive", todo=f"Choose among {named}")
    if person and not Person.objects.filter(username=person).exists():
        raise Misuse(f"{person!r} has no account", todo="Invite the post, or see tocsin people")
    return {"post": post, "person": person}


def _codes(framework: str, codes: Sequence[str]) -> list[str]:
    """Return the questions that codes and groups stand for, in the order of the framework; empty for all of it."""
    kept = frame(framework)
    wanted: set[str] = set()
    for code in codes:
        if code in kept.groups:
            wanted |= {q.code for q in kept.of_group(code)}
        elif code in kept.questions:
            wanted.add(code)
        else:
            raise Misuse(f"{code!r} is no question of the framework", todo=f"Groups are {', '.join(kept.groups)}")
    return [code for code in kept.questions if code in wanted]
