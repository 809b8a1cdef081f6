"""Reopen a closed question: by the tier that decided it or above, with reasons.

The closed item stays as it is, with its decisions and its lapses: what was decided was decided on what was known then.
The question is asked again as an item of its own that follows it and carries its warnings. Its decision clock runs
from the reopening, by the hours of its level, and is never later than one of the closed item that has not run out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import bodies, clocks, deputies, ladder, outbox
from tocsin.response.docket.acts.open import UNDECIDED
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item, ItemWarning
from tocsin.response.docket.plain import plain
from tocsin.response.docket.rank import may_answer
from tocsin.response.register.people import Actor, Verdict
from tocsin.response.register.record import enter


def reopen(ctx: Context, number: int, actor: Actor, *, reasons: str) -> Item:
    """Ask a closed question again; return the item that follows it.

    Raises Refused without reasons, below the tier that decided, when it is not closed, or when the same place has an
    undecided item already.
    """
    said = text.said(reasons)
    with turn(ctx, number) as item:
        verdict = may_reopen(actor, item, ctx.now())
        verdict.enforce()
        actor = replace(actor, acting_for=verdict.acting_for, acting_why=verdict.rule if verdict.acting_for else "")
        if item.state != Item.State.CLOSED:
            raise Refused(
                f"Item {number} is {item.state} and not closed", todo="Decide anew: the later decision supersedes"
            )
        if not text.substantial(said):
            raise Refused("A question is reopened with reasons", todo="Write --reasons")
        same = Item.objects.filter(place_id=item.place_id, source_id=item.source_id, state__in=UNDECIDED).first()
        if same is not None:
            raise Refused(
                f"Item {same.pk} asks about the same already", todo=f"Decide that: tocsin docket show {same.pk}"
            )
        try:
            with transaction.atomic():
                again = _again(ctx, item, actor, said)
        except IntegrityError:
            raise Refused("Somebody asked about the same at this moment", todo="See tocsin docket list") from None
    outbox.deliver_after(ctx)
    return again


def may_reopen(actor: Actor, item: Item, at: datetime) -> Verdict:
    """Judge who may reopen: a post of the tier that decided, or of the item's, or above."""
    verdict = may_answer(actor, "reopen", item, at)
    last = item.decisions.order_by("id").last()
    if not verdict.allowed or verdict.acting_for or last is None:
        return verdict
    seat = bodies.seat(item, actor.post)
    mine = max(bodies.effective_tier(item, actor.post), bodies.effective_tier(item, seat) if seat else 0)
    if mine >= last.tier:
        return verdict
    return Verdict(
        False,
        f"{last.post} decided this at tier {last.tier} and {actor.post} answers for tier {mine}: "
        "no tier below may reopen it",
        f"Ask {last.post}, or ring the bell: a new warning asks anew",
    )


def _again(ctx: Context, before: Item, actor: Actor, said: str) -> Item:
    rules = directive.current()
    now = ctx.now()
    due = clocks.decision_due(rules, before.level, now)
    if before.decision_due > now:
        due = min(due, before.decision_due)
    tier = min(max(before.tier, rules.level(before.level).entry), rules.top)
    item = Item(
        place_id=before.place_id,
        source_id=before.source_id,
        question=before.question,
        level=before.level,
        tier=tier,
        ceiling=max(rules.level(before.level).ceiling, tier),
        owner_post=rules.tier(tier).owner,
        opened_at=now,
        decision_due=due,
        run_id=before.run_id,
        evidence_vintage=before.evidence_vintage,
        directive_version=rules.version,
        follows=before,
    )
    item.save()
    ladder.enter_rung(ctx, item, tier, now, f"{actor.post} reopened item {before.pk}")
    body = {
        "reopens": before.pk,
        "reasons": said,
        "question": item.question,
        "tier": tier,
        "owner": item.owner_post,
        "decision_due": iso(due),
        "was_due": iso(before.decision_due),
        "evidence_vintage": item.evidence_vintage,
        "directive": {"version": rules.version, "sha256": directive.digest()},
        "warnings": [link.warning.warning_id for link in before.itemwarning_set.select_related("warning")],
        "by": actor.body(),
    }
    entry = enter(ctx, kind="item.reopened", item=item.pk, body=plain(body))
    deputies.keep(ctx, item, actor, "reopen", entry.seq)
    for link in before.itemwarning_set.order_by("id"):
        # As of when each warning came: reopening gives nobody more time.
        ItemWarning.objects.create(
            item=item, warning=link.warning, joined_at=link.joined_at, opened=False, ledger_seq=entry.seq
        )
    ladder.keep_due(item.pk)
    return item
