"""A warning opens an item or joins one.

- A place (or a silent source) has at most one undecided item: a warning about it joins that item and may raise its
  level, never lower it. A deferred item that is joined comes back at once.
- After a decision to act or to decline, a new warning opens a new item that names the one it follows: a decision
  answers what was known then, and the new question has clocks of its own. The decided item keeps its past.
- The same ``warning_id`` counts once, however often a run is taken.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.db import IntegrityError, transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.docket import adoption, clocks, ladder
from tocsin.response.docket.acts.join import join
from tocsin.response.docket.acts.warned import an, body_of, link, row_of, told_by
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register import situations
from tocsin.response.register.people import Actor

UNDECIDED = (Item.State.OPEN, Item.State.LAPSED, Item.State.DEFERRED)


class Run(Protocol):
    """What the docket needs of a run folder."""

    run_id: str
    info: dict[str, Any]
    sources: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    cut: list[dict[str, Any]]


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
    adoption.settle(ctx)
    try:
        return _receive(ctx, warning, vintage, rung_by)
    except IntegrityError:
        # The database keeps one undecided item a place or source. Somebody opened it at this moment: join theirs.
        return _receive(ctx, warning, vintage, rung_by)


def _receive(ctx: Context, warning: dict[str, Any], vintage: str, rung_by: Actor | None) -> Item:
    with transaction.atomic():
        known = Warning.objects.filter(warning_id=warning["warning_id"]).first()
        if known is not None:
            return known.items.order_by("id").last()
        row = row_of(warning)
        same = Item.objects.select_for_update().filter(
            place_id=row.place_id, source_id="" if row.place_id else row.source_id
        )
        item = same.filter(state__in=UNDECIDED).order_by("id").last()
        if item is not None:
            ladder.settle(ctx, [item], ctx.now())
            joined = join(ctx, item, row, vintage, rung_by)
            ladder.keep_due(joined.pk)
            return joined
        before = same.exclude(state=Item.State.CLOSED).order_by("id").last()
        opened = _open(ctx, row, warning.get("question") or "", vintage, before=before, rung_by=rung_by)
        ladder.keep_due(opened.pk)
        return opened


def _open(
    ctx: Context, warning: Warning, question: str, vintage: str, *, before: Item | None, rung_by: Actor | None
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
        f"{an(warning.kind)} warning opened the item at level {warning.level}",
        also=told_by(warning, rules),
    )
    body = {
        **body_of(warning, rung_by),
        "question": item.question,
        "tier": item.tier,
        "owner": item.owner_post,
        "decision_due": iso(item.decision_due),
        "evidence_vintage": vintage,
        "directive": {"version": rules.version, "sha256": directive.digest()},
        "follows": before.pk if before else None,
    }
    link(ctx, item, warning, "item.opened", body, opened=True)
    if item.place_id:
        situations.ensure(ctx, item.place_id)
    return item
