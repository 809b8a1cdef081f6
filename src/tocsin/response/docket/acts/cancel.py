"""A commitment is cancelled on the record or not at all: with reasons, before its line manager's eyes.

In a surge one that serves prevention waits until the senior named for prevention agrees. Until then its clock runs,
and a lapse it has had stays.
"""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said, substantial
from tocsin.response.docket import letters, outbox
from tocsin.response.docket.acts import surge
from tocsin.response.docket.acts.commitments import may_complete
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Cancelling, Commitment, Item
from tocsin.response.docket.upstream import is_upstream
from tocsin.response.register.people import Actor, Verdict, may
from tocsin.response.register.record import enter


def cancelled(row: Commitment) -> Cancelling | None:
    """Return the cancelling of a commitment that took effect; None when it stands."""
    return row.cancellings.filter(agreed=True).order_by("id").first()


def cancel(ctx: Context, number: int, actor: Actor, *, reasons: str) -> Cancelling:
    """Cancel a commitment, or, in a surge and for prevention, ask the named senior to agree.

    Raises Refused without reasons, when it is done or cancelled, when an asking waits already, or when the actor is
    neither its post nor above it.
    """
    reasons = said(reasons)
    row = Commitment.objects.filter(pk=number).first()
    if row is None:
        raise Refused(f"There is no commitment {number}", todo="See tocsin docket show")
    with turn(ctx, row.item_id) as item:
        row.refresh_from_db()
        may_complete(actor, row).enforce()
        if row.done_at is not None:
            raise Refused(f"Commitment {number} was shown to be done: there is nothing to cancel")
        if cancelled(row) is not None:
            raise Refused(f"Commitment {number} is cancelled already")
        if row.cancellings.filter(agreed=None).exists():
            raise Refused(f"Commitment {number} waits for agreement to be cancelled", todo="See tocsin docket show")
        if not substantial(reasons):
            raise Refused("A commitment is cancelled with reasons", todo="Write them in a sentence: --reasons TEXT")
        upstream = is_upstream(row)
        senior = directive.current().upstream.tell or ""
        needs = senior if upstream and surge.standing(ctx) is not None and actor.post != senior else ""
        asked = Cancelling.objects.create(
            commitment=row,
            asked_at=ctx.now(),
            asked_post=actor.post,
            reasons=reasons,
            upstream=upstream,
            needs_post=needs,
            answered_at=None if needs else ctx.now(),
            answered_post="" if needs else actor.post,
            agreed=None if needs else True,
        )
        kind = "commitment.cancel_asked" if needs else "commitment.cancelled"
        body = {**_body(row), "reasons": reasons, "upstream": upstream, "needs": needs or None, "by": actor.body()}
        enter(ctx, kind=kind, item=item.pk, body=body)
        _tell(ctx, item, row, asked, actor.post)
    return asked


def may_agree(actor: Actor, asked: Cancelling) -> Verdict:
    """Judge who answers an asking: the senior it waits for, nobody else."""
    held = may(actor, "read")
    if not held.allowed or actor.post == asked.needs_post:
        return held
    return Verdict(
        False,
        f"In a surge the cancelling of prevention waits for {asked.needs_post}",
        f"Ask {asked.needs_post}",
    )


def agree(ctx: Context, number: int, actor: Actor, *, yes: bool, reasons: str) -> Cancelling:
    """Agree to the cancelling of a commitment that waits for it, or refuse it; both with reasons. Raises Refused."""
    reasons = said(reasons)
    asked = Cancelling.objects.filter(commitment_id=number, agreed=None).select_related("commitment").first()
    if asked is None:
        raise Refused(f"Nobody asks to cancel commitment {number}", todo="See tocsin docket show")
    with turn(ctx, asked.commitment.item_id) as item:
        asked.refresh_from_db()
        if asked.agreed is not None:
            raise Refused(f"The cancelling of commitment {number} was answered by {asked.answered_post}")
        may_agree(actor, asked).enforce()
        if not substantial(reasons):
            raise Refused("An agreement and a refusal have reasons", todo="Write them in a sentence: --reasons TEXT")
        asked.answered_at, asked.answered_post, asked.agreed = ctx.now(), actor.post, yes
        asked.answer_reasons = reasons
        asked.save()
        row = asked.commitment
        kind = "commitment.cancelled" if yes else "commitment.cancel_refused"
        body = {**_body(row), "reasons": reasons, "asked_by": asked.asked_post, "by": actor.body()}
        enter(ctx, kind=kind, item=item.pk, body=body)
        _tell(ctx, item, row, asked, actor.post)
    return asked


def _body(row: Commitment) -> dict[str, object]:
    return {"commitment": row.pk, "option": row.option_id or None, "what": row.what, "post": row.post}


def _tell(ctx: Context, item: Item, row: Commitment, asked: Cancelling, by: str) -> None:
    """Tell its post, the line manager of its post, the item's owner and whoever must agree."""
    rules = directive.version(item.directive_version)
    state = {None: "is to be cancelled, and waits", True: "is cancelled", False: "is not cancelled"}[asked.agreed]
    subject = f"Item {item.pk}, {letters.about(item)}: commitment {row.pk} {state}"
    body = f"{row.what}\n\n{asked.asked_post}: {asked.reasons}\n"
    if asked.answer_reasons:
        body += f"{asked.answered_post}: {asked.answer_reasons}\n"
    if asked.agreed is None:
        body += (
            f"\nIn a surge it waits for {asked.needs_post} to agree; until then its clock runs.\n"
            f"tocsin docket agree {row.pk} --yes|--no --reasons TEXT --by {asked.needs_post}\n"
        )
    key = f"item-{item.pk}.commitment-{row.pk}.cancel-{asked.pk}.{'asked' if asked.agreed is None else 'answered'}"
    named = (rules.post(row.post).line_manager, row.post, item.owner_post, asked.needs_post, asked.asked_post)
    for post in dict.fromkeys(p for p in named if p and p != by):
        outbox.write(ctx, item, key, post, (subject, body))
