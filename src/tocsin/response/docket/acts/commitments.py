"""Commitments: what a decision to act obliges somebody to do, by when, shown by what. Overdue ones lapse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import said
from tocsin.options import NOTHING
from tocsin.response.docket import clocks, contradictions, letters, outbox, recusals, silent
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Commitment, Decision, Item
from tocsin.response.docket.plain import plain
from tocsin.response.register.people import Actor, Verdict, may
from tocsin.response.register.record import enter


@dataclass(frozen=True)
class Promise:
    """A commitment before it is written."""

    option_id: str
    what: str
    post: str
    due: datetime
    shown_by: str

    def body(self) -> dict[str, Any]:
        """Return it as it stands in a ledger body."""
        return {**asdict(self), "due": iso(self.due)}


def promises_for(
    ctx: Context, item: Item, options: Sequence[str], given: Sequence[dict[str, Any]], review_on: date
) -> list[Promise]:
    """Return the commitments of a decision to act: those given, and one for each option that none was given for.

    By default the item's owner carries an option out, within its longest lead time (a planning estimate), at the
    latest by the review; on the silence of an office, who stands above the owner there. Raises Refused on an unknown
    option, post or past day, and when no option is named.
    """
    known = library().options
    if not options and not any("line" in words for words in given):
        raise Refused(
            "A decision to act names what will be done",
            todo=f"Write --option ID; tocsin options match --item {item.pk} lists them",
        )
    if NOTHING in options:
        raise Refused("Doing nothing is no option to act on", todo="Write --decline, with the reasons for it")
    for option_id in [*options, *(str(g["option_id"]) for g in given if g.get("option_id"))]:
        if option_id not in known:
            raise Refused(
                f"There is no option {option_id!r} in the catalogue",
                todo=f"tocsin options match --item {item.pk} lists them",
            )
    rules = directive.version(item.directive_version)
    review = clocks.end_of_day(review_on)
    promises = []
    for words in [*given, *({"option_id": o} for o in options if o not in {g.get("option_id") for g in given})]:
        option = known.get(str(words.get("option_id") or ""))
        what = str(words.get("what") or (option.name if option else "")).strip()
        if not what:
            raise Refused("A commitment says what will be done")
        by_lead = ctx.now() + timedelta(days=max(option.lead_days_max, 1)) if option else review
        due = words.get("due") or min(by_lead, review)
        if isinstance(due, date) and not isinstance(due, datetime):
            due = clocks.end_of_day(due)
        if due <= ctx.now():
            raise Refused(f"The commitment “{what}” would be due in the past", todo="Give it a later day")
        post = str(words.get("post") or next(iter(silent.others(rules, item, [item.owner_post])), item.owner_post))
        rules.post(post)
        shown_by = str(words.get("shown_by") or "").strip() or "A dated record of what was done, where and by whom"
        promises.append(Promise(option.id if option else "", what, post, due, shown_by))
    return promises


def open_commitments(ctx: Context, decision: Decision, promises: Sequence[Promise]) -> list[Commitment]:
    """Write the commitments of a decision and tell their posts; the decision's own entry records them."""
    rows = []
    for promise in promises:
        row = Commitment.objects.create(decision=decision, item=decision.item, **asdict(promise))
        key = f"item-{decision.item_id}.commitment-{row.pk}"
        letter = letters.committed(decision.item, row.pk, row.what, row.due, row.shown_by)
        for to in silent.others(directive.version(decision.item.directive_version), decision.item, [row.post]):
            outbox.write(ctx, decision.item, key, to, letter)
        rows.append(row)
    contradictions.flag(ctx, rows)
    return rows


def complete(ctx: Context, commitment_id: int, actor: Actor, evidence: str) -> Commitment:
    """Show that a commitment was carried out. Late is possible: its lapse stays.

    Raises Refused without evidence, when it is shown already, or when the actor is neither its post nor above it.
    """
    evidence = said(evidence)
    row = Commitment.objects.filter(pk=commitment_id).first()
    if row is None:
        raise Refused(f"There is no commitment {commitment_id}", todo="See tocsin docket show")
    with turn(ctx, row.item_id) as item:
        row.refresh_from_db()
        (recusals.barred(actor, item) or may_complete(actor, row)).enforce()
        if row.done_at is not None:
            raise Refused(f"Commitment {commitment_id} was shown to be done at {iso(row.done_at)}")
        if not evidence:
            raise Refused("A commitment is done when something shows it", todo=f"It is shown by: {row.shown_by}")
        row.done_at, row.done_post, row.evidence = ctx.now(), actor.post, evidence
        row.save()
        late = row.due < row.done_at
        body = {
            "commitment": row.pk,
            "option": row.option_id or None,
            "what": row.what,
            "evidence": row.evidence,
            "late": late,
            "due": row.due,
        }
        enter(ctx, kind="commitment.done", item=item.pk, body=plain({**body, "by": actor.body()}))
        if item.owner_post != actor.post:
            subject = f"Item {item.pk}, {letters.about(item)}: commitment {row.pk} is shown to be done"
            outbox.write(
                ctx,
                item,
                f"item-{item.pk}.commitment-{row.pk}.done",
                item.owner_post,
                (subject, f"{row.what}\n\n{row.evidence}\n"),
            )
    return row


def may_complete(actor: Actor, row: Commitment) -> Verdict:
    """Judge who may show it done: its own post, or any post of the same tier or above."""
    verdict = may(actor, "complete", under=row.item.directive_version)
    if not verdict.allowed:
        return verdict
    rules = directive.version(row.item.directive_version)
    mine = rules.post(actor.post).tier or 0
    theirs = rules.post(row.post).tier or 0
    if actor.post != row.post and mine < theirs:
        return Verdict(
            False, f"Commitment {row.pk} is {row.post}'s, which stands above {actor.post}", f"Ask {row.post}"
        )
    return verdict
