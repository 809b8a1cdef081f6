"""Pledges to institutions that were undertaken: what they need, who promised what by when, and what came of it (M5).

An institution is an undertaking, of the catalogue or of the register; its needs, pledges and deliveries stand under it.
A pledge in an amount is delivered when the parts add up to it, in its own unit; one in kind when a delivery says that
nothing is left to come. One that is late is recorded, told to who sees to it and to their line manager, and shown.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket import outbox
from tocsin.response.oversight.models import Delivery, Pledge, ReformNeed
from tocsin.response.oversight.rules import may_answer_for, may_keep
from tocsin.response.oversight.undertakings import known
from tocsin.response.register.activities import organisations
from tocsin.response.register.people import OPERATOR, Actor
from tocsin.response.register.record import enter

DELIVERED, OVERDUE, PARTLY, AWAITED = STATES = ("delivered", "overdue", "partly delivered", "awaited")
MOST = Decimal(10) ** 12


def amount_of(text: str) -> Decimal | None:
    """Return an amount written as 250000 or 250000.50; None when empty. Raises Misuse when it is none."""
    word = text.strip().replace(" ", "")
    if not word:
        return None
    try:
        found = Decimal(word)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 < found < MOST or found != found.quantize(Decimal("0.01")):
        raise Misuse(f"{text[:30]!r} is no amount", todo="Write it as 250000 or 250000.50, above nought")
    return found


def need(ctx: Context, actor: Actor, key: str, *, what: str, amount: str = "", unit: str = "") -> ReformNeed:
    """Record what an institution needs. Raises Refused on an unknown undertaking or words that say nothing."""
    may_keep(actor).enforce()
    known(key)
    words, number, unit = _words(what), amount_of(amount), _unit(amount, unit)
    with transaction.atomic():
        body = {"undertaking": key, "what": words, "amount": _plain(number), "unit": unit, "by": actor.body()}
        entry = enter(ctx, kind="reform.needed", body=body)
        return ReformNeed.objects.create(
            undertaking=key, what=words, amount=number, unit=unit, added_at=ctx.now(), ledger_seq=entry.seq
        )


def pledge(
    ctx: Context,
    actor: Actor,
    key: str,
    *,
    organisation: str,
    what: str,
    due: date,
    owner: str,
    source: str,
    amount: str = "",
    unit: str = "",
    need: int | None = None,
) -> Pledge:
    """Record a pledge to an institution; ``owner`` is the post that sees to it that it comes.

    Raises Misuse on an unknown organisation, post or amount; Refused on an unknown undertaking or need, a day that is
    past, or words that say nothing.
    """
    may_keep(actor).enforce()
    known(key)
    directive.current().post(owner)
    giver, words, number, unit = organisations.meant(organisation), _words(what), amount_of(amount), _unit(amount, unit)
    heard = " ".join(said(source, 400).split())
    if not heard:
        raise Refused("A pledge says where it can be read or who heard it", todo="Write --source")
    if due < ctx.now().date():
        raise Refused(f"The day {due} is past", todo="Record the day by which it was promised, and what came since")
    wanted = ReformNeed.objects.filter(pk=need, undertaking=key).first() if need is not None else None
    if need is not None and wanted is None:
        raise Refused(f"{key} has no need {need}", todo="See tocsin oversight pledges list")
    with transaction.atomic():
        row = Pledge(undertaking=key, need=wanted, organisation=giver, what=words, amount=number, unit=unit, due=due)
        row.owner_post, row.source, row.added_at = owner, heard, ctx.now()
        body = {"undertaking": key, "need": need, "organisation": giver, "what": words, "amount": _plain(number)}
        body |= {"unit": unit, "due": due.isoformat(), "owner": owner, "source": heard, "by": actor.body()}
        row.ledger_seq = enter(ctx, kind="pledge.made", body=body).seq
        row.save()
        return row


def deliver(
    ctx: Context, actor: Actor, number: int, *, on: date, evidence: str, amount: str = "", what: str = "",
    completes: bool = False,
) -> Delivery:  # fmt: skip
    """Record that a part of a pledge came, or what was left of it, and what shows it.

    In an amount for a pledge in an amount; in words for one in kind, where ``completes`` says that nothing is left.
    Raises Refused without evidence, on a day to come, when all of it came already, or below its post.
    """
    shown, words, part = said(evidence, SHORT), said(what, SHORT), amount_of(amount)
    with transaction.atomic():
        row = Pledge.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise Refused(f"There is no pledge {number}", todo="See tocsin oversight pledges list")
        may_answer_for(actor, row.owner_post).enforce()
        if not shown:
            raise Refused("A delivery is recorded when something shows it", todo="Write --evidence")
        if on > ctx.now().date():
            raise Refused(f"The day {on} has not come", todo="Record a delivery once it is there")
        if standing(row, ctx.now().date())["state"] == DELIVERED:
            raise Refused(f"All of pledge {number} came already")
        if row.amount is not None and (part is None or completes):
            raise Refused(f"Pledge {number} is in {row.unit}, and delivered when that comes", todo="Write --amount")
        if row.amount is None and (part is not None or not words):
            raise Refused(f"Pledge {number} is in kind: what came is said in words", todo="Write --what")
        late = on > row.due
        body = {"pledge": row.ledger_seq, "on": on.isoformat(), "amount": _plain(part), "what": words, "late": late}
        body |= {"completes": completes, "evidence": shown, "by": actor.body()}
        entry = enter(ctx, kind="pledge.delivered", body=body)
        return Delivery.objects.create(
            pledge=row, came_on=on, amount=part, what=words, completes=completes, evidence=shown, post=actor.post,
            at=ctx.now(), ledger_seq=entry.seq,
        )  # fmt: skip


def standing(row: Pledge, today: date) -> dict[str, Any]:
    """Return how far a pledge has come: state, what came and what is left in its unit (None: in kind)."""
    parts = list(row.deliveries.all())
    came = sum((d.amount for d in parts if d.amount is not None), Decimal(0)) if row.amount is not None else None
    left = max(row.amount - came, Decimal(0)) if row.amount is not None and came is not None else None
    done = left == 0 if left is not None else any(d.completes for d in parts)
    state = DELIVERED if done else OVERDUE if row.due < today else PARTLY if parts else AWAITED
    return {"state": state, "part": bool(parts) and not done, "came": _plain(came), "left": _plain(left)}


def as_dict(row: Pledge, today: date) -> dict[str, Any]:
    """Return a pledge as plain values, with each delivery and how far it has come. Amounts are decimal texts."""
    giver = organisations.named(row.organisation)
    return {
        "pledge": row.pk,
        "undertaking": row.undertaking,
        "need": row.need_id,
        "organisation": row.organisation,
        "organisation_name": giver.name,
        "what": row.what,
        "amount": _plain(row.amount),
        "unit": row.unit,
        "due": row.due.isoformat(),
        "owner": row.owner_post,
        "source": row.source,
        "overdue_at": iso(row.overdue_at),
        "ledger_seq": row.ledger_seq,
        **standing(row, today),
        "deliveries": [
            {
                "on": d.came_on.isoformat(),
                "amount": _plain(d.amount),
                "what": d.what,
                "completes": d.completes,
                "evidence": d.evidence,
                "late": d.came_on > row.due,
                "ledger_seq": d.ledger_seq,
            }
            for d in row.deliveries.all()
        ],
    }


def listing(today: date, *, key: str = "", state: str = "") -> list[dict[str, Any]]:
    """Return pledges, what is due first on top: of one undertaking or all, in one state or any."""
    rows = Pledge.objects.prefetch_related("deliveries").order_by("due", "id")
    rows = rows.filter(undertaking=key) if key else rows
    return [told for row in rows if (told := as_dict(row, today)) and state in {"", told["state"]}]


def needs(key: str = "") -> list[dict[str, Any]]:
    """Return what institutions need."""
    rows = ReformNeed.objects.filter(undertaking=key) if key else ReformNeed.objects.all()
    return [
        {"need": n.pk, "undertaking": n.undertaking, "what": n.what, "amount": _plain(n.amount), "unit": n.unit}
        for n in rows
    ]


def overdue(today: date) -> list[Pledge]:
    """Return the pledges whose day is past and of which something has not come."""
    rows = Pledge.objects.filter(due__lt=today).prefetch_related("deliveries").order_by("due", "id")
    return [row for row in rows if standing(row, today)["state"] == OVERDUE]


def ring_due(ctx: Context) -> int:
    """Record each pledge that became overdue and tell who sees to it and their line manager; return how many."""
    today, rung = ctx.now().date(), 0
    for found in overdue(today):
        if found.overdue_at is not None:
            continue
        with transaction.atomic():
            row = Pledge.objects.select_for_update().get(pk=found.pk)
            if row.overdue_at is not None:
                continue
            row.overdue_at = ctx.now()
            row.save(update_fields=["overdue_at"])
            told = standing(row, today)
            body = {"pledge": row.ledger_seq, "due": row.due.isoformat(), "came": told["came"], "left": told["left"]}
            enter(ctx, kind="pledge.overdue", body=body)
            for post in _hearers(row.owner_post):
                outbox.write(ctx, None, f"pledge-{row.pk}-overdue", post, _letter(row, told))
            rung += 1
    return rung


def _hearers(owner: str) -> list[str]:
    posts = {p.id: p for p in directive.current().posts}
    manager = posts[owner].line_manager if owner in posts else None
    return [post for post in (owner, manager) if post in posts] or [OPERATOR]


def _letter(row: Pledge, told: dict[str, Any]) -> tuple[str, str]:
    giver = organisations.named(row.organisation).name
    of = f"{told['left']} {row.unit} of {_plain(row.amount)} are left to come" if row.amount is not None else "in kind"
    subject = f"Overdue since {row.due}: what {giver} promised to {known(row.undertaking)}"
    body = f"{row.what}\n\nPromised by {row.due}; {of}. Source: {row.source}\n"
    return subject, f"{body}When it comes: tocsin oversight pledges deliver {row.pk} --evidence TEXT --by POST\n"


def _words(text: str) -> str:
    words = said(text, SHORT)
    if not substantial(words):
        raise Refused("It says what, in three different words at least", todo="Write --what")
    return words


def _unit(amount: str, unit: str) -> str:
    """Return the unit of an amount; one without the other is none."""
    word = " ".join(said(unit, 20).split())
    if bool(amount.strip()) != bool(word):
        raise Misuse("An amount has a unit, and a unit an amount", todo="Write --amount 250000 --unit USD, or neither")
    return word


def _plain(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    whole = amount.quantize(Decimal("0.01"))
    return str(int(whole)) if whole == whole.to_integral_value() else str(whole)
