"""The docket as data: one item with everything on it, or the list. Pages, the brief and the command line read this.

Times are ISO 8601 in UTC, places ISO 3166 alpha-3; None means not known or not there, never zero.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.response.docket import bodies, contradictions, deputies, letters, questions, silent, trace, will
from tocsin.response.docket.cites import citable
from tocsin.response.docket.clock_faces import faces
from tocsin.response.docket.models import Commitment, Decision, Item, ItemWarning, Lapse, Message, Step
from tocsin.response.docket.models_deciding import Outcome
from tocsin.response.docket.packages.models import Package
from tocsin.response.register import situations
from tocsin.response.register.models import LedgerEntry

UNDECIDED = ("open", "lapsed", "deferred")


def item(number: int, now: datetime) -> dict[str, Any]:
    """Return one item: question, clocks, ladder, warnings, decisions, commitments, lapses, messages, chain.

    Raises Refused when there is no such item.
    """
    try:
        row = Item.objects.get(pk=number)
    except Item.DoesNotExist:
        raise Refused(f"There is no docket item {number}", todo="See tocsin docket list") from None
    rules = directive.version(row.directive_version)
    links = list(row.itemwarning_set.select_related("warning").order_by("id"))
    taken = list(row.decisions.order_by("id").select_related("person"))
    decisions = [_decision(d, None if d is taken[-1] else taken[n].pk) for n, d in enumerate(taken, 1)]
    messages = list(row.messages.prefetch_related("sendings").order_by("id"))
    steps = list(row.steps.order_by("id"))
    clocks = faces(row, now)
    states = {clock["commitment"]: clock["state"] for clock in clocks if clock["name"] == "commitment"}
    return {
        **_head(row, clocks),
        "ceiling": row.ceiling,
        "closed_at": iso(row.closed_at),
        "run_id": row.run_id or None,
        "evidence_vintage": row.evidence_vintage,
        "directive_version": row.directive_version,
        "owes": rules.tier(row.tier).owes,
        "if_silent": rules.tier(row.tier).if_silent,
        "follows": row.follows_id,
        "followed_by": list(row.followed_by.order_by("id").values_list("pk", flat=True)),
        "steps": [_step(step, n, messages, current=step is steps[-1]) for n, step in enumerate(steps, 1)],
        "warnings": [_warning(link, n) for n, link in enumerate(links, 1)],
        "decision": decisions[-1] if decisions else None,
        "decisions": decisions,
        "commitments": [_commitment(c, states[c.pk]) for c in row.commitments.order_by("due", "id")],
        "packages": [_package(p) for p in row.packages.prefetch_related("picks").order_by("version")],
        "lapses": [_lapse(lapse) for lapse in row.lapses.all()],
        "messages": [_message(m) for m in messages],
        "tracks": situations.tracks(row.place_id) if row.place_id else [],
        "citable": citable(row),
        "options": {"command": f"tocsin options match --item {row.pk}", "place_id": row.place_id or None},
        "ledger": [
            {"seq": e.seq, "kind": e.kind, "time": iso(e.time), "commitment": e.commitment}
            for e in LedgerEntry.objects.filter(item=row.pk).order_by("seq")
        ],
        "trace": trace.of_item(row),
        **together(row, now),
    }


def together(row: Item, now: datetime) -> dict[str, Any]:
    """Return what people did about the deciding of an item: proposals, dissents, recusals, reviews, barriers, outcome.

    ``chain`` is every decision on the questions this one follows and on itself, oldest first.
    """
    outcomes = list(row.outcomes.order_by("id"))
    return {
        "questions": [{"tripwire": q.key, "question": q.text, "warnings": list(q.refs)} for q in questions.asked(row)],
        "proposals": [bodies.told(p, now) for p in row.proposals.order_by("id")],
        "dissents": [bodies.word(c) | {"decision": c.decision_id} for c in row.concurrences.exclude(decision=None)],
        "recusals": [
            {"post": r.recused_post, "to": r.to_post or None, "reasons": r.reasons, "by": r.post, "at": iso(r.at)}
            for r in row.recusals.order_by("id")
        ],
        "acted_for": deputies.kept(row),
        "reviews": [
            {
                "found": r.found or None,
                "reasons": r.reasons,
                "next_on": r.next_on.isoformat() if r.next_on else None,
                "closes": r.closes,
                "by": r.post,
                "at": iso(r.at),
                "ledger_seq": r.ledger_seq,
            }
            for r in row.reviews.order_by("id")
        ],
        "barriers": will.barriers_of(row),
        "contradictions": contradictions.of_item(row),
        "outcome": _outcome(outcomes[-1]) if outcomes else None,
        "outcomes": [_outcome(o) for o in outcomes],
        "chain": chain(row),
    }


def chain(row: Item) -> list[dict[str, Any]]:
    """Return the decisions on an item and on those it follows, oldest first, each with its item."""
    line, seen = [row], {row.pk}
    while (before := line[0].follows) is not None and before.pk not in seen:
        line.insert(0, before)
        seen.add(before.pk)
    return [
        {"item": item.pk, "decision": d.pk, "kind": d.kind, "at": iso(d.at), "post": d.post, "reasons": d.reasons}
        for item in line
        for d in item.decisions.order_by("id")
    ]


def _outcome(row: Outcome) -> dict[str, Any]:
    return {
        "came": row.came,
        "said": row.get_came_display(),
        "evidence": row.evidence,
        "claimed_cause": row.claimed_cause or None,
        "confidence": row.confidence or None,
        "by": row.post,
        "at": iso(row.at),
        "ledger_seq": row.ledger_seq,
    }


def listing(
    now: datetime, *, state: str | None = None, owner: str | None = None, place_id: str | None = None
) -> list[dict[str, Any]]:
    """Return the items, undecided ones first by decision clock, then decided ones by review, closed ones last.

    ``state`` is a state or ``undecided``; ``owner`` a post; ``place_id`` a place. None does not filter.
    """
    rows = Item.objects.all()
    if state == "undecided":
        rows = rows.filter(state__in=UNDECIDED)
    elif state is not None:
        rows = rows.filter(state=state)
    if owner is not None:
        rows = rows.filter(owner_post=owner)
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    band = {"open": 0, "lapsed": 0, "deferred": 0, "acting": 1, "declined": 1, "closed": 2}
    rows = rows.prefetch_related("steps", "lapses", "decisions", "commitments__cancellings", "warnings")
    found = sorted(rows, key=lambda r: (band[r.state], r.decision_due if band[r.state] == 0 else r.opened_at, r.pk))
    return [
        _head(row, faces(row, now)[:2]) | {"warnings": len(row.warnings.all()), "lapses": len(row.lapses.all())}
        for row in found
    ]


def of_place(place_id: str) -> int | None:
    """Return the number of the item of a place that awaits a decision, else of the latest one not closed; or None."""
    rows = Item.objects.filter(place_id=place_id)
    found = rows.filter(state__in=UNDECIDED).order_by("id").last() or rows.exclude(state="closed").order_by("id").last()
    return found.pk if found else None


def standing(place_id: str) -> list[dict[str, Any]]:
    """Return the items of a place that are not closed, each with the warnings it stands on, of whatever run."""
    rows = Item.objects.filter(place_id=place_id).exclude(state=Item.State.CLOSED).order_by("id")
    return [
        {
            "item": row.pk,
            "state": row.state,
            "level": row.level,
            "warnings": [
                _warning(link, n)
                for n, link in enumerate(row.itemwarning_set.select_related("warning").order_by("id"), 1)
            ],
        }
        for row in rows
    ]


def _head(row: Item, clocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "place_id": row.place_id or None,
        "source_id": row.source_id or None,
        "about": letters.about(row),
        "question": row.question,
        "state": row.state,
        "level": row.level,
        "tier": row.tier,
        "owner": row.owner_post,
        "opened_at": iso(row.opened_at),
        "decision_due": iso(row.decision_due),
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "acknowledged_by": clocks[0].get("answered_by"),
        "clocks": clocks,
    }


def _step(step: Step, ordinal: int, messages: list[Message], *, current: bool) -> dict[str, Any]:
    """Return a rung with who was told when: told means that the message was delivered."""
    told = {m.to_post: m for m in messages if m.key == f"item-{step.item_id}.rung-{ordinal}.{m.to_post}"}
    return {
        "tier": step.tier,
        "why": step.why,
        "posts": step.posts,
        "nobody": "" if step.posts else silent.NOBODY,
        "entered_at": iso(step.entered_at),
        "delivery_due": iso(step.delivery_due),
        "told": [{"post": post, "at": iso(told[post].delivered_at) if post in told else None} for post in step.posts],
        "acknowledged_at": iso(step.acknowledged_at),
        "acknowledged_by": step.acknowledged_post or None,
        "left_at": iso(step.left_at),
        "lapsed": step.lapsed,
        "current": current,
    }


def _warning(link: ItemWarning, ordinal: int) -> dict[str, Any]:
    row = link.warning
    return {
        "id": row.warning_id,
        "ref": f"W{ordinal}",
        "warning_id": row.warning_id,
        "kind": row.kind,
        "tripwire_id": row.tripwire_id,
        "version": row.version,
        "place_id": row.place_id or None,
        "source_id": row.source_id or None,
        "level": row.level,
        "fired_at": iso(row.fired_at),
        "as_of": row.as_of,
        "joined_at": iso(link.joined_at),
        "opened": link.opened,
        "run_id": row.run_id or None,
        "summary": row.summary,
        "because": row.because,
        "ledger_seq": link.ledger_seq,
    }


def _decision(row: Decision, later: int | None) -> dict[str, Any]:
    """Return a decision; ``standing`` says in words whether it is in force, ``later`` is what superseded it."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "at": iso(row.at),
        "tier": row.tier,
        "post": row.post,
        "person": str(row.person) if row.person else None,
        "via": row.via,
        "signed": row.via == "desk",
        "os_user": row.os_user or None,
        "reasons": row.reasons,
        "cites": row.cites,
        "options_seen": row.options_seen,
        "options_chosen": row.options_chosen,
        "options_rejected": row.options_rejected,
        "why_rejected": row.why_rejected,
        "answers": row.answers,
        "dissent": row.dissent or None,
        "would_change": row.would_change or None,
        "waits_for": row.waits_for or None,
        "without": _without(row),
        "defer_to": row.defer_to.isoformat() if row.defer_to else None,
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "evidence_vintage": row.evidence_vintage,
        "checkpoint": row.checkpoint,
        "proposal": row.proposal_id,
        "supersedes": row.supersedes_id,
        "superseded_by": later,
        "standing": f"superseded by decision {later}" if later else "in force",
        "ledger_seq": row.ledger_seq,
    }


def _without(row: Decision) -> dict[str, Any] | None:
    """Return what a decision was signed without, and why; None when nothing was missing, or nobody had to say."""
    kept = getattr(row, "without", None)
    return {"missing": kept.missing, "because": kept.because or None} if kept else None


def _commitment(row: Commitment, state: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "decision": row.decision_id,
        "option_id": row.option_id or None,
        "what": row.what,
        "post": row.post,
        "due": iso(row.due),
        "state": state,
        "shown_by": row.shown_by,
        "evidence": row.evidence or None,
        "done_at": iso(row.done_at),
        "done_by": row.done_post or None,
        "cancellings": [
            {
                "asked_at": iso(c.asked_at),
                "asked_by": c.asked_post,
                "reasons": c.reasons,
                "needs": c.needs_post or None,
                "agreed": c.agreed,
                "answered_by": c.answered_post or None,
                "answer": c.answer_reasons or None,
            }
            for c in row.cancellings.all()
        ],
    }


def _package(row: Package) -> dict[str, Any]:
    return {"version": row.version, "rapid": row.rapid, "state": row.state, "by": row.post, "sha256": row.sha256}


def _lapse(row: Lapse) -> dict[str, Any]:
    return {
        "clock": row.clock,
        "tier": row.tier,
        "posts": row.posts,
        "due": iso(row.due),
        "recorded_at": iso(row.recorded_at),
        "at_ceiling": row.at_ceiling,
        "commitment": row.commitment_id,
        "ledger_seq": row.ledger_seq,
    }


def _message(row: Message) -> dict[str, Any]:
    return {
        "to": row.to_post,
        "subject": row.subject,
        "created_at": iso(row.created_at),
        "delivered_at": iso(row.delivered_at),
        "withdrawn_at": iso(row.withdrawn_at),
        # Never the address: who reads an item need not know where a post is reached.
        "ways": [
            {"channel": s.channel, "state": s.state, "attempts": s.attempts, "last_error": s.last_error or None}
            for s in row.sendings.all()
        ],
    }
