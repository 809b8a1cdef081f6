"""Act, decline or defer: by a named post, with reasons that cite what they rest on. Never edited, only superseded.

- *act* names at least one option and opens a commitment for each; *decline* chooses to do nothing and says what would
  change that; *defer* names what it waits for, is capped by the directive, and a second one belongs to the tier above.
- Acting and declining reject at least one option, with why not, and answer the question of every tripwire behind the
  item. Doing nothing is an option.
- At the desk the person has just entered their passphrase again. By command line the decision carries ``via: cli`` and
  the operating-system user, and no personal signature.
- Where the directive gives the tier to a body, nobody decides alone: see ``propose``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import cites as citing
from tocsin.response.docket import clocks, deputies, ladder, letters, outbox
from tocsin.response.docket.acts import choice as choosing
from tocsin.response.docket.acts.choice import STATES, Choice
from tocsin.response.docket.acts.commitments import Promise, open_commitments, promises_for
from tocsin.response.docket.acts.turn import turn
from tocsin.response.docket.models import DecidedWithout, Decision, Item
from tocsin.response.docket.models_deciding import Proposal
from tocsin.response.docket.packages import deciding
from tocsin.response.docket.packages.deciding import Picks
from tocsin.response.docket.plain import plain
from tocsin.response.docket.rank import answering
from tocsin.response.register import record
from tocsin.response.register.people import Actor


def decide(ctx: Context, number: int, actor: Actor, *, kind: str, reasons: str, **words: Any) -> Decision:
    """Decide an item. ``words`` are the other fields of ``Choice``; dates are ``date``.

    Raises Refused, with the rule and nothing changed, when the post may not, the reasons are empty or cite nothing,
    nothing was rejected or a question is left unanswered, an option is unknown, a date is past or over the cap;
    Misuse when ``kind`` is none of act, decline, defer.
    """
    said = choosing.choice(kind, reasons, words)
    with turn(ctx, number) as item:
        actor = answering(actor, "decide", item, ctx.now())
        ready = weigh(ctx, item, actor, said, post=actor.duty)
        return write(ctx, item, actor, ready)


@dataclass(frozen=True)
class Ready:
    """A choice that may be written: what it cites, its answers by tripwire, the commitments it opens, its packages."""

    said: Choice
    cited: list[str]
    answers: dict[str, str]
    promises: list[Promise]
    picks: Picks
    unprepared: list[str] = field(default_factory=list)


def weigh(ctx: Context, item: Item, actor: Actor, said: Choice, *, post: str) -> Ready:
    """Check everything a decision of ``post`` says."""
    choosing.check_read(item, said)
    check_signed(actor, "A decision")
    if item.state == Item.State.CLOSED:
        raise Refused(f"Item {item.pk} is closed", todo=f"Reopen it: tocsin docket reopen {item.pk}; or ring the bell")
    choosing.check_words(item, said)
    cited = citing.resolve(item, said.reasons, list(said.cites))
    choosing.check(item, post, said, ctx.now().date())
    picks = deciding.picks(item, said.kind, said.package, said.rejected_packages)
    promises: list[Promise] = []
    if said.kind == "act":
        assert said.review_on is not None
        said = _with_package(ctx, item, said, picks)
        promises = promises_for(ctx, item, said.options, said.commitments, said.review_on)
    answers = choosing.check_weighed(item, said)
    return Ready(said, cited, answers, promises, picks, deciding.held_up(item, said.kind))


def _with_package(ctx: Context, item: Item, said: Choice, picks: Picks) -> Choice:
    """Return a choice with the options and commitments that the chosen package proposes.

    What is given of a line (``line``), or of its option, stands before what the line says.
    """
    if picks.chosen is None:
        return said
    options = list(dict.fromkeys([*said.options, *picks.options]))
    given = [dict(one) for one in said.commitments]
    proposed = []
    for words in deciding.commitments(item, picks.chosen, ctx.now()):
        own = next((g for g in given if _of_line(g, words)), None)
        if own is not None:
            given.remove(own)
        proposed.append({**words, **(own or {})})
    return replace(said, options=options, commitments=[*proposed, *given])


def _of_line(given: dict[str, Any], words: dict[str, Any]) -> bool:
    if "line" in given:
        return bool(given["line"] == words["line"])
    return bool(words["option_id"]) and given.get("option_id") == words["option_id"]


def check_signed(actor: Actor, what: str) -> None:
    """Refuse what is signed at the desk and was not."""
    if actor.via == "desk" and not actor.signed:
        raise Refused(f"{what} at the desk is signed", todo="Enter your passphrase again")


def write(
    ctx: Context,
    item: Item,
    actor: Actor,
    ready: Ready,
    *,
    proposal: Proposal | None = None,
    together: dict[str, Any] | None = None,
) -> Decision:
    """Write the decision with its commitments, its messages and its one ledger entry.

    ``together`` is, for a decision of a body, who assented, dissented and was recused, and the minutes.
    """
    now, said = ctx.now(), ready.said
    post, owner = (proposal.body, proposal.body) if proposal else (actor.post, actor.duty)
    before = item.decisions.order_by("id").last()
    size, root = record.head(ctx)
    words = {
        "kind": said.kind,
        "reasons": said.reasons,
        "cites": ready.cited,
        "options_seen": list(dict.fromkeys([*said.seen, *said.chosen, *said.rejected])),
        "options_chosen": said.chosen,
        "options_rejected": list(said.rejected),
        "why_rejected": dict(said.rejected),
        "answers": ready.answers,
        "dissent": said.dissent.strip(),
        "would_change": said.would_change.strip() if said.kind == "decline" else "",
        "waits_for": said.waits_for.strip() if said.kind == "defer" else "",
        "defer_to": said.defer_to,
        "review_on": said.review_on,
        "evidence_vintage": item.evidence_vintage,
        "checkpoint": f"{size}:{root}",
    }
    body = {
        **words,
        "question": item.question,
        "place_id": item.place_id or None,
        "tier": item.tier,
        "by": actor.body() if together is None else {"post": post, "body": together},
        "decision_due": iso(item.decision_due),
        "late": item.decision_lapsed,
        "supersedes": before.ledger_seq if before else None,
        "commitments": [p.body() for p in ready.promises],
        **ready.picks.body(),
        **({"weights_moved": dict(said.weights)} if said.weights else {}),
    }
    if ready.unprepared:
        body |= {"unprepared": ready.unprepared, "unprepared_because": said.without or None}
    entry = record.enter(ctx, kind="item.decided", item=item.pk, body=plain(body))
    decision = Decision.objects.create(
        item=item,
        at=now,
        tier=directive.version(item.directive_version).post(owner).tier or item.tier,
        post=post,
        person=actor.person,
        via=actor.via,
        os_user=actor.os_user,
        supersedes=before,
        proposal=proposal,
        ledger_seq=entry.seq,
        **words,
    )
    deputies.keep(ctx, item, actor, "decide", entry.seq)
    _move_item(ctx, item, post, said, owner=owner)
    letter = letters.decided(item, said.kind, letters.by(post, owner), said.reasons)
    stood = dict.fromkeys(told for step in item.steps.all() for told in step.posts)
    for told in stood:
        if told != post:
            outbox.write(ctx, item, f"item-{item.pk}.decision-{decision.pk}", told, letter)
    ready.picks.write(decision)
    if ready.unprepared:
        DecidedWithout.objects.create(decision=decision, missing=ready.unprepared, because=said.without)
    open_commitments(ctx, decision, ready.promises)
    return decision


def _move_item(ctx: Context, item: Item, post: str, said: Choice, *, owner: str) -> None:
    """Deciding answers the rung too. Deferring is the one act that gives the decision clock a later due."""
    outbox.withdraw(ctx, item)
    step = ladder.standing_step(item)
    if step.acknowledged_at is None:
        step.acknowledged_at, step.acknowledged_post = ctx.now(), post
        step.save(update_fields=["acknowledged_at", "acknowledged_post"])
    item.state = STATES[said.kind]
    item.owner_post = owner
    item.review_on = said.review_on
    if said.kind == "defer":
        assert said.defer_to is not None
        item.decision_due = clocks.end_of_day(said.defer_to)
        item.decision_lapsed = False
    item.save()
