"""Deciding together: one member proposes, members assent or dissent, each signing; it takes effect at the quorum.

Putting a question to a body stops no decision clock: a proposal ends with the clock, undecided like the item. It
answers the rung, as acknowledging does. Everything is judged under the item's lock, so that two assents at once
decide once. A dissent with its reasons is kept for good, and so is that of anybody who was told, outside any body.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import bodies, ladder, letters, outbox, recusals, silent
from tocsin.response.docket.acts import choice as choosing
from tocsin.response.docket.acts.decide import check_signed, weigh, write
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Decision, Item
from tocsin.response.docket.models_deciding import Concurrence, Proposal
from tocsin.response.docket.plain import plain
from tocsin.response.docket.rank import may_answer
from tocsin.response.register import record
from tocsin.response.register.people import Actor, may


def who(actor: Actor) -> dict[str, Any]:
    """Return the columns that say who acted."""
    return {"post": actor.post, "person": actor.person, "via": actor.via, "os_user": actor.os_user}


def propose(
    ctx: Context, number: int, actor: Actor, *, kind: str, reasons: str, minutes: str = "", **words: Any
) -> tuple[Proposal, Decision | None]:
    """Put a decision to the body in which the actor sits; proposing is their assent. Returns it, and the decision when
    that one assent was enough. ``words`` as in ``decide``. Raises Refused as ``decide`` does, and without minutes.
    """
    said = choosing.choice(kind, reasons, words)
    minutes = text.said(minutes)
    with turn(ctx, number) as item:
        may_answer(actor, "propose", item, ctx.now()).enforce()
        body = bodies.seat(item, actor.post)
        assert body is not None
        stands = bodies.open_proposal(item, body, ctx.now())
        if stands is not None and stands.post != actor.post:
            raise Refused(
                f"Proposal {stands.pk} of {stands.post} stands before {body}",
                todo=f"Assent to it or dissent: tocsin docket assent {number}, tocsin docket dissent {number}",
            )
        weigh(ctx, item, actor, said, post=body)
        if not text.substantial(minutes):
            raise Refused(f"{body} decides on minutes", todo="Write what was said and by which seat: --minutes TEXT")
        last = item.decisions.order_by("id").last()
        due = bodies.until(ctx.now(), item)
        told = {"body": body, "kind": kind, "until": iso(due), "minutes": minutes, "by": actor.body()}
        kept = said.kept() | {"after": None, "saw": None}
        entry = record.enter(ctx, kind="decision.proposed", item=item.pk, body=plain({**told, "words": kept}))
        row = Proposal.objects.create(
            item=item,
            body=body,
            kind=kind,
            words=kept,
            minutes=minutes,
            until=due,
            after=last.pk if last else 0,
            at=ctx.now(),
            ledger_seq=entry.seq,
            **who(actor),
        )
        _word(ctx, item, actor, "assent", "", proposal=row, seq=entry.seq)
        _answered(ctx, item, body)
        taken = _take_effect(ctx, item, actor, row)
        if taken is None:
            _ask_members(ctx, item, row, actor)
        return row, taken


def assent(
    ctx: Context, number: int, actor: Actor, *, reasons: str = "", read: Collection[int] | None = None
) -> tuple[Proposal, Decision | None]:
    """Say yes to the proposal before the actor's body; the decision when this was the assent that made the quorum.

    ``read`` are the proposals that were before the actor. Raises Refused when another stands there by now.
    """
    said = text.said(reasons)
    with turn(ctx, number) as item:
        may_answer(actor, "propose", item, ctx.now()).enforce()
        body = bodies.seat(item, actor.post)
        assert body is not None
        return _said(ctx, item, actor, body=body, stand="assent", said=said, read=read)


def dissent(
    ctx: Context, number: int, actor: Actor, *, reasons: str, read: Collection[int] | None = None
) -> tuple[Proposal | None, Decision | None]:
    """Say no, with reasons: to the proposal before the actor's body, else to the decision in force.

    Anybody whose post was told of an item may append a dissent to its decision, ``dissent_days`` long. Raises Refused
    without reasons, when there is nothing to dissent from, when it is too late or when the post was not told, and when
    another proposal stands there than those that were read.
    """
    said = text.said(reasons)
    if not text.substantial(said):
        raise Refused("A dissent says why", todo="Write --reasons")
    with turn(ctx, number) as item:
        body = bodies.seat(item, actor.post)
        if body is not None and bodies.open_proposal(item, body, ctx.now()) is not None:
            may_answer(actor, "propose", item, ctx.now()).enforce()
            return _said(ctx, item, actor, body=body, stand="dissent", said=said, read=read)
        decision = _may_append(ctx, item, actor)
        check_signed(actor, "A dissent")
        told = {"decision": decision.ledger_seq, "reasons": said, "by": actor.body()}
        entry = record.enter(ctx, kind="decision.dissented", item=item.pk, body=plain(told))
        _word(ctx, item, actor, "dissent", said, decision=decision, seq=entry.seq)
        subject = f"Item {item.pk}, {letters.about(item)}: {actor.post} dissents from the decision"
        letter = (subject, f"{said}\n\nThe dissent is kept with the decision.\n")
        outbox.write(ctx, item, f"item-{item.pk}.dissent-{entry.seq}", decision.post, letter)
        return None, decision


def _may_append(ctx: Context, item: Item, actor: Actor) -> Decision:
    """Return the decision an outsider's dissent is appended to. Raises Refused when they may not."""
    (recusals.barred(actor, item) or may(actor, "read")).enforce()
    decision = item.decisions.order_by("id").last()
    if decision is None:
        raise Refused(
            f"Item {item.pk} has no decision and no open proposal of your body", todo="See tocsin docket show"
        )
    rules = directive.version(item.directive_version)
    told = {post for step in item.steps.all() for post in step.posts} | {m.to_post for m in item.messages.all()}
    seats = {m for post in told for m in (p.id for p in rules.members(post))} if told else set()
    if actor.post not in told | seats:
        raise Refused(f"{actor.post} was not told of item {item.pk}", todo="A post that was told may append a dissent")
    last = decision.at + timedelta(days=rules.decisions.dissent_days)
    if ctx.now() > last:
        raise Refused(f"Dissent from decision {decision.pk} was open until {iso(last)}", todo="Ring the bell")
    return decision


def _said(
    ctx: Context, item: Item, actor: Actor, *, body: str, stand: str, said: str, read: Collection[int] | None
) -> tuple[Proposal, Decision | None]:
    """Enter a member's word on the open proposal, and let it take effect when it has its quorum."""
    check_signed(actor, "A word on a proposal")
    row = item.proposals.filter(body=body).order_by("id").last()
    if row is None:
        raise Refused(
            f"Nothing is before {body} on item {item.pk}",
            todo=f"Put something to it: tocsin docket decide {item.pk} --minutes TEXT",
        )
    if read is not None and row.pk not in read:
        raise Refused(
            f"Proposal {row.pk} was put before {body} meanwhile, and you have not read it",
            todo=f"Read it, then say yes or no: tocsin docket show {item.pk}",
        )
    over = bodies.ended(item, row, ctx.now())
    if over:
        raise Refused(f"Proposal {row.pk} takes no more assents: {over}", todo=f"See tocsin docket show {item.pk}")
    before = row.concurrences.filter(post=actor.post).order_by("id").last()
    if before is not None and before.stand == stand:
        raise Refused(f"{actor.post} has said so already, at {iso(before.at)}", todo="Nothing more is needed")
    told = {"proposal": row.ledger_seq, "stand": stand, "reasons": said, "by": actor.body()}
    entry = record.enter(ctx, kind=f"proposal.{stand}ed", item=item.pk, body=plain(told))
    _word(ctx, item, actor, stand, said, proposal=row, seq=entry.seq)
    return row, _take_effect(ctx, item, actor, row)


def _word(
    ctx: Context,
    item: Item,
    actor: Actor,
    stand: str,
    said: str,
    *,
    seq: int,
    proposal: Proposal | None = None,
    decision: Decision | None = None,
) -> None:
    Concurrence.objects.create(
        item=item,
        proposal=proposal,
        decision=decision,
        stand=stand,
        signed=actor.signed,
        reasons=said,
        at=ctx.now(),
        ledger_seq=seq,
        **who(actor),
    )


def _take_effect(ctx: Context, item: Item, actor: Actor, row: Proposal) -> Decision | None:
    """Write the decision when the quorum is reached; everything it says is checked again as of now."""
    stands = bodies.standing(item, row.body, row)
    if not stands.reached:
        return None
    said = choosing.from_kept(row.words)
    ready = weigh(ctx, item, actor, said, post=row.body)
    words = [bodies.word(c) for c in row.concurrences.order_by("id").select_related("person")]
    together = {
        "proposal": row.ledger_seq,
        "quorum": stands.needed,
        "assents": list(stands.assents),
        "dissents": list(stands.dissents),
        "recused": list(stands.recused),
        "silent": list(stands.silent),
        "said": words,
        "minutes": row.minutes,
    }
    proposer = Actor(row.post, row.person, row.via, row.os_user, signed=row.via == "desk")
    return write(ctx, item, proposer, ready, proposal=row, together=together)


def _answered(ctx: Context, item: Item, body: str) -> None:
    """Answer the rung by putting it to the body; the decision clock runs on."""
    step = ladder.standing_step(item)
    if step.acknowledged_at is None and item.state in (Item.State.OPEN, Item.State.LAPSED):
        step.acknowledged_at, step.acknowledged_post = ctx.now(), body
        step.save(update_fields=["acknowledged_at", "acknowledged_post"])
        outbox.withdraw(ctx, item)
        item.owner_post = body
        item.save(update_fields=["owner_post"])


def _ask_members(ctx: Context, item: Item, row: Proposal, actor: Actor) -> None:
    members = list(bodies.standing(item, row.body, row).silent)
    for member in silent.others(directive.version(item.directive_version), item, members):
        if member != actor.post:
            outbox.write(ctx, item, f"item-{item.pk}.proposal-{row.pk}", member, letters.proposed(item, row))
