"""Where an answer goes: into the assessor's sheet of a round, or into the open. Both keep what was saved twice."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.assessments import answers, sheets
from tocsin.response.register.assessments.sheets import RULE, Kept, alike
from tocsin.response.register.assessments.words import Words
from tocsin.response.register.models import Answer, Round, Sheet, Twice, TwiceSettled
from tocsin.response.register.people import Actor, may


def round_for(actor: Actor, place_id: str, framework: str) -> Round | None:
    """Return the round in which this assessor answers now: one still blind that invites them; None: in the open."""
    return answers.blind_round(actor, place_id, framework)


def put(
    ctx: Context,
    actor: Actor,
    place_id: str,
    code: str,
    words: Words,
    *,
    made_from: int,
    framework: str = answers.FRAMEWORK,
    one: Round | None = None,
    suggestion: str = "",
) -> Kept:
    """Keep an answer in a round (``one``), or in the open. Raises as ``sheets.put`` and ``answers.answer``."""
    if one is not None:
        return sheets.put(ctx, one, actor, code, words, made_from=made_from, suggestion=suggestion)
    may(actor, "assess").enforce()
    answers.known(place_id, code, framework)
    with transaction.atomic():
        last = answers.last_of(actor, place_id, code, framework)
        if last is not None and alike(last, words):
            return Kept(last, same=True)
        if made_from != (last.pk if last else 0):
            if last is None:
                raise Misuse(f"{made_from} is no answer of yours to {code}", todo="Write 0 for a first answer")
            return Kept(None, sheets.keep_twice(ctx, None, actor, last, words, made_from=made_from))
        return Kept(answers.in_the_open(ctx, actor, place_id, code, words, framework=framework, suggestion=suggestion))


def settle(ctx: Context, actor: Actor, number: int, chose: str) -> Answer | None:
    """Enter the assessor's word on an answer saved twice: ``first`` stands, ``second`` does, or ``both`` side by side.

    Both side by side is dissent with oneself: it is shown as such, and counts in no agreement. Raises Refused when it
    is not theirs or was settled before.
    """
    if chose not in TwiceSettled.Chose.values:
        raise Misuse(f"{chose!r} is no choice", todo="Choose first, second or both")
    with transaction.atomic():
        pair = Twice.objects.filter(pk=number).first()
        if pair is None or not _is_of(pair, actor):
            raise Refused(f"There is nothing saved twice under {number} that is yours", todo=RULE)
        if TwiceSettled.objects.filter(twice=pair).exists():
            raise Refused("It is settled", todo="Answer the question again to change your mind")
        made = None if chose == TwiceSettled.Chose.FIRST else _second(ctx, actor, pair, chose)
        TwiceSettled.objects.create(twice=pair, chose=chose, answer=made, at=ctx.now())
        return made


def waiting(actor: Actor, place_id: str, framework: str, own: Sheet | None) -> list[Twice]:
    """Return what this assessor saved twice and has not settled: of a sheet, or in the open. Oldest first."""
    pairs = Twice.objects.filter(place_id=place_id, framework=framework, settled=None, sheet=own)
    return list(pairs.filter(post=actor.post, person=actor.person).select_related("against").order_by("id"))


def _second(ctx: Context, actor: Actor, pair: Twice, chose: str) -> Answer:
    """Append the answer that was saved second, in place of the first or beside it."""
    words = Words(**{**pair.words, "grades": tuple(pair.words["grades"])})
    own = pair.sheet
    if own is None:
        last = answers.last_of(actor, pair.place_id, pair.code, pair.framework)
        beside = last if chose == TwiceSettled.Chose.BOTH else None
        return answers.in_the_open(ctx, actor, pair.place_id, pair.code, words, framework=pair.framework, beside=beside)
    if own.submitted_at is not None and own.round.revealed_at is None:
        raise Refused("Your sheet is submitted", todo="After the reveal you may settle it")
    if own.submitted_at is not None and not words.why:
        words = replace(words, why="chosen from two that were saved")
    beside = sheets.last_on(own, pair.code) if chose == TwiceSettled.Chose.BOTH else None
    return sheets.write(ctx, own, actor, pair.code, words, beside=beside)


def _is_of(pair: Twice, actor: Actor) -> bool:
    """Tell whether a pair is this assessor's. By command line a sheet is its hand's, and the open is its post's."""
    may(actor, "assess").enforce()
    if pair.sheet is not None:
        return sheets.mine(pair.sheet.round, actor) == pair.sheet
    return (pair.post, pair.person_id) == (actor.post, actor.person.pk if actor.person else None)
