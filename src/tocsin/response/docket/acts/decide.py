"""Act, decline or defer: by a named post, with reasons that cite what they rest on. Never edited, only superseded.

- *act* names at least one option and opens a commitment for each; *decline* says what would change it; *defer* names
  what it waits for, is capped by the directive, and a second one belongs to the tier above the first.
- At the desk the person has just entered their passphrase again. By command line the decision carries ``via: cli`` and
  the operating-system user, and no personal signature.
- The desk must say what would change a decline. The command line may leave it out; then the record says that nothing
  was stated and when the question comes back, which is true, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import cites as citing
from tocsin.response.docket import clocks, ladder, letters, outbox
from tocsin.response.docket.acts.commitments import Promise, open_commitments, promises_for
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import Decision, Item
from tocsin.response.docket.plain import plain
from tocsin.response.docket.rank import may_answer
from tocsin.response.register import record
from tocsin.response.register.people import Actor

WRITTEN = ("dissent", "would_change", "waits_for")
ENOUGH = f": {text.LEAST_WORDS} different words and {text.LEAST_LETTERS} letters at least"
STATES = {"act": Item.State.ACTING, "decline": Item.State.DECLINED, "defer": Item.State.DEFERRED}


@dataclass
class Choice:
    """What was put into words: everything a decision says apart from who and when."""

    kind: str
    reasons: str
    options: Sequence[str] = ()
    rejected: Sequence[str] = ()
    seen: Sequence[str] = ()
    cites: Sequence[str] = ()
    dissent: str = ""
    would_change: str = ""
    waits_for: str = ""
    defer_to: date | None = None
    review_on: date | None = None
    commitments: Sequence[dict[str, Any]] = field(default_factory=tuple)
    after: int | None = None
    """How many decisions the page had shown: one more has been taken meanwhile, or this one was sent twice."""
    saw: int | None = None
    """The same by number: the last decision that was read, 0 when there was none."""


def decide(ctx: Context, number: int, actor: Actor, *, kind: str, reasons: str, **words: Any) -> Decision:
    """Decide an item. ``words`` are the other fields of ``Choice``; dates are ``date``.

    Raises Refused, with the rule and nothing changed, when the post may not, the reasons are empty or cite nothing, an
    option is unknown, a date is past or over the cap; Misuse when ``kind`` is none of act, decline, defer.
    """
    if kind not in STATES:
        raise Misuse(f"{kind!r} is no decision", todo="It is act, decline or defer")
    written = {k: v if k not in WRITTEN else text.said(v) for k, v in words.items() if v is not None}
    choice = Choice(kind=kind, reasons=text.said(reasons), **written)
    with turn(ctx, number) as item:
        may_answer(actor, "decide", item).enforce()
        _check_read(item, choice)
        if actor.via == "desk" and not actor.signed:
            raise Refused("A decision at the desk is signed", todo="Enter your passphrase again")
        if item.state == Item.State.CLOSED:
            raise Refused(f"Item {number} is closed", todo="A new warning opens a new item; anybody may ring the bell")
        _check_words(item, choice)
        cited = citing.resolve(item, choice.reasons, list(choice.cites))
        promises = _check(ctx, item, actor, choice)
        return _write(ctx, item, actor, choice, cited=cited, promises=promises)


def _check_read(item: Item, choice: Choice) -> None:
    """Refuse to supersede a decision that was not there when the form was opened."""
    before = list(item.decisions.order_by("id"))
    last = before[-1].pk if before else 0
    if choice.saw is not None and choice.saw > last:
        raise Misuse(f"Item {item.pk} has no decision {choice.saw}", todo=f"See tocsin docket show {item.pk}")
    later = choice.after is not None and len(before) > choice.after
    if later or (choice.saw is not None and choice.saw < last):
        raise Refused(
            f"Item {item.pk} was decided while this form was open: {before[-1].kind}, by {before[-1].post}",
            where=f"at {iso(before[-1].at)}",
            todo="Read that decision; sign again only to supersede it",
        )


def _check_words(item: Item, choice: Choice) -> None:
    """Refuse reasons that say nothing: too few words, or words that only name what they rest on."""
    if not choice.reasons:
        raise Refused("A decision needs reasons", todo="Write what it rests on")
    if not text.substantial(citing.without_ids(item, choice.reasons)):
        raise Refused(f"These reasons say too little{ENOUGH}", todo="Write why, and what it rests on")
    if choice.kind == "decline" and choice.would_change and not text.substantial(choice.would_change):
        raise Refused(
            f"What would change the decision is not said{ENOUGH}",
            todo="Write what you would have to see",
        )


def _check(ctx: Context, item: Item, actor: Actor, choice: Choice) -> list[Promise]:
    """Refuse what the directive does not allow; return the commitments that the decision will open."""
    rules = directive.version(item.directive_version)
    today = ctx.now().date()
    if choice.kind != "act" and choice.options:
        raise Misuse(f"A decision to {choice.kind} chooses no options", todo="Name them as rejected, or decide to act")
    if choice.kind != "defer" and choice.defer_to is not None:
        raise Misuse(f"A decision to {choice.kind} has no day it is deferred to")
    if choice.kind == "defer":
        _check_deferral(item, actor, choice, today)
    if choice.review_on is None:
        raise Refused("A decision says when it is looked at again", todo="Write --review DATE")
    if choice.review_on < today:
        raise Refused(f"The review date {choice.review_on} is past", todo=f"Choose {today} or later")
    last = today + timedelta(days=rules.decisions.review_cap_days)
    if choice.review_on > last:
        raise Refused(
            f"The review date {choice.review_on} is further off than the directive allows",
            todo=f"Choose {last} or earlier",
        )
    if choice.kind == "decline" and not choice.would_change.strip():
        if actor.via == "desk":
            raise Refused("A decision to decline says what would change it", todo="Write what you would have to see")
        choice.would_change = f"Not stated. Looked at again on {choice.review_on}, or when a new warning comes."
    return promises_for(ctx, item, choice.options, choice.commitments, choice.review_on) if choice.kind == "act" else []


def _check_deferral(item: Item, actor: Actor, choice: Choice, today: date) -> None:
    rules = directive.version(item.directive_version)
    if item.state in (Item.State.ACTING, Item.State.DECLINED):
        raise Refused(
            f"Item {item.pk} is decided and cannot be deferred", todo="Act or decline anew, or change its review date"
        )
    if choice.defer_to is None:
        raise Misuse("A deferral names its day", todo="Write --defer-to DATE")
    before = list(item.decisions.filter(kind="defer"))
    if len(before) >= rules.decisions.deferrals_before_tier_above:
        above = max([d.tier for d in before], default=item.tier) + 1
        if above > rules.top:
            raise Refused(f"Item {item.pk} was deferred by the top of the ladder already", todo="Act or decline")
        if (rules.post(actor.post).tier or 0) < above:
            raise Refused(
                f"Item {item.pk} was deferred before: a second deferral belongs to tier {above} or higher",
                todo=f"Act, decline, or ask {rules.tier(above).owner}",
            )
    if choice.defer_to <= today:
        raise Refused(
            f"The day {choice.defer_to} is not after today", todo="Defer to a later day, or act or decline now"
        )
    cap = rules.level(item.level).defer_cap_days
    last = today + timedelta(days=cap)
    if choice.defer_to > last:
        raise Refused(
            f"A question at level {item.level} is deferred by {cap} days at most", todo=f"Choose {last} or earlier"
        )
    choice.waits_for = choice.waits_for.strip() or choice.reasons
    choice.review_on = choice.review_on or choice.defer_to


def _write(
    ctx: Context, item: Item, actor: Actor, choice: Choice, *, cited: list[str], promises: list[Promise]
) -> Decision:
    """Write the decision with its commitments, its messages and its one ledger entry."""
    now = ctx.now()
    before = item.decisions.order_by("id").last()
    size, root = record.head(ctx)
    said = {
        "kind": choice.kind,
        "reasons": choice.reasons,
        "cites": cited,
        "options_seen": list(dict.fromkeys([*choice.seen, *choice.options, *choice.rejected])),
        "options_chosen": list(choice.options),
        "options_rejected": list(choice.rejected),
        "dissent": choice.dissent.strip(),
        "would_change": choice.would_change.strip(),
        "waits_for": choice.waits_for.strip() if choice.kind == "defer" else "",
        "defer_to": choice.defer_to,
        "review_on": choice.review_on,
        "evidence_vintage": item.evidence_vintage,
        "checkpoint": f"{size}:{root}",
    }
    late = item.decision_lapsed
    body = {
        **said,
        "question": item.question,
        "place_id": item.place_id or None,
        "tier": item.tier,
        "by": actor.body(),
        "decision_due": iso(item.decision_due),
        "late": late,
        "supersedes": before.ledger_seq if before else None,
        "commitments": [p.body() for p in promises],
    }
    entry = record.enter(ctx, kind="item.decided", item=item.pk, body=plain(body))
    decision = Decision.objects.create(
        item=item,
        at=now,
        tier=directive.version(item.directive_version).post(actor.post).tier or item.tier,
        post=actor.post,
        person=actor.person,
        via=actor.via,
        os_user=actor.os_user,
        supersedes=before,
        ledger_seq=entry.seq,
        **said,
    )
    _move_item(ctx, item, actor, choice)
    letter = letters.decided(item, choice.kind, actor.post, choice.reasons)
    stood = dict.fromkeys(post for step in item.steps.all() for post in step.posts)
    for post in stood:
        if post != actor.post:
            outbox.write(ctx, item, f"item-{item.pk}.decision-{decision.pk}", post, letter)
    open_commitments(ctx, decision, promises)
    return decision


def _move_item(ctx: Context, item: Item, actor: Actor, choice: Choice) -> None:
    """Deciding answers the rung too. Deferring is the one act that gives the decision clock a later due."""
    outbox.withdraw(ctx, item)
    step = ladder.standing_step(item)
    if step.acknowledged_at is None:
        step.acknowledged_at, step.acknowledged_post = ctx.now(), actor.post
        step.save(update_fields=["acknowledged_at", "acknowledged_post"])
    item.state = STATES[choice.kind]
    item.owner_post = actor.post
    item.review_on = choice.review_on
    if choice.kind == "defer":
        assert choice.defer_to is not None
        item.decision_due = clocks.end_of_day(choice.defer_to)
        item.decision_lapsed = False
    item.save()
