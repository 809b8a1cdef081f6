"""A question that will have an answer: what will have happened, where, by which day, and who tells whether it did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography import places
from tocsin.catalog.outcomes import outcome
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register import runs, situations
from tocsin.response.register.assessments.rounds import seat_of
from tocsin.response.register.models import ForecastEnd, ForecastQuestion
from tocsin.response.register.people import Actor, hand, may

Rule = ForecastQuestion.Rule
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
SIX = Decimal("0.000001")


def ask(
    ctx: Context,
    actor: Actor,
    place_id: str,
    *,
    statement: str,
    horizon: date,
    rule: str,
    source: str,
    resolver: str,
    closes_at: datetime,
    base_rate: str = "",
    base_rate_source: str = "",
    **more: Any,
) -> ForecastQuestion:
    """Ask for the probability of a statement, to be told true or false by the holder of a post on evidence.

    ``more`` is what every question has: ``invited`` (seats, as of a round; empty: whoever may assess), ``about`` and
    ``about_id`` (round, technique, inject …) and ``item``. Raises Misuse for a place or post there is not or a base
    rate that is none; Refused when it cannot be told true from false: no statement, rule or source, a horizon that is
    past, a deadline after it, or a base rate that says not where it is from.
    """
    words = {"statement": said(statement, SHORT), "rule": said(rule, SHORT), "source": said(source, SHORT)}
    for name, text in words.items():
        if not substantial(text) and not (name == "source" and len(text) > 3):
            raise Refused(f"A forecast needs its {name} in words", todo=_TODO[name])
    directive.current().post(resolver)
    rate = _rate(base_rate)
    where = said(base_rate_source, SHORT)
    if rate is not None and len(where) < 4:
        raise Refused("A base rate says where it is from", todo="Write what was counted, where, over which years")
    return _asked(
        ctx, actor, place_id, closes_at, kind=Rule.NAMED, horizon=horizon, resolver=resolver, base_rate=rate,
        base_rate_source=where if rate is not None else "", **words, **more,
    )  # fmt: skip


def ask_onset(ctx: Context, actor: Actor, place_id: str, *, closes_at: datetime, **more: Any) -> ForecastQuestion:
    """Ask for what the model in force forecasts: an onset of mass killing within the two years of the newest run.

    Its base rate is the run's own; what came of it is told by the list the models are judged by. Raises Refused when
    there is no run, or it has no forecast of that place.
    """
    run = runs.latest(ctx.settings.home)
    window = run.window(ctx.now().date()) if run else None
    if run is None or window is None:
        raise Refused("No run forecasts an onset", todo="Run: tocsin refresh")
    if model_number(ctx, place_id)[0] is None:
        raise Refused(f"Run {run.run_id} has no forecast of onset for {place_id}", todo="Ask a question of your own")
    base = run.base_rates.get(runs.ONSET)
    name, what = places()[place_id].name, outcome(runs.ONSET)
    under_way = run.place(place_id)["board"]["state"] == "under way"
    killing = "A further, separate mass killing" if under_way else "A mass killing"
    return _asked(
        ctx, actor, place_id, closes_at, kind=Rule.ONSET, horizon=date(window.last, 12, 31), base_year=run.base_year,
        statement=f"{killing} (EWP definition) begins in {name} in {window.dates}.",
        rule=f"{what.definition} The label: {what.label}", source=what.codebook,
        base_rate=None if base is None else Decimal(base).quantize(SIX),
        base_rate_source="" if base is None else f"all places, run {run.run_id}", **more,
    )  # fmt: skip


def ask_of_chain(ctx: Context, actor: Actor, place_id: str, *, closes_at: datetime, **more: Any) -> ForecastQuestion:
    """Ask within an exercise; the chain tells what came of it once the exercise is over."""
    return _asked(ctx, actor, place_id, closes_at, kind=Rule.CHAIN, **more)


def model_number(ctx: Context, place_id: str) -> tuple[Decimal | None, str]:
    """Return the model's probability of an onset for a place now, to six digits, and its run; None when none speaks."""
    run = runs.latest(ctx.settings.home)
    if run is None or not run.covers(place_id):
        return None, ""
    p = run.place(place_id)["board"]["p_onset"]
    return (None, "") if p is None else (Decimal(p).quantize(SIX), run.run_id)


def found(number: int) -> ForecastQuestion:
    """Return a question. Raises Refused when there is none of that number."""
    one = ForecastQuestion.objects.filter(pk=number).first()
    if one is None:
        raise Refused(f"There is no forecast question {number}", todo="See tocsin forecast list")
    return one


def of(
    place_id: str = "", *, about: str = "", about_id: int | None = None, item: int | None = None
) -> list[ForecastQuestion]:
    """Return questions, newest first: of a place, with what they came, or of an item; all when nothing is named."""
    rows = ForecastQuestion.objects.prefetch_related("ends", "shown", "forecasts").order_by("-id")
    rows = rows.filter(place_id=place_id) if place_id else rows
    rows = rows.filter(about=about, about_id=about_id) if about else rows
    return list(rows.filter(item=item) if item is not None else rows)


def ending(one: ForecastQuestion) -> ForecastEnd | None:
    """Return the last word on what came of a question; None while it is open."""
    return max(one.ends.all(), key=lambda row: row.pk, default=None)


def is_open(one: ForecastQuestion, now: datetime) -> bool:
    """Tell whether a probability may be given to it now."""
    return now < one.closes_at and ending(one) is None


def is_asked(one: ForecastQuestion, post: str, username: str | None) -> bool:
    """Tell whether a question is put to somebody under a post."""
    return not one.invited or any(s["post"] == post and s["person"] in ("", username) for s in one.invited)


_TODO = {
    "statement": "Write one sentence that will be true or false on the day",
    "rule": "Write what would make it true, and what would not",
    "source": "Write where that will be looked up",
}


def _rate(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        rate = Decimal(text.strip()).quantize(SIX)
    except InvalidOperation:
        raise Misuse(f"{text!r} is no rate", todo="Write it as 0.04") from None
    if not 0 < rate < 1:
        raise Misuse(f"{text!r} is no rate", todo="Write one between 0 and 1, neither included")
    return rate


def _asked(
    ctx: Context,
    actor: Actor,
    place_id: str,
    closes_at: datetime,
    *,
    kind: str,
    horizon: date,
    invited: Sequence[str] = (),
    about: str = "",
    about_id: int | None = None,
    item: int | None = None,
    **words: Any,
) -> ForecastQuestion:
    """Write the row and its entry."""
    from tocsin.response.register.record import enter

    may(actor, "assess").enforce()
    if place_id not in places():
        raise Misuse(f"{place_id!r} is not a place", todo="Write its three letters, as in SDN")
    now = ctx.now()
    if not FIRST < horizon < LAST or horizon < now.date():
        raise Refused(f"{horizon} is past", todo="Give the last day on which it counts")
    if not now < closes_at or closes_at.date() > horizon:
        raise Refused(f"It cannot close {iso(closes_at)}", todo="Give a moment to come, not after the day it is about")
    seats = [seat_of(one) for one in dict.fromkeys(invited)]
    fields: dict[str, Any] = {
        "place_id": place_id, "kind": str(kind), "horizon": horizon, "invited": seats, "about": about,
        "about_id": about_id, "item": item, "closes_at": closes_at, **words,
    }  # fmt: skip
    told = {name: value for name, value in fields.items() if value not in (None, "")}
    plain = {
        name: iso(v) if isinstance(v, datetime) else str(v) if isinstance(v, date | Decimal) else v
        for name, v in told.items()
    }
    with transaction.atomic():
        situations.ensure(ctx, place_id)
        entry = enter(ctx, kind="forecast.asked", item=item, body={**plain, "by": actor.body()})
        return ForecastQuestion.objects.create(
            **fields, asked_at=now, post=actor.post, person=actor.person,
            hand=hand(actor.person, actor.os_user), ledger_seq=entry.seq,
        )  # fmt: skip
