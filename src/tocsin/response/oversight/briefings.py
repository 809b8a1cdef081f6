"""What a legislature is told and asks: briefings that reach every one of its offices, questions with a clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said, substantial
from tocsin.response.docket.models import Item
from tocsin.response.oversight.latency import hours, spread
from tocsin.response.oversight.models import Briefing, BriefingCopy, Question
from tocsin.response.oversight.rules import legislature, may_answer_for, may_ask, may_keep
from tocsin.response.oversight.wording import Loaded, loaded_in
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

ANSWER_DAYS = 14


def prepare(
    ctx: Context, actor: Actor, *, title: str, text: str, place_id: str = "", item: Item | None = None
) -> tuple[Briefing, list[Loaded]]:
    """Prepare a briefing; return it with the words in it that take a side, each with its place.

    The words warn, they refuse nothing: who briefs may have reason to quote. Raises Refused without title or text.
    """
    may_keep(actor).enforce()
    title, text = " ".join(said(title, 200).split()), said(text)
    if not title or not substantial(text):
        raise Refused("A briefing has a title and says something", todo="Write --title and --text")
    words = loaded_in((("title", title), ("text", text)))
    with transaction.atomic():
        body = {
            "title": title,
            "text": text,
            "place_id": place_id or (item.place_id if item else "") or None,
            "loaded_words": [hit.word for hit in words],
            "by": actor.body(),
        }
        entry = enter(ctx, kind="briefing.prepared", item=item.pk if item else None, body=body)
        row = Briefing.objects.create(
            title=title,
            text=text,
            place_id=place_id or (item.place_id if item else ""),
            item=item,
            by_post=actor.post,
            prepared_at=ctx.now(),
            ledger_seq=entry.seq,
        )
    return row, words


def deliver(ctx: Context, actor: Actor, number: int, offices: Sequence[str], why_not_all: str = "") -> Briefing:
    """Record that offices of the legislature got a briefing: all of them, or some and the reason why not all.

    Raises Refused, with nothing written, when an office is left out without a reason that says something, when the
    directive names fewer than two offices and no reason is given, or when it was delivered already.
    """
    may_keep(actor).enforce()
    houses = legislature()
    unknown = [office for office in offices if office not in houses]
    if unknown:
        raise Misuse(
            f"{', '.join(unknown)} is no office of the legislature", todo=f"There are {', '.join(houses) or 'none'}"
        )
    if not offices:
        raise Refused("A briefing is delivered to somebody", todo=f"Name the offices: {', '.join(houses)}")
    left_out, reason = [office for office in houses if office not in offices], said(why_not_all)
    if left_out and not substantial(reason):
        raise Refused(
            f"{', '.join(left_out)} would not get what {', '.join(offices)} gets",
            todo="Deliver it to every office, or say why not: --why-not-all",
        )
    if len(houses) < 2 and not substantial(reason):
        raise Refused(
            "The directive names one office of the legislature: nobody can see that both sides got the same",
            todo="Name both offices in the directive, or say why one is enough: --why-not-all",
        )
    with transaction.atomic():
        row = Briefing.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no briefing {number}", todo="See tocsin oversight briefings list")
        if row.delivered_at is not None:
            raise Refused(f"Briefing {number} was delivered at {iso(row.delivered_at)}", todo="Prepare another one")
        row.delivered_at, row.why_not_all = ctx.now(), reason if left_out or reason else ""
        row.save()
        got = [office for office in houses if office in offices]
        BriefingCopy.objects.bulk_create(BriefingCopy(briefing=row, office=office, at=ctx.now()) for office in got)
        body = {
            "briefing": row.ledger_seq,
            "title": row.title,
            "offices": got,
            "left_out": left_out,
            "why_not_all": row.why_not_all,
            "by": actor.body(),
        }
        enter(ctx, kind="briefing.delivered", item=row.item_id, body=body)
        return row


def ask(
    ctx: Context, actor: Actor, *, to_post: str, text: str, place_id: str = "", days: int = ANSWER_DAYS
) -> Question:
    """Put a question of an office of the legislature to a post, to be answered within days.

    Raises Refused when the actor is of no such office or the question says nothing, Misuse on an unknown post.
    """
    may_ask(actor).enforce()
    directive.current().post(to_post)
    text = said(text)
    if not substantial(text):
        raise Refused("A question says what is asked, in three different words at least", todo="Write --text")
    if not 1 <= days <= 366:
        raise Refused(f"A question cannot be due in {days} days", todo="Choose 1 to 366")
    office = directive.current().post(actor.post).office or actor.post
    due = ctx.now() + timedelta(days=days)
    with transaction.atomic():
        body = {"office": office, "to": to_post, "text": text, "place_id": place_id or None, "due": iso(due)}
        entry = enter(ctx, kind="question.asked", body={**body, "by": actor.body()})
        return Question.objects.create(
            asked_by=office,
            to_post=to_post,
            text=text,
            place_id=place_id,
            asked_at=ctx.now(),
            due=due,
            ledger_seq=entry.seq,
        )


def answer(ctx: Context, actor: Actor, number: int, text: str) -> Question:
    """Answer a question, for good. Raises Refused when it is answered, says nothing, or the post stands below."""
    text = said(text)
    with transaction.atomic():
        row = Question.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no question {number}", todo="See tocsin oversight questions list")
        may_answer_for(actor, row.to_post).enforce()
        if row.answered_at is not None:
            raise Refused(f"Question {number} was answered by {row.answered_post} at {iso(row.answered_at)}")
        if not substantial(text):
            raise Refused("An answer says something, in three different words at least", todo="Write --text")
        row.answer, row.answered_post, row.answered_at = text, actor.post, ctx.now()
        row.save()
        body = {"question": row.ledger_seq, "text": text, "late": ctx.now() > row.due, "by": actor.body()}
        enter(ctx, kind="question.answered", body=body)
        return row


def log(place_id: str = "") -> list[dict[str, Any]]:
    """Return the briefings with what each office got, or the reason why it did not, the newest first."""
    rows = Briefing.objects.prefetch_related("copies").order_by("-prepared_at", "-id")
    return [
        {
            "briefing": row.pk,
            "title": row.title,
            "text": row.text,
            "place_id": row.place_id or None,
            "by": row.by_post,
            "prepared_at": iso(row.prepared_at),
            "delivered_at": iso(row.delivered_at),
            "offices": {office: office in {c.office for c in row.copies.all()} for office in legislature()},
            "why_not_all": row.why_not_all,
            "ledger_seq": row.ledger_seq,
        }
        for row in rows
        if not place_id or row.place_id == place_id
    ]


def asked(now: datetime, rows: Iterable[Question] | None = None) -> dict[str, Any]:
    """Return the questions, what is overdue first, with how long each took or waits, and the figures of all of them."""
    every = list(Question.objects.all() if rows is None else rows)
    told = [
        {
            "question": q.pk,
            "asked_by": q.asked_by,
            "to": q.to_post,
            "text": q.text,
            "place_id": q.place_id or None,
            "asked_at": iso(q.asked_at),
            "due": iso(q.due),
            "answered_at": iso(q.answered_at),
            "answered_by": q.answered_post or None,
            "answer": q.answer,
            "hours": round(hours(q.asked_at, q.answered_at or now), 1),
            "state": _state(q, now),
            "ledger_seq": q.ledger_seq,
        }
        for q in every
    ]
    took = [hours(q.asked_at, q.answered_at) for q in every if q.answered_at]
    waits = [hours(q.asked_at, now) for q in every if not q.answered_at]
    order = ["overdue", "open", "answered late", "answered"]
    return {
        "questions": sorted(told, key=lambda q: (order.index(str(q["state"])), str(q["due"]), q["question"])),
        "overdue": sum(q["state"] == "overdue" for q in told),
        "answer_time": spread(took, waits),
    }


def _state(question: Question, now: datetime) -> str:
    if question.answered_at is None:
        return "overdue" if question.due < now else "open"
    return "answered late" if question.answered_at > question.due else "answered"
