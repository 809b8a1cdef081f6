"""The register of gaps: found by lapses, drills, exercises and people; owned, due, and closed with evidence."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import SHORT, said
from tocsin.response.docket.models import DeliveryDrill, Lapse
from tocsin.response.oversight import provisions
from tocsin.response.oversight.found import keeping
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.rules import may_answer_for
from tocsin.response.oversight.undertaken import without_procedure
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

REPEATED, WITHIN_DAYS, DUE_DAYS = 3, 90, 30
FOUND = {
    "delivery": ("contact", "{post} let {n} or more delivery clocks run out within {days} days"),
    "decision": ("step", "{post} let {n} or more decision clocks run out within {days} days"),
    "commitment": ("capacity", "{post} left {n} or more commitments undone within {days} days"),
    "review": ("step", "{post} left {n} or more decisions unreviewed within {days} days"),
}
SLOTS = {
    "contact": ("posts[{owner}].deputies", "deputies: [NAME A POST]  # {what}"),
    "tool": ("offices[{office}]", "# The office holds, within a stated number of days: NAME THE TOOL. {what}"),
    "law": ("authorities", "- {{id: NAME, title: NAME, permits: SAY, obliges: SAY, basis: SAY}}  # {what}"),
    "step": ("tiers[{tier}].if_silent", "if_silent: SAY WHAT FOLLOWS  # {what}"),
    "procedure": ("posts[{owner}].duty", "duty: SAY WHO DOES WHAT BY WHEN  # {what}"),
    "capacity": ("posts", "- {{id: NAME, title: NAME, office: {office}}}  # {what}"),
}
"""By kind of gap: the part of the directive that would close it, and a draft in which capitals are to be filled in."""


def listing(today: date, *, state: str = "open", kind: str = "", words: str = "") -> list[dict[str, Any]]:
    """Return gaps as plain values, what is due first on top. ``state`` is open, overdue, closed or all."""
    wanted = words.casefold().split()
    return [
        told
        for gap in Gap.objects.prefetch_related("provisions__steps").order_by("due", "id")
        if (told := as_dict(gap, today))
        and state in {"all", told["state"], "open" if told["state"] == "overdue" else ""}
        and kind in {"", gap.kind}
        and all(w in f"{gap.what} {gap.source} {gap.owner_post}".casefold() for w in wanted)
    ]


def one(number: int, today: date) -> dict[str, Any]:
    """Return one gap as plain values. Raises Refused when there is none."""
    return as_dict(provisions.gap_of(number), today)


def as_dict(gap: Gap, today: date) -> dict[str, Any]:
    """Return a gap with its linked provisions, and the directive text that would close it."""
    slot, text = proposed(gap)
    closed = gap.closed_at is not None
    return {
        "gap": gap.pk,
        "kind": gap.kind,
        "what": gap.what,
        "source": gap.source,
        "owner": gap.owner_post,
        "due": gap.due.isoformat(),
        "state": "closed" if closed else "overdue" if gap.due < today else "open",
        "item": gap.item_id,
        "opened_at": iso(gap.opened_at),
        "closed_at": iso(gap.closed_at),
        "evidence": gap.evidence,
        "directive_slot": slot,
        "directive_text": text,
        "drafted_by": "hand" if gap.proposed else "rule",
        "provisions": [provisions.as_dict(p) for p in gap.provisions.all()],
        "ledger_seq": gap.ledger_seq,
    }


def proposed(gap: Gap) -> tuple[str, str]:
    """Return where in the directive a gap would be closed and the text for it: as written, or drafted by its kind."""
    slot, text = SLOTS[gap.kind]
    post = next((p for p in directive.current().posts if p.id == gap.owner_post), None)
    said_of = {
        "owner": gap.owner_post,
        "office": (post.office if post else None) or "NAME",
        "tier": (post.tier if post else None) or "NUMBER",
        "what": " ".join(gap.what.split())[:200],
    }
    return gap.slot or slot.format(**said_of), gap.proposed or text.format(**said_of)


def export(today: date) -> dict[str, Any]:
    """Return every open gap with directive slot, text and owner, and every principle that has no procedure."""
    return {
        "directive_version": directive.current().version,
        "gaps": listing(today),
        "principles_without_procedure": [
            {"undertaking": r["key"], "title": r["title"], "principle": r["principle"], "basis": r["basis"]}
            for r in without_procedure(today)
        ],
    }


def close(ctx: Context, actor: Actor, number: int, evidence: str) -> Gap:
    """Close a gap with what shows that it is closed.

    Raises Refused without evidence, below its owner, or while the house itself still finds it.
    """
    evidence = said(evidence, SHORT)
    with transaction.atomic():
        gap = provisions.gap_of(number, locked=True)
        may_answer_for(actor, gap.owner_post).enforce()
        if gap.closed_at is not None:
            raise Refused(f"Gap {number} is closed already", where=f"since {iso(gap.closed_at)}")
        if not evidence:
            raise Refused("A gap is closed when something shows it", todo="Write --evidence")
        if keeping.still(ctx, gap):
            raise Refused(
                f"Gap {number} is still there: {gap.what}",
                todo="Mend what is missing; it closes by itself, with what shows it",
            )
        gap.closed_at, gap.closed_post, gap.evidence = ctx.now(), actor.post, evidence
        gap.save()
        body = {"gap": gap.ledger_seq, "what": gap.what, "evidence": evidence, "by": actor.body()}
        enter(ctx, kind="gap.closed", item=gap.item_id, body=body)
        return gap


def notice(ctx: Context) -> list[Gap]:
    """Raise a gap for each repeated pattern of lapses and each post a drill did not reach; return the new ones.

    Run after a tick. The same pattern is one gap while it is open; after closing, only lapses since then count.
    """
    raised = [_raise(ctx, post, clock) for post, clock in _patterns(ctx.now())]
    raised += [gap for drill in _drills() for gap in _unanswered(ctx, drill)]
    return [gap for gap in raised if gap.opened_at == ctx.now()]


def _patterns(now: datetime) -> list[tuple[str, str]]:
    """Return (post, clock) of every pattern that repeats, sorted; posts the directive no longer has are left out."""
    since = now - timedelta(days=WITHIN_DAYS)
    closed: dict[str, datetime] = {}
    for source, at in (
        Gap.objects.filter(source__startswith="lapses:").exclude(closed_at=None).values_list("source", "closed_at")
    ):
        closed[source] = max(at, closed.get(source, at))
    counts: Counter[tuple[str, str]] = Counter()
    for posts, clock, at in Lapse.objects.filter(due__gt=since, due__lte=now).values_list(
        "posts", "clock", "recorded_at"
    ):
        for post in posts:
            if at > closed.get(f"lapses:{clock}:{post}", since):
                counts[post, clock] += 1
    # A post that is no more is mended by nothing in the directive of today.
    known = {p.id for p in directive.current().posts}
    return sorted(
        (post, clock) for (post, clock), n in counts.items() if n >= REPEATED and post in known and clock in FOUND
    )


def _raise(ctx: Context, post: str, clock: str) -> Gap:
    kind, words = FOUND[clock]
    # Not the post itself: who let the clocks run out is not the one to say why.
    owner = directive.current().post(post).line_manager or post
    return raise_gap(
        ctx,
        kind=kind,
        what=words.format(post=directive.current().post(post).title, n=REPEATED, days=WITHIN_DAYS),
        source=f"lapses:{clock}:{post}",
        owner_post=owner,
        due=ctx.now().date() + timedelta(days=DUE_DAYS),
    )


def _drills() -> list[DeliveryDrill]:
    """Return the drills that ended and whose findings were not taken yet."""
    taken = set(Gap.objects.filter(source__startswith="drill:").values_list("source", flat=True))
    closed = DeliveryDrill.objects.exclude(closed_at=None).prefetch_related("calls")
    return [d for d in closed if f"drill:{d.pk}" not in taken]


def _unanswered(ctx: Context, drill: DeliveryDrill) -> list[Gap]:
    known = {p.id: p for p in directive.current().posts}
    return [
        raise_gap(
            ctx,
            kind="contact",
            what=f"Nobody answered for {known[call.post].title} in the delivery drill of {drill.started_at:%Y-%m-%d}",
            source=f"drill:{drill.pk}",
            owner_post=known[call.post].line_manager or call.post,
            due=ctx.now().date() + timedelta(days=DUE_DAYS),
        )
        for call in drill.calls.all()
        if call.answered_at is None and call.post in known
    ]
