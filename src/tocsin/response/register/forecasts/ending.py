"""What came of a question: told by a named person on evidence, by the list of onsets, or by an exercise's chain.

At its close, or at its end where that is earlier, what was sealed in the ledger is entered openly, without names: who
gave which stands in the entries of the seals.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import runs
from tocsin.response.register.contacts import above
from tocsin.response.register.forecasts.questions import Rule, found
from tocsin.response.register.models import Forecast, ForecastEnd, ForecastQuestion, ForecastShown
from tocsin.response.register.people import Actor, Verdict, hand, may

Came = ForecastEnd.Came


def may_tell(one: ForecastQuestion, actor: Actor) -> Verdict:
    """Judge who may say what came of a question: its resolver or a line manager above, who gave no number to it."""
    held = may(actor, "assess")
    if not held.allowed:
        return held
    post = one.resolver or one.post
    told = f"What came of it is told by {post} or a post above it, who gave no number to it"
    if actor.post != post and actor.post not in above(post):
        return Verdict(False, told, f"Ask {post}")
    if one.forecasts.filter(hand=hand(actor.person, actor.os_user)).exists():
        return Verdict(False, f"{told}; you gave one", f"Ask {', '.join(above(post)) or 'another holder of the post'}")
    return Verdict(True, told)


def tell(
    ctx: Context, actor: Actor, number: int, *, came: str, evidence: str, happened_on: date | None = None
) -> ForecastEnd:
    """Say what came of a question: yes with its day, no once its day is past, or void with the reason.

    A later word corrects an earlier one; both stay. Raises Misuse for another word; Refused without evidence, for a no
    before the day is past, a yes outside its days, what a list or chain tells, and for who may not tell.
    """
    if came not in (Came.YES, Came.NO, Came.VOID):
        raise Misuse(f"{came!r} is no answer", todo="Write yes, no or void")
    one = found(number)
    may_tell(one, actor).enforce()
    if one.kind != Rule.NAMED and came != Came.VOID:
        raise Refused(f"What came of it is told by {one.get_kind_display()}", todo="You may only say that it is void")
    today = ctx.now().date()
    if came == Came.NO and today <= one.horizon:
        raise Refused(f"It may still happen until {one.horizon}", todo="Say no when that day is past")
    if came == Came.YES and happened_on is None:
        raise Refused("A yes has the day from which it was true", todo="Give the day")
    if came == Came.YES and happened_on and not one.asked_at.date() <= happened_on <= min(today, one.horizon):
        raise Refused(
            f"{happened_on} is not among its days", todo="If it was true before it was asked, say void and why"
        )
    return end(ctx, actor, one, came=came, evidence=evidence, happened_on=happened_on if came == Came.YES else None)


def withdraw(ctx: Context, actor: Actor, number: int, why: str) -> ForecastEnd:
    """Take a question back before it closes: whoever asked may, with the reason; what was given stays, unscored.

    Raises Refused without a reason, after the close, and for anybody else.
    """
    one = found(number)
    may(actor, "assess").enforce()
    if actor.post != one.post and hand(actor.person, actor.os_user) != one.hand:
        raise Refused("A question is withdrawn by whoever asked it", todo=f"Ask {one.post}")
    if one.closes_at <= ctx.now():
        raise Refused("A question that has closed is not withdrawn", todo="If it cannot be told, say void and why")
    return end(ctx, actor, one, came=Came.WITHDRAWN, evidence=why)


def end(
    ctx: Context,
    actor: Actor | None,
    one: ForecastQuestion,
    *,
    came: str,
    evidence: str,
    happened_on: date | None = None,
    happened_at: datetime | None = None,
    by_rule: str = "",
) -> ForecastEnd:
    """Write what came of a question and its entry, and enter its forecasts openly. Raises Refused without evidence."""
    from tocsin.response.register.record import enter

    words = said(evidence, SHORT)
    if not by_rule and not substantial(words):
        what = "its reason" if came in (Came.VOID, Came.WITHDRAWN) else "evidence"
        raise Refused(f"What came of it is told with {what}", todo="Write on what, and where it can be read")
    fields: dict[str, Any] = {"came": str(came), "evidence": words, "by_rule": by_rule}
    who = {"post": actor.post, "person": actor.person, "hand": hand(actor.person, actor.os_user)} if actor else {}
    with transaction.atomic():
        one = ForecastQuestion.objects.select_for_update().get(pk=one.pk)
        show(ctx, one)
        day = happened_on.isoformat() if happened_on else None
        body = {"question": one.pk, "asked_at_entry": one.ledger_seq, **fields, "happened_on": day}
        body |= {"happened_at": iso(happened_at)} if happened_at else {}
        entry = enter(ctx, kind="forecast.ended", item=one.item, body={**body, "by": actor.body() if actor else None})
        return ForecastEnd.objects.create(
            question=one,
            **fields,
            happened_on=happened_on,
            happened_at=happened_at,
            **who,
            at=ctx.now(),
            ledger_seq=entry.seq,
        )


def show(ctx: Context, one: ForecastQuestion) -> None:
    """Enter every forecast of a question openly, each with the salt of its seal; once. Call it in a transaction."""
    from tocsin.response.register.record import enter

    if ForecastShown.objects.filter(question=one).exists():
        return
    rows = [
        {"sealed_at": f.ledger_seq, "number": f.number, "p": str(f.p), "why": f.why, "saw_model": f.saw_model,
         "salt": f.salt}
        for f in Forecast.objects.filter(question=one).order_by("id")
    ]  # fmt: skip
    body = {"question": one.pk, "asked_at_entry": one.ledger_seq, "forecasts": rows}
    entry = enter(ctx, kind="forecast.shown", item=one.item, body=body)
    ForecastShown.objects.create(question=one, at=ctx.now(), ledger_seq=entry.seq)


def go(ctx: Context) -> None:
    """Show what has closed, and end what the list of onsets tells by now. Running it twice does no more."""
    for one in ForecastQuestion.objects.filter(closes_at__lte=ctx.now(), shown=None).order_by("id"):
        with transaction.atomic():
            show(ctx, ForecastQuestion.objects.select_for_update().get(pk=one.pk))
    _tell_onsets(ctx)


def _tell_onsets(ctx: Context) -> None:
    """End each question of onset whose two years the newest run knows whole: the same row its model is judged by."""
    waiting = ForecastQuestion.objects.filter(kind=Rule.ONSET, ends=None, horizon__lt=ctx.now().date()).order_by("id")
    if not waiting.exists() or (run := runs.latest(ctx.settings.home)) is None:
        return
    known = {
        (r["place_id"], int(r["base_year"])): bool(r["onset_within"])
        for r in run.query("record", "onset_within IS NOT NULL")
    }
    for one in waiting:
        came = known.get((one.place_id, one.base_year or 0))
        if came is not None:
            word = Came.YES if came else Came.NO
            end(ctx, None, one, came=word, evidence=one.source, by_rule=f"run {run.run_id}")


def last_moment(one: ForecastQuestion, told: ForecastEnd) -> datetime:
    """Return until when forecasts are scored: the question's close, or the day it came true where that is earlier."""
    if told.came == Came.YES and told.happened_at is not None:
        return min(one.closes_at, told.happened_at)
    if told.came != Came.YES or told.happened_on is None:
        return one.closes_at
    return min(one.closes_at, datetime.combine(told.happened_on, time(), UTC))


def plain(told: ForecastEnd) -> dict[str, Any]:
    """Return what came of a question as JSON has it, without who told."""
    return {
        "came": told.came,
        "happened_on": told.happened_on.isoformat() if told.happened_on else None,
        "evidence": told.evidence,
        "by_rule": told.by_rule or None,
        "post": told.post or None,
        "at": iso(told.at),
    }
