"""Bring the register of gaps into agreement with what the finders see. Run after a tick; again, it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.words import SHORT, said
from tocsin.response.docket.models import Item
from tocsin.response.oversight.found.finders import FINDERS, Finder, Lack
from tocsin.response.oversight.models import Gap
from tocsin.response.oversight.undertakings import raise_gap
from tocsin.response.register.drill import is_drill
from tocsin.response.register.record import enter

PREFIX, DUE_DAYS = "found", 60
OUTSIDE = "outside the directive"
"""Slot of a gap that no text of the directive would close."""


def source_of(finder: Finder, subject: str) -> str:
    """Return the source of a computed gap: it names finder and subject, and one such gap is one row for good."""
    return f"{PREFIX}:{finder.id}:{subject}"


def look(ctx: Context) -> list[Gap]:
    """Raise what is newly missing, reopen what is missing again, close what something shows to be over.

    Returns the gaps that changed. A copy of a home raises none: they would be of nobody's desk.
    """
    return [] if is_drill(ctx.settings) else [gap for finder in FINDERS for gap in _one(ctx, finder)]


def _one(ctx: Context, finder: Finder) -> list[Gap]:
    lacks = {source_of(finder, lack.subject): lack for lack in finder.look(ctx)}
    rows = Gap.objects.filter(source__startswith=f"{PREFIX}:{finder.id}:").order_by("id")
    newest = {gap.source: gap for gap in rows}
    changed = [_raise(ctx, source, lack, finder.mend) for source, lack in lacks.items() if source not in newest]
    for source, gap in newest.items():
        if source in lacks and gap.closed_at is not None:
            changed.append(_reopen(ctx, gap))
        elif source not in lacks and gap.closed_at is None:
            changed += _close(ctx, gap, finder.shown(ctx, source.split(":", 2)[2]))
    return changed


def _raise(ctx: Context, source: str, lack: Lack, mend: str) -> Gap:
    return raise_gap(
        ctx,
        kind=lack.kind,
        what=lack.what,
        source=source,
        owner_post=lack.owner_post,
        due=ctx.now().date() + timedelta(days=DUE_DAYS),
        item=Item.objects.filter(pk=lack.item).first() if lack.item is not None else None,
        slot=OUTSIDE if mend else "",
        proposed=f"# {mend}" if mend else "",
    )


def _reopen(ctx: Context, gap: Gap) -> Gap:
    with transaction.atomic():
        row = Gap.objects.select_for_update().get(pk=gap.pk)
        if row.closed_at is None:
            return row
        body: dict[str, Any] = {"gap": row.ledger_seq, "what": row.what, "closed_at": iso(row.closed_at)}
        row.closed_at, row.closed_post, row.evidence = None, "", ""
        row.due = ctx.now().date() + timedelta(days=DUE_DAYS)
        row.save()
        enter(ctx, kind="gap.reopened", item=row.item_id, body={**body, "due": row.due.isoformat()})
        return row


def _close(ctx: Context, gap: Gap, evidence: str) -> list[Gap]:
    """Close a gap by what shows that it is over. Without that it stays open, for a person to say."""
    if not evidence:
        return []
    with transaction.atomic():
        row = Gap.objects.select_for_update().get(pk=gap.pk)
        if row.closed_at is not None:
            return []
        row.closed_at, row.evidence = ctx.now(), said(evidence, SHORT)
        row.save()
        body = {"gap": row.ledger_seq, "what": row.what, "evidence": row.evidence, "by": None}
        enter(ctx, kind="gap.closed", item=row.item_id, body=body)
        return [row]


def found_by(gap: Gap) -> Finder | None:
    """Return the finder that raised a gap; None for one that was not computed."""
    prefix, _, rest = gap.source.partition(":")
    return next((f for f in FINDERS if prefix == PREFIX and f.id == rest.partition(":")[0]), None)


def still(ctx: Context, gap: Gap) -> bool:
    """Tell whether a gap is computed and still found: then nobody can close it by saying so."""
    finder = found_by(gap)
    return finder is not None and any(source_of(finder, lack.subject) == gap.source for lack in finder.look(ctx))
