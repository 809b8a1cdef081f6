"""What came of it: recorded once a question is closed, asked for by message, corrected by a later row.

No onset after action is not a success by itself, and not a false alarm either: the claim that it was prevented, by what
and how sure, is written down as a claim, with its evidence (after domain H4: score successes honestly).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import deputies, letters, outbox, silent
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.models_deciding import Outcome
from tocsin.response.docket.plain import plain
from tocsin.response.docket.rank import answering
from tocsin.response.register.models import Answer
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

CONFIDENCES = [c.value for c in Answer.Confidence]


def outcome(
    ctx: Context,
    number: int,
    actor: Actor,
    *,
    came: str,
    evidence: str,
    claimed_cause: str = "",
    confidence: str = "",
) -> Outcome:
    """Record what came after a closed item: onset, no_onset, or no_onset_acted with its claimed cause and confidence.

    Raises Misuse for another word; Refused while the item is not closed, without evidence, when ``no_onset_acted``
    names no cause or confidence or nobody decided to act, or below the item's tier.
    """
    if came not in Outcome.Came.values:
        raise Misuse(f"{came!r} is no outcome", todo=f"Write --came {', '.join(Outcome.Came.values)}")
    if confidence and confidence not in CONFIDENCES:
        raise Misuse(f"{confidence!r} is no confidence", todo=f"Write --confidence {', '.join(CONFIDENCES)}")
    said, cause = text.said(evidence), text.said(claimed_cause)
    acted = came == Outcome.Came.NO_ONSET_ACTED
    with turn(ctx, number) as item:
        actor = answering(actor, "outcome", item, ctx.now())
        if item.state != Item.State.CLOSED:
            raise Refused(f"Item {number} is {item.state}: its outcome is recorded once it is closed", todo="Close it")
        if not text.substantial(said):
            raise Refused("An outcome is recorded on evidence", todo="Write --evidence TEXT")
        if acted and not item.decisions.filter(kind="act").exists():
            raise Refused(f"Nobody decided to act on item {number}", todo="Write --came no_onset")
        if acted and not (text.substantial(cause) and confidence):
            raise Refused(
                "An onset that did not come after action has a claimed cause, and how sure the claim is",
                todo="Write --cause TEXT --confidence high, moderate or low",
            )
        if not acted and (cause or confidence):
            raise Refused(f"{came} claims no cause", todo="Leave --cause and --confidence out")
        fields = {"came": came, "evidence": said, "claimed_cause": cause, "confidence": confidence}
        entry = enter(ctx, kind="item.outcome", item=item.pk, body=plain({**fields, "by": actor.body()}))
        deputies.keep(ctx, item, actor, "outcome", entry.seq)
        return Outcome.objects.create(item=item, at=ctx.now(), ledger_seq=entry.seq, **fields, **who(actor))


def ask_due(ctx: Context) -> int:
    """Ask the owner of every closed item for its outcome when the directive says it is time; return messages written.

    Once an item: the message's key is its number. Items that have an outcome are asked nothing.
    """
    # When it is time says the version an item ran under; whom to ask, where its owner is no more, the one in force.
    rules = directive.current()
    closed, due = Item.objects.filter(state=Item.State.CLOSED, outcomes=None), Item.objects.none()
    for name in closed.order_by().values_list("directive_version", flat=True).distinct():
        before = ctx.now() - timedelta(days=directive.version(name).decisions.outcome_after_days)
        due = due | closed.filter(directive_version=name, closed_at__lte=before)
    asked = Message.objects.filter(item__state=Item.State.CLOSED, key__contains=".outcome.").values("item_id")
    known = {p.id for p in rules.posts}
    written = 0
    for item in due.exclude(pk__in=asked).order_by("id"):
        post = item.owner_post if item.owner_post in known else rules.tier(min(item.tier, rules.top)).owner
        with transaction.atomic():
            for told in silent.others(rules, item, [post]):
                written += outbox.write(ctx, item, f"item-{item.pk}.outcome", told, letters.outcome_due(item))
    return written
