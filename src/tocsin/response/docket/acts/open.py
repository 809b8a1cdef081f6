"""A warning opens an item or joins one.

- A place (or a silent source) has at most one undecided item: a warning about it joins that item and may raise its
  level, never lower it. A deferred item that is joined comes back at once.
- After a decision to act or to decline, a new warning opens a new item that names the one it follows: a decision
  answers what was known then, and the new question has clocks of its own. The decided item keeps its past.
- The same ``warning_id`` counts once, however often a run is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from tocsin.catalog import directive, tripwires
from tocsin.core.clock import iso, parse_time
from tocsin.core.context import Context
from tocsin.response.docket import clocks, ladder, letters, outbox
from tocsin.response.docket.models import Item, ItemWarning, RunTaken, Warning
from tocsin.response.docket.plain import plain
from tocsin.response.register import situations
from tocsin.response.register.people import Actor
from tocsin.response.register.record import enter

UNDECIDED = (Item.State.OPEN, Item.State.LAPSED, Item.State.DEFERRED)


class Run(Protocol):
    """What the docket needs of a run folder."""

    run_id: str
    info: dict[str, Any]
    sources: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    cut: list[dict[str, Any]]


@dataclass(frozen=True)
class Taken:
    """What a run did to the docket: items opened, warnings joined, warnings the alert budget cut off."""

    opened: int
    joined: int
    cut: int


def take_run(ctx: Context, run: Run) -> Taken:
    """Take a run's warnings into the docket; taking it again changes nothing and returns the same counts.

    Each warning is a transaction of its own, so an interruption loses none and doubles none.
    """
    taken = RunTaken.objects.filter(run_id=run.run_id).first()
    if taken is None:
        vintage = vintage_of(run)
        order = sorted(run.warnings, key=lambda w: -directive.RANK[w["level"]])
        for warning in order:
            receive(ctx, {**warning, "run_id": run.run_id}, vintage)
        links = ItemWarning.objects.filter(warning__run_id=run.run_id).exclude(warning__kind="bell")
        counts = {
            "opened": links.filter(opened=True).count(),
            "joined": links.filter(opened=False).count(),
            "cut": len(run.cut),
        }
        with transaction.atomic():
            taken, new = RunTaken.objects.get_or_create(run_id=run.run_id, defaults={"taken_at": ctx.now(), **counts})
            if new:
                enter(
                    ctx, kind="run.taken", body={"run_id": run.run_id, "as_of": plain(run.info.get("as_of")), **counts}
                )
        outbox.deliver_after(ctx)
    return Taken(opened=taken.opened, joined=taken.joined, cut=taken.cut)


def vintage_of(run: Run | None) -> str:
    """Return in 40 characters what the evidence was: its as-of date and the newest figure in it."""
    if run is None:
        return "no run yet"
    newest = max((str(s["newest"]) for s in run.sources if s.get("newest")), default="not known")
    return f"as of {run.info.get('as_of')}, newest figure {newest}"[:40]


def receive(ctx: Context, warning: dict[str, Any], vintage: str, *, rung_by: Actor | None = None) -> Item:
    """Open or join an item with one warning, in one transaction; a warning already received changes nothing.

    ``rung_by`` is who rang the bell: it stands in the body of the ledger entry and nowhere else.
    """
    with transaction.atomic():
        known = Warning.objects.filter(warning_id=warning["warning_id"]).first()
        if known is not None:
            return known.items.order_by("id").last()
        row = _row(warning)
        # The database keeps one undecided item a place or source: of two warnings at once the later one joins or fails
        # whole, and is received again.
        same = Item.objects.select_for_update().filter(
            place_id=row.place_id, source_id="" if row.place_id else row.source_id
        )
        item = same.filter(state__in=UNDECIDED).order_by("id").last()
        if item is not None:
            ladder.settle(ctx, item, ctx.now())
            return join(ctx, item, row, rung_by)
        before = same.exclude(state=Item.State.CLOSED).order_by("id").last()
        return _open(ctx, row, warning.get("question") or "", vintage, before, rung_by)


def _row(warning: dict[str, Any]) -> Warning:
    fired = warning["fired_at"]
    return Warning.objects.create(
        warning_id=warning["warning_id"],
        run_id=warning.get("run_id") or "",
        kind=warning["kind"],
        tripwire_id=warning["tripwire_id"],
        version=warning["version"],
        place_id=warning.get("place_id") or "",
        source_id=warning.get("source_id") or "",
        fired_at=fired if isinstance(fired, datetime) else parse_time(str(fired)),
        as_of=str(warning["as_of"])[:10],
        level=warning["level"],
        summary=warning["summary"],
        because=warning.get("because") or [],
    )


def _open(
    ctx: Context, warning: Warning, question: str, vintage: str, before: Item | None, rung_by: Actor | None
) -> Item:
    """Open an item. Its clocks start when somebody can be told, which is now: the as-of date is the evidence's."""
    rules = directive.current()
    rule = rules.level(warning.level)
    now = ctx.now()
    item = Item(
        place_id=warning.place_id,
        source_id="" if warning.place_id else warning.source_id,
        question=question or f"{warning.summary.rstrip('.')}. What will we do?",
        level=warning.level,
        tier=rule.entry,
        ceiling=rule.ceiling,
        owner_post=rules.tier(rule.entry).owner,
        opened_at=now,
        decision_due=clocks.decision_due(rules, warning.level, now),
        run_id=warning.run_id,
        evidence_vintage=vintage,
        directive_version=rules.version,
        follows=before,
    )
    item.save()
    ladder.enter_rung(
        ctx,
        item,
        rule.entry,
        now,
        f"{_a(warning.kind)} warning opened the item at level {warning.level}",
        also=_told(warning),
    )
    body = {
        **_body(warning, rung_by),
        "question": item.question,
        "tier": item.tier,
        "owner": item.owner_post,
        "decision_due": iso(item.decision_due),
        "evidence_vintage": vintage,
        "directive": {"version": rules.version, "sha256": directive.digest()},
        "follows": before.pk if before else None,
    }
    _link(ctx, item, warning, "item.opened", body, opened=True)
    if item.place_id:
        situations.ensure(ctx, item.place_id)
    return item


def join(ctx: Context, item: Item, warning: Warning, rung_by: Actor | None = None) -> Item:
    """Join a warning to an undecided item: its level may rise, its decision may fall due earlier, never later."""
    rules = directive.version(item.directive_version)
    rule = rules.level(warning.level)
    now = ctx.now()
    raised = directive.RANK[warning.level] > directive.RANK[item.level]
    was_deferred = item.state == Item.State.DEFERRED
    if was_deferred:
        item.state = Item.State.OPEN
    if raised or was_deferred:
        item.decision_due = min(item.decision_due, clocks.decision_due(rules, warning.level, now))
    step = ladder.standing_step(item)
    if raised:
        item.level, item.ceiling = warning.level, max(item.ceiling, rule.ceiling)
        if item.state == Item.State.LAPSED and item.ceiling > item.tier:
            item.state = Item.State.OPEN
        tier = max(item.tier, rule.entry)
        due = clocks.delivery_due(rules, warning.level, tier, now)
        if tier == item.tier and step.acknowledged_at is None and not step.lapsed:
            due = min(due, step.delivery_due)
        ladder.enter_rung(
            ctx,
            item,
            tier,
            now,
            f"{_a(warning.kind)} warning raised the level to {warning.level}",
            due=due,
            also=_told(warning),
        )
    elif was_deferred:
        ladder.enter_rung(ctx, item, item.tier, now, f"{_a(warning.kind)} warning came while the question was deferred")
    else:
        for post in step.posts:
            outbox.write(ctx, item, f"warning-{warning.pk}", post, letters.joined(item, warning.summary, warning.level))
    item.save()
    body = {
        **_body(warning, rung_by),
        "raised": raised,
        "decision_due": iso(item.decision_due),
        "came_back": was_deferred,
    }
    _link(ctx, item, warning, "item.joined", body, opened=False)
    return item


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _told(warning: Warning) -> list[str]:
    """Return the posts its tripwire names; none for a warning that no file of the catalogue declares."""
    known = tripwires.all_tripwires().get(warning.tripwire_id)
    return [post for post in known.told if post in {p.id for p in directive.current().posts}] if known else []


def _link(ctx: Context, item: Item, warning: Warning, kind: str, body: dict[str, Any], *, opened: bool) -> None:
    entry = enter(ctx, kind=kind, item=item.pk, body=plain(body))
    ItemWarning.objects.create(item=item, warning=warning, joined_at=ctx.now(), opened=opened, ledger_seq=entry.seq)


def _body(warning: Warning, rung_by: Actor | None) -> dict[str, Any]:
    return {
        "warning_id": warning.warning_id,
        "kind": warning.kind,
        "tripwire": warning.tripwire_id,
        "tripwire_version": warning.version,
        "run_id": warning.run_id or None,
        "place_id": warning.place_id or None,
        "source_id": warning.source_id or None,
        "level": warning.level,
        "fired_at": warning.fired_at,
        "as_of": warning.as_of,
        "summary": warning.summary,
        "because": warning.because,
        "rung_by": rung_by.body() if rung_by else None,
    }
